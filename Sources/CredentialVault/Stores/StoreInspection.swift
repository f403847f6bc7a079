internal import Credentials
internal import Glibc

/// Everything that lies in a vault's folder, for whoever checks it.
public struct StoreInspection: Sendable {
    /// A file of the vault that is not sealed: a configuration file of an account.
    public struct PlainFile: Sendable {
        /// Where it lies below the vault's folder.
        public let path: String
        /// Its name.
        public let name: String
        /// The account.
        public let account: String
        /// Of its bytes.
        public let revision: Revision
        /// Its bytes.
        public let bytes: [UInt8]
    }

    /// What the files hold that may be sealed.
    public var sealed: [SealedFile] = []
    /// The configuration files of accounts, those of the undo store included.
    public var plain: [PlainFile] = []
    /// What we said of files that we wrote; `nil` for a file that says nothing any more.
    public var digests: [(path: String, digest: FileDigest?)] = []
    /// Sentences about entries that are open to others, are links or do not belong there.
    public var warnings: [String] = []
    /// Sentences about entries that are damaged or cannot be read.
    public var problems: [String] = []
    /// How many regular files there are.
    public var fileCount = 0
}

extension FileCredentialStore {
    /// Looks at everything in the vault's folder. Changes nothing, and follows no link.
    ///
    /// - Throws: ``StoreError`` when the folder cannot be listed.
    public func inspect() async throws -> StoreInspection {
        try await reading {
            try Self.readingWhole(self.root, at: self.now()) {
                var inspector = Inspector(folders: try VaultFolders(root: self.root))
                try inspector.inspect()
                return inspector.found
            }
        }
    }

    /// Keeps what we say of files that stand in the vault already.
    ///
    /// - Parameter digests: Of these files.
    /// - Throws: ``StoreError``.
    public func keep(_ digests: [FileDigest]) async throws {
        try await changing { change in try change.own.keep(digests) }
    }
}

/// Walks through a vault's folder.
private struct Inspector {
    let folders: VaultFolders
    var found = StoreInspection()

    mutating func inspect() throws(FileError) {
        found.sealed = try SealedFileFinder(folders).files
        switch folders.layout {
        case .conf: try account(AccountName.master.description, folders.root, isWholeRoot: true)
        case .bots:
            if let accounts = try folders.accountsFolder() {
                try check(accounts)
                for name in try accounts.names() {
                    guard let folder = try enter(name, in: accounts) else { continue }
                    try account(name, folder)
                }
            }
        }
        if let own = try folders.root.existingFolder(VaultFolders.own) { try inspect(own: own) }
    }

    // A `conf/` is an account's folder and the client's at once.
    private mutating func account(_ name: String, _ folder: Folder, isWholeRoot: Bool = false) throws(FileError) {
        if !isWholeRoot { try check(folder) }
        for entry in try folder.names() {
            if entry == VaultFolders.connectors {
                guard let connectors = try enter(entry, in: folder) else { continue }
                try check(connectors)
                for file in try connectors.names() { try connectorFile(file, connectors) }
            } else if entry == VaultFolders.verification {
                _ = try file(entry, in: folder)
            } else if VaultFolders.configurationFiles.contains(entry) {
                try plainFile(entry, name, folder)
            } else if !isWholeRoot {
                _ = try file(entry, in: folder, isOurs: false)
            }
        }
    }

    private mutating func connectorFile(_ name: String, _ folder: Folder) throws(FileError) {
        guard try file(name, in: folder), VaultFolders.connector(ofFile: name) == nil,
            !VaultFolders.toleratedFiles.contains(name)
        else { return }
        found.warnings.append(
            "\(folder.joined(name).printable) is no connector file; Hummingbot may refuse the whole account for it.")
    }

    private mutating func plainFile(_ name: String, _ account: String, _ folder: Folder) throws(FileError) {
        guard try file(name, in: folder) else { return }
        do throws(FileError) {
            guard let content = try folder.read(name, limit: VaultFolders.configurationByteLimit) else { return }
            found.plain.append(
                StoreInspection.PlainFile(
                    path: folder.joined(name).printable, name: name, account: account,
                    revision: Revision(of: content.bytes), bytes: content.bytes))
        } catch {
            found.problems.append("\(folder.joined(name).printable) cannot be read: \(error.reason).")
        }
    }

    private mutating func inspect(own: Folder) throws(FileError) {
        try check(own)
        for name in try own.names() {
            switch name {
            case OwnFolder.lock: _ = try file(name, in: own)
            case "trash", "staging", "pending", OwnFolder.digests:
                guard let folder = try enter(name, in: own) else { continue }
                try check(folder)
                for entry in try folder.names() {
                    switch name {
                    case "trash": try trashEntry(entry, folder)
                    case OwnFolder.digests: try digest(entry, folder)
                    default:
                        found.warnings.append(
                            "\(folder.joined(entry).printable) was left by a process that died, and could not be tidied up."
                        )
                    }
                }
            case OwnFolder.outcomes, OwnFolder.numbers, ChainedLog.folder:
                guard let folder = try enter(name, in: own) else { continue }
                try check(folder)
                for entry in try folder.names() where entry != ChainedLog.openFolder { try note(entry, folder) }
            default:
                found.warnings.append("\(own.joined(name).printable) is not known here.")
            }
        }
    }

    /// A file whose loss loses no key. The log's lines have a chain of their own.
    private mutating func note(_ name: String, _ folder: Folder) throws(FileError) {
        guard try file(name, in: folder) else { return }
        let isRead: Bool
        switch folder.path.split(separator: "/").last.map(String.init) {
        case OwnFolder.outcomes?:
            let content = try? folder.read(name, limit: OwnFolder.outcomeByteLimit)
            let revision = OwnFolder.revision(ofOutcome: name)
            isRead = revision.map { OwnFolder.isIntact(content?.bytes ?? [], about: $0) } ?? false
        case OwnFolder.numbers?:
            let content = try? folder.read(name, limit: 64)
            isRead = CounterName(name) != nil && content.flatMap { OwnFolder.number(in: $0.bytes) } != nil
        default: return
        }
        if !isRead {
            found.warnings.append("\(folder.joined(name).printable) is damaged; deleting it costs nothing.")
        }
    }

    private mutating func trashEntry(_ name: String, _ trash: Folder) throws(FileError) {
        guard let folder = try enter(name, in: trash) else { return }
        try check(folder)
        let path = folder.path.printable
        guard let id = TrashID(name),
            let content = try? folder.read(TrashRecord.fileName, limit: TrashRecord.byteLimit),
            let record = TrashRecord(bytes: content.bytes, id: nil)
        else { return found.problems.append("\(path) is no entry of the undo store: its record cannot be read.") }
        if record.entry.id != id || !record.isIntact(in: content.bytes) {
            found.problems.append("\(path)/\(TrashRecord.fileName) was changed since it was written.")
        }
        let payload = OwnFolder.payload(of: record.entry)
        guard try folder.status(of: payload) != nil else {
            return found.problems.append("\(path) has lost what it kept.")
        }
        for entry in try folder.names() where entry != TrashRecord.fileName && entry != payload {
            found.warnings.append("\(folder.joined(entry).printable) is not known here.")
        }
        _ = try file(TrashRecord.fileName, in: folder)
        switch record.entry.kind {
        case .credential:
            guard try file(payload, in: folder) else { return }
            if let revision = record.revision, Revision(of: payload, in: folder) != revision {
                found.problems.append("\(path)/\(payload) was changed since it was put there.")
            }
        case .account:
            guard let account = try enter(payload, in: folder) else { return }
            try self.account(record.entry.account.description, account)
        }
    }

    private mutating func digest(_ name: String, _ folder: Folder) throws(FileError) {
        guard try file(name, in: folder) else { return }
        let content = try folder.read(name, limit: FileDigest.byteLimit)
        let digest = content.flatMap { FileDigest(bytes: $0.bytes) }.flatMap {
            $0.revision.description == name ? $0 : nil
        }
        found.digests.append((folder.joined(name).printable, digest))
    }

    // MARK: Entries

    /// A folder that should be one; something else is said and passed over.
    private mutating func enter(_ name: String, in parent: Folder) throws(FileError) -> Folder? {
        let path = parent.joined(name).printable
        guard let status = try parent.status(of: name) else { return nil }
        guard status.isFolder else {
            if !VaultFolders.toleratedFiles.contains(name) {
                found.warnings.append("\(path) is \(status.kind), where a folder should be; it is left alone.")
            }
            return nil
        }
        do throws(FileError) {
            return try parent.folder(name)
        } catch {
            found.problems.append("\(path) cannot be opened: \(error.reason).")
            return nil
        }
    }

    /// Looks at a file's kind and mode.
    ///
    /// - Returns: Whether it is a regular file.
    private mutating func file(_ name: String, in folder: Folder, isOurs: Bool = true) throws(FileError) -> Bool {
        let path = folder.joined(name).printable
        guard let status = try folder.status(of: name) else { return false }
        guard status.isRegularFile else {
            // A folder of another program's inside an account hurts nobody.
            if isOurs || !status.isFolder {
                found.warnings.append("\(path) is \(status.kind), where a file should be.")
            }
            return false
        }
        found.fileCount += 1
        if isOurs, status.st_mode & 0o077 != 0 {
            found.warnings.append("\(path) can be read by other users of this machine (mode \(status.st_mode.octal)).")
        }
        return true
    }

    private mutating func check(_ folder: Folder) throws(FileError) {
        let mode = try folder.status().st_mode
        if mode & 0o022 != 0 {
            found.warnings.append(
                "\(folder.path.printable) can be changed by other users of this machine (mode \(mode.octal)).")
        }
    }
}

extension stat {
    /// What an entry is that is not what it should be.
    fileprivate var kind: String {
        switch st_mode & S_IFMT {
        case S_IFLNK: "a symbolic link"
        case S_IFDIR: "a folder"
        case S_IFREG: "a file"
        default: "neither a file nor a folder"
        }
    }
}
