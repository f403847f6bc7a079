internal import Credentials
internal import Glibc

extension FileCredentialStore {
    /// What a backup holds: the credentials, password checks and configurations of all accounts, the undo store and the
    /// digests. Strays are passed over; what cannot be read is named.
    ///
    /// - Returns: The files, and what is left out.
    /// - Throws: ``StoreError``; also where the system has too little of something to tell what is there.
    public func backupFiles() async throws -> (files: [Backup.File], left: [Backup.Omission]) {
        try await changing { change in
            var gathering = Gathering()
            let folders = change.folders
            switch folders.layout {
            case .conf:
                let names = [VaultFolders.credentials, AccountName.master.description]
                try gathering.addAccount(folders.root, names)
            case .bots:
                guard let accounts = try folders.accountsFolder() else { break }
                let names = try accounts.names()
                let master = AccountName.master.description
                for name in names.filter({ $0 == master }) + names.filter({ $0 != master }) {
                    let path = [VaultFolders.credentials, name]
                    try gathering.enter(name, in: accounts, path) { account, gathering throws(FileError) in
                        try gathering.addAccount(account, path)
                    }
                }
            }
            for part in OwnFolder.partsOfBackups {
                try gathering.addTree(part, in: change.own.folder, [VaultFolders.own, part])
            }
            return (gathering.files, gathering.left)
        }
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

extension OwnFolder {
    /// What a backup holds of ours.
    static let partsOfBackups = ["trash", digests]
}

/// Reads the files of a vault, and remembers what could not be read.
private struct Gathering {
    var files: [Backup.File] = []
    var left: [Backup.Omission] = []

    mutating func addAccount(_ account: Folder, _ names: [String]) throws(FileError) {
        for name in [VaultFolders.verification] + VaultFolders.configurationFiles {
            try add(name, in: account, names + [name])
        }
        let path = names + [VaultFolders.connectors]
        try enter(VaultFolders.connectors, in: account, path) { connectors, gathering throws(FileError) in
            for name in try connectors.names() where VaultFolders.connector(ofFile: name) != nil {
                try gathering.add(name, in: connectors, path + [name])
            }
        }
    }

    mutating func addTree(_ name: String, in parent: Folder, _ names: [String]) throws(FileError) {
        guard try parent.status(of: name)?.isFolder == true else { return try add(name, in: parent, names) }
        try enter(name, in: parent, names) { folder, gathering throws(FileError) in
            for inner in try folder.names() { try gathering.addTree(inner, in: folder, names + [inner]) }
        }
    }

    /// Does something with a folder; passes over what is none.
    mutating func enter(
        _ name: String, in parent: Folder, _ names: [String],
        _ body: (Folder, inout Gathering) throws(FileError) -> Void
    ) throws(FileError) {
        try noting(names) { gathering throws(FileError) in
            guard let status = try parent.status(of: name), status.isFolder || status.isLink else { return }
            try body(try parent.folder(name), &gathering)
        }
    }

    private mutating func add(_ name: String, in folder: Folder, _ names: [String]) throws(FileError) {
        try noting(names) { gathering throws(FileError) in
            guard let content = try folder.read(name, limit: TrashRecord.byteLimit) else { return }
            gathering.files.append(Backup.File(names: names, bytes: content.bytes))
        }
    }

    /// Names what is refused.
    ///
    /// - Throws: ``FileError`` where the refusal says nothing about the file.
    private mutating func noting(
        _ names: [String], _ body: (inout Gathering) throws(FileError) -> Void
    ) throws(FileError) {
        do throws(FileError) {
            try body(&self)
        } catch {
            guard !error.isExhaustion else { throw error }
            left.append(Backup.Omission(names: names, reason: "it cannot be read: \(error.reason)."))
        }
    }
}

extension stat {
    fileprivate var isLink: Bool { st_mode & S_IFMT == S_IFLNK }
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
                let account = try accounts.folder(name)
                _ = try account.makeFolder(VaultFolders.connectors)
                // A configuration with passwords in the clear is in no backup; without one Hummingbot deploys nothing.
                for (name, text) in Self.firstFiles where try account.status(of: name) == nil {
                    try account.create(name, Array(text.utf8), ownership: .new(in: account))
                }
                try account.synchronize()
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
