internal import Credentials
internal import Glibc

extension FileCredentialStore {
    /// The undo store, newest first.
    ///
    /// - Returns: The entries that are whole.
    /// - Throws: ``StoreError``.
    public func trash() async throws -> [TrashEntry] {
        try await reading {
            guard let entries = try self.root.existingFolder(VaultFolders.own)?.existingFolder("trash") else {
                return []
            }
            return try entries.names().reversed().compactMap { name in
                try TrashID(name).flatMap { try OwnFolder.entry($0, in: entries)?.record.entry }
            }
        }
    }

    /// Brings an entry back; with `force`, what is in the way goes to the undo store in its turn.
    ///
    /// - Throws: ``StoreError``; the entry is then as it was.
    public func restore(_ id: TrashID, force: Bool) async throws -> TrashEntry {
        try await changing { change in
            let record = try change.own.entry(id).record
            switch record.entry.kind {
            case .credential: try change.restoreCredential(record, force: force)
            case .account: try change.restoreAccount(record, force: force)
            }
            return record.entry
        }
    }

    /// Deletes an entry of the undo store for good.
    ///
    /// - Throws: ``StoreError/noSuchTrashEntry(_:)`` or another ``StoreError``.
    public func purge(_ id: TrashID) async throws {
        try await changing { change in
            _ = try change.own.entry(id)
            try change.own.purge(id)
        }
    }

    /// Deletes the entries of the undo store that are at least `age` seconds old for good.
    ///
    /// - Parameter age: In seconds; 0 takes all, those included that are dated later than now.
    /// - Returns: How many went.
    /// - Throws: ``StoreError``.
    public func purge(olderThan age: Int) async throws -> Int {
        try await changing { change in
            let old = try change.own.trash.names().compactMap { TrashID($0) }.filter { id in
                guard age > 0 else { return true }
                guard let found = try OwnFolder.entry(id, in: change.own.trash) else { return false }
                return found.record.entry.deletedAt <= change.time.seconds - age
            }
            for id in old { try change.own.purge(id) }
            // Digests of bytes that are gone cost nothing but room, so this may fail.
            if !old.isEmpty { try? change.own.pruneDigests(change.folders) }
            return old.count
        }
    }
}

extension Change {
    fileprivate func restoreCredential(_ record: TrashRecord, force: Bool) throws {
        let account = record.entry.account
        guard let connector = record.entry.connector else { return }
        let connectors = try folders.account(account).makeFolder(VaultFolders.connectors)
        try requireOneFileSystem(connectors)
        let file = VaultFolders.file(of: connector)
        if try connectors.status(of: file) != nil {
            guard force else { throw StoreError.credentialExists(connector, account) }
            let kept = try? own.entry(record.entry.id).folder.read(
                OwnFolder.payload(of: record.entry), limit: CredentialDocument.byteLimit)
            if let kept, Revision(of: file, in: connectors) != nil {
                // A bot never finds the file missing, not even after a crash.
                _ = try write(kept.bytes, for: connector, in: account, replacing: .present)
                return try own.purge(record.entry.id)
            }
            // What cannot be read as a file cannot be exchanged as one.
            _ = try displace(connector, from: account, expecting: nil)
        }
        let entry = try own.take(record.entry.id)
        do {
            try hooks.reached(.staged)
            try entry.folder.move(entry.payload, to: connectors, as: file)
            try hooks.reached(.changed)
            try connectors.synchronize()
            try hooks.reached(.durable)
        } catch {
            try? own.settle(entry.name, folders)
            if (error as? FileError)?.code == EEXIST { throw StoreError.conflict(connector, account) }
            throw error
        }
        // It is back and durable; what is left of the entry goes with the next change.
        try? own.drop(entry)
    }

    fileprivate func restoreAccount(_ record: TrashRecord, force: Bool) throws {
        let account = record.entry.account
        guard folders.layout == .bots else { throw StoreError.oneAccountOnly }
        let accounts = try folders.root.makeFolder(VaultFolders.credentials)
        try requireOneFileSystem(accounts)
        let isTaken = try accounts.status(of: account.description) != nil
        guard force || !isTaken else { throw StoreError.accountExists(account) }
        var entry = try own.take(record.entry.id)
        do {
            try hooks.reached(.staged)
            if isTaken, try entry.folder.exchange(entry.payload, with: account.description, in: accounts) {
                try hooks.reached(.changed)
                entry.record = self.record(.replaced, account, contents: try entry.folder.folder(entry.payload))
                try own.replaceRecord(of: entry)
                try accounts.synchronize()
                try hooks.reached(.durable)
                return try own.complete(entry)
            }
            if isTaken { _ = try displace(account) }
            try entry.folder.move(entry.payload, to: accounts, as: account.description)
            if !isTaken { try hooks.reached(.changed) }
            try accounts.synchronize()
            if !isTaken { try hooks.reached(.durable) }
        } catch {
            try? own.settle(entry.name, folders)
            if (error as? FileError)?.code == EEXIST { throw StoreError.accountExists(account) }
            throw error
        }
        // It is back and durable; what is left of the entry goes with the next change.
        try? own.drop(entry)
    }
}
