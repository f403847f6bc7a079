import CredentialVault
import Credentials
import Foundation
import VaultTesting

/// Hands for the tree of a vault: what other programs do to it.
enum TestTree {
    /// A connector name that stands in no catalogue: a store does not mind.
    static let c = (try? ConnectorName("c")) ?? ConnectorCatalog.standard.names[0]
    /// Its file in master_account, below the vault's folder.
    static let file = "/credentials/master_account/connectors/c.yml"

    static func document(_ value: String) -> CredentialDocument {
        CredentialDocument(
            title: "test", items: [.init(name: "connector", value: .text("c")), .init(name: "k", value: .text(value))])
    }

    static func makeConf(_ folder: String) throws {
        try makeFolder(folder + "/connectors")
        try write("instance_id: x\n", to: folder + "/conf_client.yml")
    }

    static func makeFolder(_ path: String) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    static func write(_ text: String, to path: String) throws { try write(Array(text.utf8), to: path) }

    /// Truncates a file and writes it anew, as Hummingbot does.
    static func write(_ bytes: [UInt8], to path: String) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        guard file >= 0 else { throw CocoaError(.fileWriteUnknown) }
        defer { close(file) }
        guard Glibc.write(file, bytes, bytes.count) == bytes.count else { throw CocoaError(.fileWriteUnknown) }
    }

    static func link(_ path: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
    }

    static func status(_ path: String) throws -> stat {
        var found = stat()
        guard lstat(path, &found) == 0 else { throw CocoaError(.fileReadUnknown) }
        return found
    }

    /// Everything below a folder, with whether it is a folder.
    static func entries(_ folder: String) throws -> [(path: String, isFolder: Bool)] {
        try FileManager.default.subpathsOfDirectory(atPath: folder).sorted().map {
            ($0, try status(folder + "/" + $0).st_mode & S_IFMT == S_IFDIR)
        }
    }

    /// The paths below a folder with the bytes of every file, to see whether anything was touched.
    static func picture(_ folder: String) throws -> [String: [UInt8]] {
        var picture: [String: [UInt8]] = [:]
        for (path, isFolder) in try entries(folder) {
            picture[path] = isFolder ? [] : try contents(folder + "/" + path)
        }
        return picture
    }
}
