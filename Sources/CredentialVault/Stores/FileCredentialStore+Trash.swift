internal import Credentials
internal import Glibc

extension FileCredentialStore {
    public func restore(_ id: TrashID, force: Bool) async throws -> TrashEntry {
        try await changing { folders, own in
            let (record, entry) = try own.entry(id)
            switch record.entry.kind {
            case .credential: try self.restoreCredential(record, entry, force: force, folders, own)
            case .account: try self.restoreAccount(record, entry, force: force, folders, own)
            }
            try own.trash.removeTree(id.description)
            try own.trash.synchronize()
            return record.entry
        }
    }

    private func restoreCredential(
        _ record: TrashRecord, _ entry: Folder, force: Bool, _ folders: VaultFolders, _ own: OwnFolder
    ) throws {
        let account = record.entry.account
        guard let connector = record.entry.connector else { return }
        let connectors = try folders.account(account).makeFolder(VaultFolders.connectors)
        try requireOneFileSystem(connectors, own)
        let file = VaultFolders.file(of: connector)
        if try connectors.status(of: file) != nil {
            guard force else { throw StoreError.credentialExists(connector, account) }
            _ = try displace(connector, from: account, expecting: nil, folders, own)
        }
        do {
            try entry.move(OwnFolder.payload(of: record.entry), to: connectors, as: file)
        } catch where error.code == EEXIST {
            throw StoreError.conflict(connector, account)
        }
        try connectors.synchronize()
    }

    private func restoreAccount(
        _ record: TrashRecord, _ entry: Folder, force: Bool, _ folders: VaultFolders, _ own: OwnFolder
    ) throws {
        let account = record.entry.account
        guard folders.layout == .bots, let accounts = try folders.accountsFolder() else {
            throw StoreError.oneAccountOnly
        }
        if try accounts.status(of: account.description) != nil {
            guard force else { throw StoreError.accountExists(account) }
            _ = try displace(account, folders, own)
        }
        do {
            try entry.move(OwnFolder.payload(of: record.entry), to: accounts, as: account.description)
        } catch where error.code == EEXIST {
            throw StoreError.accountExists(account)
        }
        try accounts.synchronize()
    }

    public func purge(_ id: TrashID) async throws {
        try await changing { _, own in
            _ = try own.entry(id)
            try own.trash.removeTree(id.description)
            try own.trash.synchronize()
        }
    }

    public func purge(olderThan age: Int) async throws -> Int {
        try await changing { _, own in
            let old = try own.trash.names().compactMap { TrashID($0).flatMap { try? own.entry($0).record.entry } }
                .filter { $0.deletedAt <= self.now() - age }
            for entry in old { try own.trash.removeTree(entry.id.description) }
            try own.trash.synchronize()
            return old.count
        }
    }
}
