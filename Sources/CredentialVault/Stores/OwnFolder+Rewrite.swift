internal import Credentials
internal import Glibc

extension OwnFolder {
    /// The name of a committed change of many files that is not finished.
    static let rewrite = "rewrite"

    /// Puts the staged files of a committed change in their places. May be run again at any point of itself.
    ///
    /// - Returns: The entries of the undo store that keep what another program wrote since the files were read.
    @discardableResult
    func finishRewrite(_ folders: VaultFolders, at time: ClockReading, _ hooks: StoreHooks? = nil) throws
        -> [TrashEntry]
    {
        guard let rewrite = try folder.existingFolder(Self.rewrite) else { return [] }
        guard let content = try rewrite.read(RewritePlan.fileName, limit: RewritePlan.byteLimit),
            let plan = RewritePlan(bytes: content.bytes)
        else {
            // The commit is a rename of a synced folder, so this is damage and not a crash: nothing is guessed.
            throw FileError("read", rewrite.joined(RewritePlan.fileName), code: EINVAL)
        }
        var kept: [TrashEntry] = []
        // One folder is open at a time: a vault may have more of them than a process may have open.
        var current: (names: [String], folder: Folder)?
        for item in plan.items {
            guard let name = item.names.last else { continue }
            let parent = Array(item.names.dropLast())
            if current?.names != parent {
                try current?.folder.synchronize()
                current = try folders.root.existingFolder(parent).map { (names: parent, folder: $0) }
            }
            guard let target = current?.folder else { continue }
            if let entry = try put(item, named: name, from: rewrite, in: target, folders, at: time) {
                kept.append(entry)
            }
            try hooks?.reached(.renamedFile)
        }
        try current?.folder.synchronize()
        if let outside = plan.outside {
            try finish(outside)
            try hooks?.reached(.renamedFile)
        }
        try hooks?.reached(.changed)
        try rewrite.synchronize()
        // Moved first, so that a half-removed change is never taken for a whole one.
        try folder.move(Self.rewrite, to: staging, as: TrashID(at: time).description)
        try folder.synchronize()
        try hooks?.reached(.durable)
        try staging.removeContents()
        return kept
    }

    /// Exchanges a staged file with the one in its place, unless that was done before.
    private func put(
        _ item: RewritePlan.Item, named name: String, from rewrite: Folder, in target: Folder, _ folders: VaultFolders,
        at time: ClockReading
    ) throws -> TrashEntry? {
        var found = try rewrite.revision(of: item.staged)
        if found == item.new {
            // What somebody took away meanwhile does not come back.
            guard try target.status(of: name) != nil else { return nil }
            if try rewrite.exchange(item.staged, with: name, in: target) {
                rewrite.awaitWriters(of: item.staged)
                found = try rewrite.revision(of: item.staged)
            } else {
                let current = try target.revision(of: name)
                var kept: TrashEntry?
                if current != item.old, current != item.new {
                    kept = try keepCopy(of: item, named: name, in: target, folders, at: time)
                }
                try rewrite.replace(name, in: target, with: item.staged)
                return kept
            }
        }
        guard let found, found != item.new, found != item.old || rewrite.hasWriter(item.staged) else { return nil }
        return try keep(item, from: rewrite, found, folders, at: time)
    }

    /// Files what another program wrote in the undo store.
    private func keep(
        _ item: RewritePlan.Item, from rewrite: Folder, _ revision: Revision, _ folders: VaultFolders,
        at time: ClockReading
    ) throws -> TrashEntry? {
        guard let record = record(for: item, folders, revision, at: time) else { return nil }
        let entry = try begin(record)
        try rewrite.move(item.staged, to: entry.folder, as: entry.payload)
        try entry.folder.synchronize()
        try complete(entry)
        return record.entry
    }

    private func keepCopy(
        of item: RewritePlan.Item, named name: String, in target: Folder, _ folders: VaultFolders, at time: ClockReading
    ) throws -> TrashEntry? {
        guard let content = try target.read(name, limit: CredentialDocument.byteLimit),
            let record = record(for: item, folders, Revision(of: content.bytes), at: time)
        else { return nil }
        let entry = try begin(record)
        try place(content.bytes, as: entry.payload, in: entry.folder, ownership: .init(keeping: content.status))
        try complete(entry)
        return record.entry
    }

    /// The undo store keeps credentials of accounts; of other files only our own processes write.
    private func record(
        for item: RewritePlan.Item, _ folders: VaultFolders, _ revision: Revision, at time: ClockReading
    ) -> TrashRecord? {
        let account: String
        switch folders.layout {
        case .conf:
            guard item.names.count == 2, item.names[0] == VaultFolders.connectors else { return nil }
            account = AccountName.master.description
        case .bots:
            guard item.names.count == 4, item.names[0] == VaultFolders.credentials,
                item.names[2] == VaultFolders.connectors
            else { return nil }
            account = item.names[1]
        }
        guard let account = try? AccountName(account), let file = item.names.last,
            let connector = VaultFolders.connector(ofFile: file)
        else { return nil }
        return TrashRecord(
            entry: TrashEntry(
                id: TrashID(at: time), kind: .credential, reason: .replaced, account: account, connector: connector,
                deletedAt: time.seconds, contents: []),
            revision: revision)
    }

    /// Puts the file outside the vault in its place, unless that was done before.
    private func finish(_ outside: RewritePlan.Outside) throws {
        let target: OutsideTarget
        do throws(FileError) {
            target = try OutsideTarget(folder: outside.folder, name: outside.name)
        } catch  where error.code == ENOENT {
            return
        }
        guard try target.folder.revision(of: outside.staged) == outside.new else { return }
        try target.folder.replace(outside.name, in: target.folder, with: outside.staged)
        try target.folder.synchronize()
    }

    /// Drops a staged change that was never committed, and what it staged outside the vault.
    func dropStaged(_ id: String) throws(FileError) {
        if let staged = try? staging.folder(id),
            let content = try? staged.read(RewritePlan.outsideName, limit: RewritePlan.byteLimit),
            let outside = RewritePlan(bytes: content.bytes)?.outside,
            outside.staged.hasSuffix(id), let target = try? OutsideTarget(folder: outside.folder, name: outside.name),
            let status = try? target.folder.status(of: outside.staged), status.isRegularFile
        {
            try target.folder.remove(outside.staged)
            try target.folder.synchronize()
        }
        try staging.removeTree(id)
    }

    /// Drops everything that is staged; a change whose file outside the vault cannot be removed waits for the next time.
    func dropStaged() throws(FileError) {
        var isDropped = true
        for name in try staging.names() {
            do throws(FileError) {
                try dropStaged(name)
            } catch {
                isDropped = false
            }
        }
        if isDropped { try staging.removeContents() }
    }

    /// Makes sure that a rename from our folder to another will work, by trying one that cannot succeed.
    func requireRename(to target: Folder, as name: String) throws(FileError) {
        let trial = TrashID.unused.description
        try staging.create(trial, [], ownership: .new(in: staging))
        defer { try? staging.remove(trial) }
        do throws(FileError) {
            try staging.move(trial, to: target, as: name)
        } catch  where error.code == EEXIST {
            return
        }
        // The name was free, so there was no file to replace.
        try target.remove(name)
        throw FileError("find", target.joined(name), code: ENOENT)
    }
}

extension RewritePlan {
    /// Where a staged change records the file outside the vault, before that file is made.
    static let outsideName = "outside.json"
}

extension Folder {
    /// Opens a folder several levels down.
    func folder(_ names: some Collection<String>) throws(FileError) -> Folder {
        var folder = self
        for name in names { folder = try folder.folder(name) }
        return folder
    }

    /// Opens a folder several levels down; `nil` when there is none.
    func existingFolder(_ names: some Collection<String>) throws(FileError) -> Folder? {
        var folder = self
        for name in names {
            guard let next = try folder.existingFolder(name) else { return nil }
            folder = next
        }
        return folder
    }

    /// The revision of a file of any kind that we write; `nil` when there is none.
    fileprivate func revision(of name: String) throws(FileError) -> Revision? {
        try read(name, limit: TrashRecord.byteLimit).map { Revision(of: $0.bytes) }
    }
}
