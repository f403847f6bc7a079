public import Credentials
internal import Glibc

/// A file of the vault that may hold sealed values: a verification file or a connector file, of an account or in the undo
/// store.
public struct SealedFile: Sendable {
    /// What the file is.
    public enum Kind: Sendable, Hashable {
        case verification
        case credential(ConnectorName)
    }

    /// The names that lead to it from the vault's folder.
    public let names: [String]
    /// What it is.
    public let kind: Kind
    /// The folder of the account that it belongs to, or belonged to; any name, Hummingbot's API may refuse it.
    public let account: String
    /// The entry of the undo store that holds it; `nil` for a file in its place.
    public let trash: String?
    /// Its bytes, or why the operating system does not give them.
    public let content: Result<[UInt8], FileError>

    /// Where it lies below the vault's folder, for messages.
    public var path: String { names.joined(separator: "/").printable }

    /// The name that it has, or had, in its account.
    public var fileName: String {
        switch kind {
        case .verification: VaultFolders.verification
        case .credential(let connector): VaultFolders.file(of: connector)
        }
    }

    /// Whether it is master_account's verification file, which tells the vault's password.
    public var isVaultsVerification: Bool {
        kind == .verification && trash == nil && account == AccountName.master.description
    }
}

extension SealedFile {
    /// Whether the file is as it was: the same bytes, or the same refusal.
    func isUnchanged(since other: SealedFile) -> Bool { names == other.names && content == other.content }
}

/// Finds every file that may hold sealed values. Links are not followed; what cannot be read is part of the result.
struct SealedFileFinder {
    private(set) var files: [SealedFile] = []

    /// - Throws: ``FileError`` when the accounts or the undo store cannot be listed.
    init(_ folders: VaultFolders) throws(FileError) {
        switch folders.layout {
        case .conf: try addAccount(AccountName.master.description, folders.root, names: [], trash: nil)
        case .bots:
            guard let accounts = try folders.accountsFolder() else { break }
            for name in try accounts.names() where try accounts.status(of: name)?.isFolder == true {
                try addAccount(
                    name, try accounts.folder(name), names: [VaultFolders.credentials, name], trash: nil)
            }
        }
        guard let own = try folders.root.existingFolder(VaultFolders.own) else { return }
        // An entry that could not be settled holds what a person may want back, too.
        for part in ["trash", "pending"] {
            guard let entries = try own.existingFolder(part) else { continue }
            for name in try entries.names() {
                guard let id = TrashID(String(name.prefix(33))), let entry = try? entries.folder(name) else { continue }
                try addEntry(id, entry, names: [VaultFolders.own, part, name])
            }
        }
    }

    private mutating func addEntry(_ id: TrashID, _ folder: Folder, names: [String]) throws(FileError) {
        guard let content = try? folder.read(TrashRecord.fileName, limit: TrashRecord.byteLimit),
            let record = TrashRecord(bytes: content.bytes, id: id)
        else { return }
        let payload = OwnFolder.payload(of: record.entry)
        let account = record.entry.account.description
        switch (record.entry.kind, record.entry.connector) {
        case (.credential, let connector?):
            add(.credential(connector), payload, in: folder, names: names, account: account, trash: id.description)
        case (.credential, nil): break
        case (.account, _):
            guard let inner = try folder.existingFolder(payload) else { return }
            try addAccount(account, inner, names: names + [payload], trash: id.description)
        }
    }

    private mutating func addAccount(
        _ account: String, _ folder: Folder, names: [String], trash: String?
    ) throws(FileError) {
        add(.verification, VaultFolders.verification, in: folder, names: names, account: account, trash: trash)
        let connectors: Folder?
        do throws(FileError) {
            connectors = try folder.existingFolder(VaultFolders.connectors)
        } catch  where error.code == ENOTDIR || error.code == ELOOP {
            return
        }
        guard let connectors else { return }
        for file in try connectors.names() {
            guard let connector = VaultFolders.connector(ofFile: file) else { continue }
            add(
                .credential(connector), file, in: connectors, names: names + [VaultFolders.connectors],
                account: account, trash: trash)
        }
    }

    private mutating func add(
        _ kind: SealedFile.Kind, _ file: String, in folder: Folder, names: [String], account: String, trash: String?
    ) {
        let limit = kind == .verification ? VaultFolders.verificationByteLimit : CredentialDocument.byteLimit
        let content: Result<[UInt8], FileError>
        do throws(FileError) {
            guard let found = try folder.read(file, limit: limit) else { return }
            content = .success(found.bytes)
        } catch {
            content = .failure(error)
        }
        files.append(
            SealedFile(names: names + [file], kind: kind, account: account, trash: trash, content: content))
    }
}
