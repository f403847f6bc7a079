public import Credentials
internal import Glibc

extension FileCredentialStore {
    /// Makes the store: `master_account` with the files that deploying a bot reads.
    ///
    /// - Parameter verification: The verification file's bytes; it is written last.
    /// - Throws: ``StoreError/vaultExists`` when any account has a verification file or a credential.
    public func create(verification: [UInt8]) async throws {
        try await changing { change in
            guard try change.isEmpty() else { throw StoreError.vaultExists }
            try change.makeMaster()
            try change.addVerification(verification)
        }
    }

    /// Writes master_account's verification file where there is none, and master_account itself where that is missing.
    ///
    /// - Throws: ``StoreError/vaultExists`` when there is one.
    public func writeVerification(_ verification: [UInt8]) async throws {
        try await changing { change in
            try change.makeMaster()
            try change.addVerification(verification)
        }
    }

    /// Makes an account with copies of master_account's four files, as far as they exist.
    ///
    /// - Throws: ``StoreError/accountExists(_:)``, ``StoreError/oneAccountOnly`` or another ``StoreError``.
    public func createAccount(_ account: AccountName) async throws {
        try await changing { change in try change.createAccount(account) }
    }

    /// Moves an account to the undo store.
    ///
    /// - Throws: ``StoreError/noSuchAccount(_:)``, ``StoreError/protectedAccount`` or another ``StoreError``.
    public func deleteAccount(_ account: AccountName) async throws -> TrashEntry {
        try await changing { change in
            guard !account.isMaster, change.folders.layout == .bots else { throw StoreError.protectedAccount }
            return try change.displace(account)
        }
    }
}

extension Change {
    /// What deploying a bot reads: an instance id (Hummingbot fills in the rest), no fee overrides, and a logging file
    /// that Hummingbot replaces with its own at the first start.
    static let firstFiles = [
        ("conf_client.yml", "instance_id: keys-manager\n"),
        ("conf_fee_overrides.yml", "template_version: 14\n"),
        ("hummingbot_logs.yml", "template_version: 0\n"),
    ]

    /// Whether no account has a verification file or a credential, so that any password may become the vault's.
    fileprivate func isEmpty() throws -> Bool {
        guard folders.layout == .bots else { return try isEmpty(folders.root) }
        guard let accounts = try folders.accountsFolder() else { return true }
        for name in try accounts.names() where try accounts.status(of: name)?.isFolder == true {
            guard try isEmpty(accounts.folder(name)) else { return false }
        }
        return true
    }

    private func isEmpty(_ account: Folder) throws -> Bool {
        guard try account.status(of: VaultFolders.verification) == nil else { return false }
        guard let connectors = try account.existingFolder(VaultFolders.connectors) else { return true }
        return try connectors.names().allSatisfy { VaultFolders.connector(ofFile: $0) == nil }
    }

    /// Makes what is missing of master_account, its verification file apart.
    fileprivate func makeMaster() throws {
        guard folders.layout == .bots else { return }
        let account = try folders.root.makeFolder(VaultFolders.credentials).makeFolder(AccountName.master.description)
        try requireOneFileSystem(account)
        _ = try account.makeFolder(VaultFolders.connectors)
        for (name, text) in Self.firstFiles where try account.status(of: name) == nil {
            try own.place(Array(text.utf8), as: name, in: account)
        }
    }

    fileprivate func addVerification(_ verification: [UInt8]) throws {
        let account = try folders.account(.master)
        try requireOneFileSystem(account)
        do {
            try own.place(verification, as: VaultFolders.verification, in: account, reaching: hooks)
        } catch let error as FileError where error.code == EEXIST {
            throw StoreError.vaultExists
        }
        try hooks.reached(.durable)
    }

    fileprivate func createAccount(_ account: AccountName) throws {
        guard folders.layout == .bots else { throw StoreError.oneAccountOnly }
        let accounts = try folders.root.makeFolder(VaultFolders.credentials)
        try requireOneFileSystem(accounts)
        guard try accounts.status(of: account.description) == nil else { throw StoreError.accountExists(account) }
        let staged = TrashID(at: time).description
        do {
            let folder = try own.staging.makeNewFolder(staged, for: accounts)
            if !account.isMaster { try copyConfiguration(to: folder) }
            try folder.makeFolder(VaultFolders.connectors).synchronize()
            try folder.synchronize()
            try hooks.reached(.staged)
            try own.staging.move(staged, to: accounts, as: account.description)
            try hooks.reached(.changed)
        } catch {
            try? own.staging.removeTree(staged)
            if (error as? FileError)?.code == EEXIST { throw StoreError.accountExists(account) }
            throw error
        }
        try accounts.synchronize()
        try hooks.reached(.durable)
    }

    private func copyConfiguration(to folder: Folder) throws {
        let master = try folders.account(.master)
        for name in VaultFolders.configurationFiles + [VaultFolders.verification] {
            // A link, a folder or something larger than any configuration is not worth copying.
            guard try master.status(of: name)?.isRegularFile == true else { continue }
            let content = try master.read(name, limit: VaultFolders.configurationByteLimit)
            if let content { try folder.create(name, content.bytes, ownership: .new(in: folder)) }
        }
    }

    /// Moves an account to the undo store.
    func displace(_ account: AccountName) throws -> TrashEntry {
        let folder = try folders.account(account)
        guard let accounts = try folders.accountsFolder() else { throw StoreError.noSuchAccount(account) }
        try requireOneFileSystem(accounts)
        let record = record(.removed, account, contents: folder)
        let entry = try own.begin(record)
        do {
            try hooks.reached(.staged)
            try accounts.move(account.description, to: entry.folder, as: entry.payload)
            try hooks.reached(.changed)
            try entry.folder.synchronize()
            try accounts.synchronize()
            try hooks.reached(.durable)
            try own.complete(entry)
        } catch {
            try? own.settle(entry.name, folders)
            if (error as? FileError)?.code == ENOENT { throw StoreError.noSuchAccount(account) }
            throw error
        }
        return record.entry
    }

    /// The record for an account that leaves its place now.
    func record(_ reason: TrashEntry.Reason, _ account: AccountName, contents folder: Folder) -> TrashRecord {
        let files = (try? folder.folder(VaultFolders.connectors).names()) ?? []
        return TrashRecord(
            entry: TrashEntry(
                id: TrashID(at: time), kind: .account, reason: reason, account: account, connector: nil,
                deletedAt: time.seconds, contents: files.compactMap(VaultFolders.connector(ofFile:))),
            revision: nil)
    }
}
