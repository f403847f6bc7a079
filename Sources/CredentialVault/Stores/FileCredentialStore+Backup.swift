internal import Credentials
internal import Glibc

extension FileCredentialStore {
    /// What a backup holds: the credentials, password checks and configurations of all accounts, the undo store and the
    /// digests. Links, strays and what cannot be read are left out.
    ///
    /// - Throws: ``StoreError``.
    public func backupFiles() async throws -> [Backup.File] {
        try await changing { change in
            var files: [Backup.File] = []
            let folders = change.folders
            switch folders.layout {
            case .conf:
                let names = [VaultFolders.credentials, AccountName.master.description]
                Self.addAccount(folders.root, names, to: &files)
            case .bots:
                guard let accounts = try folders.accountsFolder() else { break }
                let names = try accounts.names()
                let master = AccountName.master.description
                for name in names.filter({ $0 == master }) + names.filter({ $0 != master }) {
                    guard let account = try? accounts.folder(name) else { continue }
                    Self.addAccount(account, [VaultFolders.credentials, name], to: &files)
                }
            }
            for part in ["trash", OwnFolder.digests] {
                guard let folder = try change.own.folder.existingFolder(part) else { continue }
                Self.addTree(folder, [VaultFolders.own, part], to: &files)
            }
            return files
        }
    }

    private static func addAccount(_ account: Folder, _ names: [String], to files: inout [Backup.File]) {
        for name in [VaultFolders.verification] + VaultFolders.configurationFiles {
            add(name, in: account, names, to: &files)
        }
        guard let connectors = try? account.folder(VaultFolders.connectors) else { return }
        for name in (try? connectors.names()) ?? [] where VaultFolders.connector(ofFile: name) != nil {
            add(name, in: connectors, names + [VaultFolders.connectors], to: &files)
        }
    }

    private static func addTree(_ folder: Folder, _ names: [String], to files: inout [Backup.File]) {
        for name in (try? folder.names()) ?? [] {
            if let inner = try? folder.folder(name) {
                addTree(inner, names + [name], to: &files)
            } else {
                add(name, in: folder, names, to: &files)
            }
        }
    }

    private static func add(_ name: String, in folder: Folder, _ names: [String], to files: inout [Backup.File]) {
        guard let content = try? folder.read(name, limit: TrashRecord.byteLimit) else { return }
        files.append(Backup.File(names: names + [name], bytes: content.bytes))
    }

    /// Makes a vault of a backup in an empty folder: all of it, or nothing that anybody would take for a vault.
    ///
    /// - Parameter backup: The backup.
    /// - Throws: ``StoreError/vaultExists`` when any account is there.
    public func place(_ backup: Backup) async throws {
        try await changing { change in
            guard try change.folders.accountsFolder() == nil, change.folders.layout == .bots else {
                throw StoreError.vaultExists
            }
            try change.place(backup)
        }
    }
}

extension Change {
    fileprivate func place(_ backup: Backup) throws {
        let id = TrashID(at: time).description
        let staged = try own.staging.makeNewFolder(id, for: folders.root)
        do {
            // What is staged under `.keys-manager` shall belong to who owns the vault, like everything else.
            for file in backup.files {
                guard let name = file.names.last else { continue }
                var folder = staged
                for part in file.names.dropLast() { folder = try folder.makeFolder(part) }
                try folder.create(name, file.bytes, ownership: .new(in: folder))
                try folder.synchronize()
            }
            let accounts = try staged.makeFolder(VaultFolders.credentials)
            for name in try accounts.names() {
                _ = try accounts.folder(name).makeFolder(VaultFolders.connectors)
            }
            try hooks.reached(.staged)
            if let parts = try staged.existingFolder(VaultFolders.own) {
                for part in try parts.names() { try moveEntries(of: part, in: parts) }
            }
            // Last, because from here on there is a vault.
            try staged.move(VaultFolders.credentials, to: folders.root, as: VaultFolders.credentials)
        } catch {
            try? own.staging.removeTree(id)
            if (error as? FileError)?.code == EEXIST { throw StoreError.vaultExists }
            throw error
        }
        try hooks.reached(.changed)
        try folders.root.synchronize()
        try hooks.reached(.durable)
        try own.staging.removeTree(id)
    }

    private func moveEntries(of part: String, in parts: Folder) throws {
        let source = try parts.folder(part)
        let target = try own.folder.makeFolder(part)
        for name in try source.names() where try target.status(of: name) == nil {
            try source.move(name, to: target, as: name)
        }
        try target.synchronize()
    }
}
