import Credentials
import EthereumKeyfile
import Foundation
import OrderedJSON
import Testing
import VaultTesting

@testable import CredentialVault

/// One file of `Tests/Vectors/format-kit`; its README says what the members mean.
struct FormatCase: Sendable, CustomTestStringConvertible {
    let name: String
    let json: JSON

    var testDescription: String { name }
    var expected: String { text("expect") }

    func text(_ member: String) -> String { json[member]?.stringValue ?? "" }

    static func all(_ kind: String) throws -> [FormatCase] {
        let folder = vectorsFolder.path + "/format-kit/" + kind
        return try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { file in
            FormatCase(name: String(file.dropLast(5)), json: try JSON(parsing: contents("\(folder)/\(file)")))
        }
    }
}

@Suite("The test kit of the storage format")
struct FormatKitTests {
    @Test("has cases of all kinds")
    func counts() throws {
        let kinds = [
            "sealed-values", "connector-files", "password-verification", "digests", "entries", "plans", "backups",
            "logs",
        ]
        let counts = try kinds.map { try FormatCase.all($0).count }
        #expect(counts == [31, 23, 8, 13, 15, 13, 17, 13])
    }

    @Test(
        "a sealed value opens to what was sealed, or is refused for the reason",
        arguments: try FormatCase.all("sealed-values"))
    func sealedValue(_ example: FormatCase) throws {
        do throws(KeyfileError) {
            let opened = try Keyfile(hexArmor: example.text("value")).open(password: example.text("password"))
            #expect(example.expected == "opens")
            #expect(opened == Self.bytes(hex: example.text("plaintext")))
        } catch {
            #expect(example.expected == "refused")
            #expect(Self.reason(error) == example.text("because"))
        }
    }

    @Test("a connector file is what the kit says, for the reason", arguments: try FormatCase.all("connector-files"))
    func connectorFile(_ example: FormatCase) throws {
        let name = try ConnectorName(example.text("connector"))
        let bytes = Self.bytes(hex: example.text("file_hex")) + Array(example.text("file").utf8)
        let reading: CredentialReading
        do throws(DocumentError) {
            let document = try CredentialDocument(bytes: bytes)
            reading = CredentialReading(document, named: name, connector: ConnectorCatalog.standard[name])
        } catch {
            reading = CredentialReading(error)
        }
        #expect(Self.word(reading.condition) == example.expected)
        #expect((reading.problem ?? "").contains(example.text("because")) || example.text("because").isEmpty)
        #expect((reading.problem == nil) == (example.expected == "good"))
    }

    @Test(
        "a verification file tells a right password from a wrong one",
        arguments: try FormatCase.all("password-verification"))
    func verification(_ example: FormatCase) throws {
        let found: String
        do throws(VaultError) {
            let keyfile = try PasswordVerification.keyfile(fromFile: Array(example.text("file").utf8))
            guard let key = try? keyfile.derivation.derive(from: example.text("password")) else {
                Issue.record("no key can be derived")
                return
            }
            try PasswordVerification.check(key, against: keyfile)
            found = "right"
        } catch .wrongPassword {
            found = "wrong"
        } catch .foreignVerification {
            found = "foreign"
        } catch .damagedVerification {
            found = "damaged"
        } catch {
            found = "\(error)"
        }
        #expect(found == example.expected)
    }

    private static func reason(_ error: KeyfileError) -> String {
        switch error {
        case .notHex, .notHexMember: "not hex"
        case .tooLong, .wrongLength: "length"
        case .notJSON: "not JSON"
        case .missing: "missing"
        case .wrongType: "type"
        case .unsupportedVersion, .unsupportedCipher, .unsupportedKDF, .unsupportedPRF: "unsupported"
        case .parameterOutOfBounds: "bounds"
        case .emptyPassword: "password"
        case .macMismatch: "mac"
        case .derivationFailed: "derivation"
        }
    }

    private static func word(_ condition: CredentialReading.Condition) -> String {
        switch condition {
        case .good: "good"
        case .misfit: "misfit"
        case .unknownConnector: "unknown"
        case .damaged: "damaged"
        }
    }

    private static func bytes(hex text: String) -> [UInt8] {
        let digits = Array(text)
        return stride(from: 0, to: digits.count - 1, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
    }
}
