public import Credentials
internal import Glibc

extension FileCredentialStore {
    public func write(
        _ document: CredentialDocument, for connector: ConnectorName, in account: AccountName,
        replacing expectation: Expectation
    ) async throws -> (revision: Revision, displaced: TrashEntry?) {
        let bytes = document.bytes
        return try await changing { folders, own in
            try self.write(bytes, for: connector, in: account, replacing: expectation, folders, own)
        }
    }

    /// Writes a credential's bytes; under the lock.
    func write(
        _ bytes: [UInt8], for connector: ConnectorName, in account: AccountName, replacing expectation: Expectation,
        _ folders: VaultFolders, _ own: OwnFolder
    ) throws -> (revision: Revision, displaced: TrashEntry?) {
        let accountFolder = try folders.account(account)
        let connectors = try accountFolder.makeFolder(VaultFolders.connectors)
        try requireOneFileSystem(connectors, own)
        let file = VaultFolders.file(of: connector)
        let revision = Revision(of: bytes)
        guard let current = try connectors.read(file, limit: CredentialDocument.byteLimit) else {
            switch expectation {
            case .absent, .anything: break
            case .present: throw StoreError.noSuchCredential(connector, account)
            case .revision: throw StoreError.conflict(connector, account)
            }
            let staged = TrashID(at: now()).description + ".yml"
            try own.staging.create(staged, bytes, ownership: .new(in: connectors))
            do {
                try own.staging.move(staged, to: connectors, as: file)
            } catch {
                try? own.staging.remove(staged)
                throw error.code == EEXIST ? StoreError.conflict(connector, account) : StoreError.file(error)
            }
            try connectors.synchronize()
            try accountFolder.synchronize()
            return (revision, nil)
        }
        let currentRevision = Revision(of: current.bytes)
        switch expectation {
        case .present, .anything: break
        case .absent: throw StoreError.credentialExists(connector, account)
        case .revision(let expected):
            guard expected == currentRevision else { throw StoreError.conflict(connector, account) }
        }
        let record = TrashRecord(
            entry: TrashEntry(
                id: TrashID(at: now()), kind: .credential, reason: .replaced, account: account, connector: connector,
                deletedAt: now(), contents: []),
            revision: currentRevision)
        try exchange(bytes, with: file, current, in: connectors, record, own)
        return (revision, record.entry)
    }

    /// Puts new bytes in the place of a file and files the old ones in the undo store.
    ///
    /// The exchange is one step, and what came out is compared with what was read before, so that a change which another
    /// program made in between is put back and reported.
    private func exchange(
        _ bytes: [UInt8], with file: String, _ current: FileContent, in connectors: Folder, _ record: TrashRecord,
        _ own: OwnFolder
    ) throws {
        let entry = try own.makeEntry(record)
        do {
            try stage(bytes, as: current, in: entry)
            if try entry.exchange(OwnFolder.incoming, with: file, in: connectors) {
                let displaced = try entry.read(OwnFolder.incoming, limit: CredentialDocument.byteLimit)
                guard displaced.map({ Revision(of: $0.bytes) }) == record.revision else {
                    try putBack(bytes, with: file, in: connectors, record, entry)
                    throw record.conflict
                }
                try connectors.synchronize()
                try entry.move(OwnFolder.incoming, to: entry, as: OwnFolder.payload(of: record.entry))
            } else {
                try replaceByLink(file, in: connectors, record, entry)
            }
            try entry.synchronize()
        } catch {
            // Whether the exchange took place decides what the entry holds; the next change tidies up by that rule.
            try? own.recover()
            throw error
        }
    }

    /// Writes the new bytes beside the entry's record, with owner and mode of the file that they shall replace.
    private func stage(_ bytes: [UInt8], as current: FileContent, in entry: Folder) throws {
        do {
            try entry.create(OwnFolder.incoming, bytes, ownership: .init(keeping: current.status))
        } catch {
            throw error.operation == "change owner" ? StoreError.cannotKeepOwner(path: error.path) : .file(error)
        }
        try entry.synchronize()
    }

    /// For file systems without an exchange: keeps the old bytes by a second name, then renames over the first.
    private func replaceByLink(
        _ file: String, in connectors: Folder, _ record: TrashRecord, _ entry: Folder
    ) throws {
        let payload = OwnFolder.payload(of: record.entry)
        try connectors.link(file, to: entry, as: payload)
        try entry.synchronize()
        let kept = try entry.read(payload, limit: CredentialDocument.byteLimit)
        guard kept.map({ Revision(of: $0.bytes) }) == record.revision else { throw record.conflict }
        try entry.replace(file, in: connectors, with: OwnFolder.incoming)
        try connectors.synchronize()
    }

    /// Undoes an exchange. Should yet another change come out of it, that one is kept in the undo store.
    private func putBack(
        _ bytes: [UInt8], with file: String, in connectors: Folder, _ record: TrashRecord, _ entry: Folder
    ) throws {
        _ = try entry.exchange(OwnFolder.incoming, with: file, in: connectors)
        let ours = try entry.read(OwnFolder.incoming, limit: CredentialDocument.byteLimit)
        if ours?.bytes != bytes {
            try entry.move(OwnFolder.incoming, to: entry, as: OwnFolder.payload(of: record.entry))
        }
    }

    public func remove(
        _ connector: ConnectorName, from account: AccountName, expecting revision: Revision?
    ) async throws -> TrashEntry {
        try await changing { folders, own in
            try self.displace(connector, from: account, expecting: revision, folders, own)
        }
    }

    /// Moves a credential to the undo store; under the lock.
    func displace(
        _ connector: ConnectorName, from account: AccountName, expecting revision: Revision?, _ folders: VaultFolders,
        _ own: OwnFolder
    ) throws -> TrashEntry {
        let file = VaultFolders.file(of: connector)
        let connectors: Folder
        do {
            connectors = try folders.account(account).folder(VaultFolders.connectors)
        } catch let error as FileError where error.code == ENOENT {
            throw StoreError.noSuchCredential(connector, account)
        }
        try requireOneFileSystem(connectors, own)
        guard try connectors.status(of: file) != nil else { throw StoreError.noSuchCredential(connector, account) }
        // A file that cannot be read can still be thrown away.
        let current = try? connectors.read(file, limit: CredentialDocument.byteLimit)
        let currentRevision = current.map { Revision(of: $0.bytes) }
        guard revision == nil || revision == currentRevision else { throw StoreError.conflict(connector, account) }
        let record = TrashRecord(
            entry: TrashEntry(
                id: TrashID(at: now()), kind: .credential, reason: .removed, account: account, connector: connector,
                deletedAt: now(), contents: []),
            revision: currentRevision)
        let entry = try own.makeEntry(record)
        do {
            try connectors.move(file, to: entry, as: OwnFolder.payload(of: record.entry))
        } catch {
            try? own.recover()
            throw error.code == ENOENT ? StoreError.noSuchCredential(connector, account) : StoreError.file(error)
        }
        if revision != nil {
            let moved = try entry.read(OwnFolder.payload(of: record.entry), limit: CredentialDocument.byteLimit)
            if moved.map({ Revision(of: $0.bytes) }) != revision {
                try entry.move(OwnFolder.payload(of: record.entry), to: connectors, as: file)
                try? own.recover()
                throw StoreError.conflict(connector, account)
            }
        }
        try connectors.synchronize()
        try entry.synchronize()
        return record.entry
    }

    /// A rename between file systems would be a copy, which is not one step.
    func requireOneFileSystem(_ folder: Folder, _ own: OwnFolder) throws {
        guard try folder.status().st_dev == own.trash.status().st_dev else { throw StoreError.differentFileSystems }
    }
}

extension TrashRecord {
    /// The error for a change that another program made at the same moment.
    fileprivate var conflict: StoreError {
        entry.connector.map { .conflict($0, entry.account) } ?? .noSuchTrashEntry(entry.id)
    }
}
