public import Credentials
internal import Glibc

extension FileCredentialStore {
    /// Writes a document whole or not at all; what it replaces goes to the undo store.
    ///
    /// - Throws: ``StoreError``.
    public func write(
        _ document: CredentialDocument, for connector: ConnectorName, in account: AccountName,
        replacing expectation: Expectation, sealedBeside verification: [UInt8]?, digest: FileDigest?
    ) async throws -> (revision: Revision, displaced: TrashEntry?) {
        let bytes = document.bytes
        return try await changing { change in
            try change.requirePassword(of: verification)
            return try change.write(bytes, for: connector, in: account, replacing: expectation, digest: digest)
        }
    }

    /// Moves a credential to the undo store.
    ///
    /// - Throws: ``StoreError``.
    public func remove(
        _ connector: ConnectorName, from account: AccountName, expecting revision: Revision?
    ) async throws -> TrashEntry {
        try await changing { change in try change.displace(connector, from: account, expecting: revision) }
    }
}

extension Change {
    /// Another process may have changed the vault's password after a document was sealed and before its turn came.
    fileprivate func requirePassword(of verification: [UInt8]?) throws {
        guard let verification else { return }
        let file = try folders.account(.master).read(
            VaultFolders.verification, limit: VaultFolders.verificationByteLimit)
        guard file?.bytes == verification else { throw StoreError.passwordChanged }
    }

    /// Writes a credential's bytes.
    func write(
        _ bytes: [UInt8], for connector: ConnectorName, in account: AccountName, replacing expectation: Expectation,
        digest: FileDigest? = nil
    ) throws -> (revision: Revision, displaced: TrashEntry?) {
        let accountFolder = try folders.account(account)
        let connectors = try accountFolder.makeFolder(VaultFolders.connectors)
        try requireOneFileSystem(connectors)
        let file = VaultFolders.file(of: connector)
        let revision = Revision(of: bytes)
        guard let current = try connectors.read(file, limit: CredentialDocument.byteLimit) else {
            switch expectation {
            case .absent, .anything: break
            case .present: throw StoreError.noSuchCredential(connector, account)
            case .revision: throw StoreError.conflict(connector, account)
            }
            // Before the file: one without a digest would look like another program's.
            try keep(digest)
            do {
                try own.place(bytes, as: file, in: connectors, reaching: hooks)
            } catch let error as FileError where error.code == EEXIST {
                throw StoreError.conflict(connector, account)
            }
            try hooks.reached(.durable)
            return (revision, nil)
        }
        let currentRevision = Revision(of: current.bytes)
        switch expectation {
        case .present, .anything: break
        case .absent: throw StoreError.credentialExists(connector, account)
        case .revision(let expected):
            guard expected == currentRevision else { throw StoreError.conflict(connector, account) }
        }
        let record = record(.replaced, account, connector, revision: currentRevision)
        try keep(digest)
        try exchange(bytes, with: file, current, in: connectors, record)
        return (revision, record.entry)
    }

    private func keep(_ digest: FileDigest?) throws {
        guard let digest else { return }
        try own.keep([digest])
        try hooks.reached(.digested)
    }

    /// Puts new bytes in the place of a file and files the old ones in the undo store.
    ///
    /// The exchange is one step, and what came out is compared with what was read before, so that a change which another
    /// program made in between is put back and reported.
    private func exchange(
        _ bytes: [UInt8], with file: String, _ current: FileContent, in connectors: Folder, _ record: TrashRecord
    ) throws {
        let entry: OwnFolder.Pending
        do {
            entry = try own.begin(record, replacement: (bytes, .init(keeping: current.status)))
        } catch let error as FileError where error.operation == "change owner" {
            throw StoreError.cannotKeepOwner(path: connectors.joined(file))
        }
        do {
            try hooks.reached(.staged)
            if try entry.folder.exchange(entry.payload, with: file, in: connectors) {
                try hooks.reached(.changed)
                guard lastRevision(of: entry.payload, in: entry.folder) == record.revision else {
                    try undoExchange(of: bytes, with: file, in: connectors, entry)
                    throw record.conflict
                }
            } else {
                try replaceByCopy(bytes, current, file, in: connectors, entry)
            }
            try entry.folder.synchronize()
            try connectors.synchronize()
            try hooks.reached(.durable)
            try own.complete(entry)
        } catch {
            // Whether the exchange took place decides what becomes of the entry.
            try? own.settle(entry.name, folders)
            if let error = error as? FileError, error.code == ENOENT { throw record.conflict }
            throw error
        }
    }

    /// Puts back what another program wrote before an exchange. What one wrote since then over our bytes is newer: that
    /// stays in place, and the older goes to the undo store.
    private func undoExchange(
        of bytes: [UInt8], with file: String, in connectors: Folder, _ entry: OwnFolder.Pending
    ) throws {
        let ours = Revision(of: bytes)
        guard Revision(of: file, in: connectors) == ours else { return }
        try hooks.reached(.undoing)
        guard try entry.folder.exchange(entry.payload, with: file, in: connectors),
            lastRevision(of: entry.payload, in: entry.folder) != ours
        else { return }
        _ = try entry.folder.exchange(entry.payload, with: file, in: connectors)
    }

    /// The revision of a file that was taken out of its place, once nobody writes to it any more.
    private func lastRevision(of name: String, in folder: Folder) -> Revision? {
        folder.awaitWriters(of: name, patience: hooks.writerPatience)
        return Revision(of: name, in: folder)
    }

    /// For file systems without an exchange: the old bytes are copied to the entry before the new ones go over them.
    private func replaceByCopy(
        _ bytes: [UInt8], _ current: FileContent, _ file: String, in connectors: Folder, _ entry: OwnFolder.Pending
    ) throws {
        let staged = entry.name + ".new"
        try entry.folder.move(entry.payload, to: own.staging, as: staged)
        try own.place(current.bytes, as: entry.payload, in: entry.folder, ownership: .init(keeping: current.status))
        try hooks.reached(.copied)
        guard Revision(of: file, in: connectors) == entry.record.revision else {
            try entry.folder.remove(entry.payload)
            throw entry.record.conflict
        }
        try own.staging.replace(file, in: connectors, with: staged)
        try hooks.reached(.changed)
    }

    /// Moves a credential to the undo store.
    func displace(
        _ connector: ConnectorName, from account: AccountName, expecting revision: Revision?
    ) throws -> TrashEntry {
        let file = VaultFolders.file(of: connector)
        let connectors: Folder
        do {
            connectors = try folders.account(account).folder(VaultFolders.connectors)
        } catch let error as FileError where error.code == ENOENT {
            throw StoreError.noSuchCredential(connector, account)
        }
        try requireOneFileSystem(connectors)
        guard try connectors.status(of: file) != nil else { throw StoreError.noSuchCredential(connector, account) }
        // A file that cannot be read can still be thrown away.
        let currentRevision = Revision(of: file, in: connectors)
        guard revision == nil || revision == currentRevision else { throw StoreError.conflict(connector, account) }
        let record = record(.removed, account, connector, revision: currentRevision)
        let entry = try own.begin(record)
        do {
            try hooks.reached(.staged)
            try connectors.move(file, to: entry.folder, as: entry.payload)
            try hooks.reached(.changed)
            if revision != nil, lastRevision(of: entry.payload, in: entry.folder) != revision {
                // Where a third version has come up meanwhile, this one stays in the undo store.
                try? entry.folder.move(entry.payload, to: connectors, as: file)
                throw record.conflict
            }
            try entry.folder.synchronize()
            try connectors.synchronize()
            try hooks.reached(.durable)
            try own.complete(entry)
        } catch {
            try? own.settle(entry.name, folders)
            if let error = error as? FileError, error.code == ENOENT {
                throw StoreError.noSuchCredential(connector, account)
            }
            throw error
        }
        return record.entry
    }

    private func record(
        _ reason: TrashEntry.Reason, _ account: AccountName, _ connector: ConnectorName, revision: Revision?
    ) -> TrashRecord {
        TrashRecord(
            entry: TrashEntry(
                id: TrashID(at: time), kind: .credential, reason: reason, account: account, connector: connector,
                deletedAt: time.seconds, contents: []),
            revision: revision)
    }
}

extension TrashRecord {
    /// The error for a change that another program made at the same moment.
    fileprivate var conflict: StoreError {
        entry.connector.map { .conflict($0, entry.account) } ?? .noSuchTrashEntry(entry.id)
    }
}
