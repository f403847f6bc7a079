import CredentialVault
import Credentials
import EthereumKeyfile
import Foundation
import OrderedJSON
import Testing
import VaultTesting

/// The tree in `Tests/Vectors/hummingbot-tree` was written by Hummingbot 20260922 with fake keys.
@Suite("A tree that Hummingbot wrote")
struct HummingbotTreeTests {
    static let connectors = vectorsFolder.path + "/hummingbot-tree/credentials/master_account/connectors"
    static let files = (try? FileManager.default.contentsOfDirectory(atPath: connectors))?.sorted() ?? []

    @Test("is complete")
    func complete() { #expect(Self.files.count == 15) }

    @Test("every file fits its connector, and writing it again gives the same bytes", arguments: files)
    func roundTrip(file: String) throws {
        let bytes = try contents(Self.connectors + "/" + file)
        var document = try CredentialDocument(bytes: bytes)
        let name = try ConnectorName(String(file.dropLast(4)))
        let connector = try #require(ConnectorCatalog.standard[name])
        let reading = CredentialReading(document, named: name, connector: connector)
        #expect(reading.condition == .good, "\(reading.problem ?? "")")
        document.title = connector.fileTitle
        #expect(document.bytes == bytes)
    }

    @Test("every secret opens to what was entered")
    func opens() async throws {
        let json = try JSON(parsing: contents(vectorsFolder.path + "/hummingbot-tree/plaintext.json"))
        let password = Secret(try #require(json["password"]?.stringValue))
        let verification = try contents(
            vectorsFolder.path + "/hummingbot-tree/credentials/master_account/.password_verification")
        let vault = Vault(threadCount: ProcessInfo.processInfo.activeProcessorCount)
        try await vault.unlock(
            with: password, verification: PasswordVerification.keyfile(fromFile: verification), existing: { [] })
        var expected: [String] = []
        var keyfiles: [Keyfile] = []
        for file in Self.files {
            let name = try ConnectorName(String(file.dropLast(4)))
            let reading = CredentialReading(
                try CredentialDocument(bytes: contents(Self.connectors + "/" + file)), named: name,
                connector: ConnectorCatalog.standard[name])
            for (path, keyfile) in reading.keyfiles {
                let entered = path.split(separator: ".").reduce(json["connectors"]?[name.description]) {
                    $0?[String($1)]
                }
                expected.append(try #require(entered?.stringValue, "\(file) \(path)"))
                keyfiles.append(keyfile)
            }
        }
        let opened = try await vault.open(keyfiles).map { try String(decoding: $0.get(), as: UTF8.self) }
        #expect(opened == expected)
        #expect(keyfiles.count == 33)
        let count = vault.derivationCount
        _ = try await vault.open(keyfiles)
        #expect(vault.derivationCount == count)
    }
}
