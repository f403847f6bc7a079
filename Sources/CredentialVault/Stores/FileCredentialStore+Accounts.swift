public import Credentials
internal import Glibc

extension FileCredentialStore {
    public func create(verification: [UInt8]) async throws {
        try await changing { folders, own in
            if folders.layout == .conf { return try self.addVerification(verification, folders, own) }
            let credentials = try folders.root.makeFolder(VaultFolders.credentials)
            let account = try credentials.makeFolder(AccountName.master.description)
            let connectors = try account.makeFolder(VaultFolders.connectors)
            guard try connectors.names().allSatisfy({ VaultFolders.connector(ofFile: $0) == nil }) else {
                throw StoreError.vaultExists
            }
            for (name, text) in Self.firstFiles where try account.status(of: name) == nil {
                try account.create(name, Array(text.utf8), ownership: .new(in: account))
            }
            try self.addVerification(verification, folders, own)
            try credentials.synchronize()
            try folders.root.synchronize()
        }
    }

    /// What deploying a bot reads: an instance id (Hummingbot fills in the rest), no fee overrides, and a logging file
    /// that Hummingbot replaces with its own at the first start.
    private static let firstFiles = [
        ("conf_client.yml", "instance_id: keys-manager\n"),
        ("conf_fee_overrides.yml", "template_version: 14\n"),
        ("hummingbot_logs.yml", "template_version: 0\n"),
    ]

    public func writeVerification(_ verification: [UInt8]) async throws {
        try await changing { folders, own in try self.addVerification(verification, folders, own) }
    }

    private func addVerification(_ verification: [UInt8], _ folders: VaultFolders, _ own: OwnFolder) throws {
        let account = try folders.account(.master)
        try requireOneFileSystem(account, own)
        let staged = TrashID(at: now()).description
        try own.staging.create(staged, verification, ownership: .new(in: account))
        do {
            try own.staging.move(staged, to: account, as: VaultFolders.verification)
        } catch {
            try? own.staging.remove(staged)
            throw error.code == EEXIST ? StoreError.vaultExists : StoreError.file(error)
        }
        try account.synchronize()
    }

    public func createAccount(_ account: AccountName) async throws {
        try await changing { folders, own in
            guard folders.layout == .bots else { throw StoreError.oneAccountOnly }
            let accounts = try folders.root.makeFolder(VaultFolders.credentials)
            try self.requireOneFileSystem(accounts, own)
            guard try accounts.status(of: account.description) == nil else { throw StoreError.accountExists(account) }
            let staged = TrashID(at: self.now()).description
            let folder = try own.staging.makeNewFolder(staged)
            do {
                if !account.isMaster {
                    let master = try folders.account(.master)
                    for name in VaultFolders.configurationFiles + [VaultFolders.verification] {
                        // A link or something larger than any configuration is not worth copying.
                        guard let content = try? master.read(name, limit: 1 << 21) else { continue }
                        try folder.create(name, content.bytes, ownership: .new(in: accounts))
                    }
                }
                try folder.makeFolder(VaultFolders.connectors).synchronize()
                try folder.synchronize()
                try own.staging.move(staged, to: accounts, as: account.description)
            } catch {
                try? own.staging.removeTree(staged)
                if (error as? FileError)?.code == EEXIST { throw StoreError.accountExists(account) }
                throw error
            }
            try accounts.synchronize()
        }
    }

    public func deleteAccount(_ account: AccountName) async throws -> TrashEntry {
        try await changing { folders, own in
            guard !account.isMaster, folders.layout == .bots else { throw StoreError.protectedAccount }
            return try self.displace(account, folders, own)
        }
    }

    /// Moves an account to the undo store; under the lock.
    func displace(_ account: AccountName, _ folders: VaultFolders, _ own: OwnFolder) throws -> TrashEntry {
        let folder = try folders.account(account)
        guard let accounts = try folders.accountsFolder() else { throw StoreError.noSuchAccount(account) }
        try requireOneFileSystem(accounts, own)
        let contents = (try? folder.folder(VaultFolders.connectors).names()) ?? []
        let record = TrashRecord(
            entry: TrashEntry(
                id: TrashID(at: now()), kind: .account, reason: .removed, account: account, connector: nil,
                deletedAt: now(), contents: contents.compactMap(VaultFolders.connector(ofFile:))),
            revision: nil)
        let entry = try own.makeEntry(record)
        do {
            try accounts.move(account.description, to: entry, as: OwnFolder.payload(of: record.entry))
        } catch {
            try? own.recover()
            throw error.code == ENOENT ? StoreError.noSuchAccount(account) : StoreError.file(error)
        }
        try accounts.synchronize()
        try entry.synchronize()
        return record.entry
    }
}
