internal import Credentials
internal import Glibc

/// New bytes for files of the vault, which go into their places all together or not at all.
public struct Rewrite: Sendable {
    /// Every file that may hold sealed values, as the new bytes were made from them. Should one be different by now, or
    /// another one be there, nothing is changed.
    public let seen: [SealedFile]
    /// The files of `seen` that get new bytes, by their position.
    public let replacements: [Int: [UInt8]]
    /// A file outside the vault that changes with them, or `nil`.
    public let outside: OutsideFile?
    /// What is to be kept of the new bytes, and of files whose digests have to be made anew.
    public let digests: [FileDigest]

    /// Describes the change.
    public init(
        seen: [SealedFile], replacements: [Int: [UInt8]], outside: OutsideFile? = nil, digests: [FileDigest] = []
    ) {
        self.seen = seen
        self.replacements = replacements
        self.outside = outside
        self.digests = digests
    }
}

extension FileCredentialStore {
    /// Every file that may hold sealed values, those of the undo store included.
    ///
    /// - Throws: ``StoreError``.
    public func sealedFiles() async throws -> [SealedFile] {
        try await changing { change in try SealedFileFinder(change.folders).files }
    }

    /// Replaces files all together or not at all: a process that dies on the way leaves either the old ones or a record
    /// with which the next process finishes, without a password.
    ///
    /// - Returns: The entries of the undo store that keep what another program wrote at the same moment.
    /// - Throws: ``StoreError/filesChanged(path:)`` when something is not as it was seen; nothing is changed then.
    public func rewrite(_ rewrite: Rewrite) async throws -> [TrashEntry] {
        try await changing { change in
            let found = try SealedFileFinder(change.folders).files
            for (old, new) in zip(rewrite.seen, found) where !new.isUnchanged(since: old) {
                throw StoreError.filesChanged(path: new.path)
            }
            if rewrite.seen.count != found.count {
                throw StoreError.filesChanged(path: VaultFolders.credentials)
            }
            return try change.apply(rewrite)
        }
    }

    /// Reads from the vault, never half-way through a change of many files: one that was interrupted behind its commit is
    /// finished first, and what was read while one took place is read again. Blocks.
    ///
    /// - Throws: ``StoreError`` when it cannot be finished: what is read then would be half old and half new.
    static func readingWhole<Value>(
        _ root: Folder, at time: ClockReading, _ read: () throws -> Value
    ) throws -> Value {
        while true {
            let before = try ownSignature(root)
            // Something else in the place of our folder stops changes, and lists show what is there.
            if let own = (try? root.existingFolder(VaultFolders.own)) ?? nil,
                try own.status(of: OwnFolder.rewrite) != nil
            {
                try finish(root, own, at: time)
                continue
            }
            let value = try read()
            // A commit and an end are renames in our folder, which give it another time.
            if try ownSignature(root) == before { return value }
        }
    }

    private static func ownSignature(_ root: Folder) throws(FileError) -> FileSignature? {
        try root.status(of: VaultFolders.own).map { FileSignature($0) }
    }

    private static func finish(
        _ root: Folder, _ own: Folder, at time: ClockReading, patience: Int = FileLock.patience
    ) throws {
        guard let lock = try FileLock.take(OwnFolder.lock, in: own, patience: patience) else { throw StoreError.busy }
        defer { withExtendedLifetime(lock) {} }
        try OwnFolder(in: own).recover(VaultFolders(root: root), at: time)
    }

    /// Finishes or undoes what an interrupted change left in the vault's folder or beside a `.env`. For programs that
    /// read the password from that file: call it first.
    ///
    /// - Parameter path: The vault's folder; it need not be there.
    /// - Throws: ``StoreError``.
    public static func finishInterruptedChange(path: String) throws {
        guard let root = try? Folder(root: path), let own = try? root.existingFolder(VaultFolders.own) else { return }
        let isUnfinished = (try? own.status(of: OwnFolder.rewrite)) ?? nil != nil
        let staged = (try? own.existingFolder("staging"))?.flatMap { try? $0.names() } ?? []
        guard isUnfinished || !staged.isEmpty else { return }
        do {
            // Whoever holds the lock while nothing is committed is alive and at work; what is staged is not left over.
            try finish(root, own, at: ClockReading.now(), patience: isUnfinished ? FileLock.patience : 0)
        } catch StoreError.busy where !isUnfinished {
            return
        } catch let error as FileError {
            // Leftovers of a change that never happened need not hinder somebody who may only read.
            if isUnfinished { throw StoreError.file(error) }
        }
    }
}

extension Change {
    /// Stages, commits and puts in place.
    fileprivate func apply(_ rewrite: Rewrite) throws -> [TrashEntry] {
        let outside = try rewrite.outside.map { file in
            (file: file, target: try OutsideTarget(replacing: file.path))
        }
        try requireRoom(for: rewrite)
        let id = TrashID(at: time).description
        do {
            try stage(rewrite, as: id, outside)
            try hooks.reached(.staged)
            for (position, old) in rewrite.seen.enumerated() where rewrite.replacements[position] != nil {
                // The last look before the commit, for other programs, which know of no lock.
                try requireUnchanged(old)
            }
            if let outside { try requireUnchanged(outside.file, outside.target) }
            try own.staging.move(id, to: own.folder, as: OwnFolder.rewrite)
        } catch {
            try? own.dropStaged(id)
            throw error
        }
        try own.folder.synchronize()
        try own.staging.synchronize()
        try hooks.reached(.committed)
        let kept = try own.finishRewrite(folders, at: time, hooks)
        // Digests of bytes that are gone cost nothing but room, so this may fail.
        try? own.pruneDigests(folders)
        return kept
    }

    /// Everything that could stop a rename is looked for before anything is written.
    private func requireRoom(for rewrite: Rewrite) throws {
        var checked: Set<[String]> = []
        for position in rewrite.replacements.keys {
            let names = rewrite.seen[position].names
            guard checked.insert(names.dropLast()).inserted, let name = names.last else { continue }
            let folder = try folders.root.folder(names.dropLast())
            try requireOneFileSystem(folder)
            try folder.requireWritable()
            try own.requireRename(to: folder, as: name)
        }
    }

    private func requireUnchanged(_ seen: SealedFile) throws {
        guard let name = seen.names.last,
            let content = try folders.root.folder(seen.names.dropLast()).read(
                name, limit: CredentialDocument.byteLimit),
            .success(content.bytes) == seen.content
        else { throw StoreError.filesChanged(path: seen.path) }
    }

    private func requireUnchanged(_ file: OutsideFile, _ target: OutsideTarget) throws {
        guard try target.folder.read(target.name, limit: CredentialDocument.byteLimit)?.bytes == file.current else {
            throw StoreError.filesChanged(path: file.path)
        }
    }

    private func stage(_ rewrite: Rewrite, as id: String, _ outside: (file: OutsideFile, target: OutsideTarget)?) throws
    {
        let staged = try own.staging.makeNewFolder(id)
        var plan = RewritePlan(items: [], outside: nil)
        if let outside {
            let name = outside.target.name
            plan.outside = RewritePlan.Outside(
                folder: outside.target.folderPath, name: name, staged: name + RewritePlan.Outside.infix + id,
                new: Revision(of: outside.file.replacement))
            // The record comes first, so that whoever undoes this finds the file that follows.
            try staged.create(RewritePlan.outsideName, plan.bytes, ownership: .new(in: staged))
            try staged.synchronize()
            try own.staging.synchronize()
            try hooks.reached(.stagedFile)
            try stageOutside(outside.file.replacement, plan.outside?.staged ?? "", outside.target)
            try hooks.reached(.stagedFile)
        }
        for (position, bytes) in rewrite.replacements.sorted(by: { $0.key < $1.key }) {
            let seen = rewrite.seen[position]
            guard case .success(let current) = seen.content, let name = seen.names.last else { continue }
            guard let status = try folders.root.folder(seen.names.dropLast()).status(of: name) else {
                throw StoreError.filesChanged(path: seen.path)
            }
            try stage(bytes, as: "\(position)", in: staged, like: status, seen.path)
            plan.items.append(
                RewritePlan.Item(
                    staged: "\(position)", names: seen.names, old: Revision(of: current), new: Revision(of: bytes)))
            try hooks.reached(.stagedFile)
            try stageRecord(of: seen, bytes, number: position, in: staged, &plan)
        }
        try stageDigests(rewrite.digests, in: staged, &plan)
        try staged.create(RewritePlan.fileName, plan.bytes, ownership: .new(in: staged))
        try staged.synchronize()
        try own.staging.synchronize()
    }

    /// An entry of the undo store says which bytes it keeps; the new ones have another revision.
    private func stageRecord(
        of seen: SealedFile, _ bytes: [UInt8], number: Int, in staged: Folder, _ plan: inout RewritePlan
    ) throws {
        let names = seen.names.dropLast() + [TrashRecord.fileName]
        guard seen.trash != nil, seen.names.last == "credential.yml",
            let folder = try? folders.root.folder(names.dropLast()),
            let found = try folder.read(TrashRecord.fileName, limit: TrashRecord.byteLimit),
            var record = TrashRecord(bytes: found.bytes, id: nil)
        else { return }
        record.revision = Revision(of: bytes)
        try stage(record.bytes, as: "\(number).entry", in: staged, like: found.status, seen.path)
        plan.items.append(
            RewritePlan.Item(
                staged: "\(number).entry", names: Array(names), old: Revision(of: found.bytes),
                new: Revision(of: record.bytes)))
        try hooks.reached(.stagedFile)
    }

    /// Digests of new bytes may be there before the bytes are; those that take the place of others come with the rest.
    private func stageDigests(_ digests: [FileDigest], in staged: Folder, _ plan: inout RewritePlan) throws {
        let folder = try own.folder.makeFolder(OwnFolder.digests)
        var fresh: [FileDigest] = []
        var planned: Set<String> = []
        for digest in digests {
            let name = digest.revision.description
            guard let old = try folder.read(name, limit: FileDigest.byteLimit) else {
                fresh.append(digest)
                continue
            }
            guard old.bytes != digest.bytes, planned.insert(name).inserted else { continue }
            try stage(digest.bytes, as: "digest-\(name)", in: staged, like: old.status, folder.joined(name))
            plan.items.append(
                RewritePlan.Item(
                    staged: "digest-\(name)", names: [VaultFolders.own, OwnFolder.digests, name],
                    old: Revision(of: old.bytes), new: Revision(of: digest.bytes)))
            try hooks.reached(.stagedFile)
        }
        try own.keep(fresh)
    }

    private func stage(_ bytes: [UInt8], as name: String, in staged: Folder, like status: stat, _ path: String) throws {
        do {
            try staged.create(name, bytes, ownership: .init(keeping: status))
        } catch  where error.operation == "change owner" {
            throw StoreError.cannotKeepOwner(path: path)
        }
    }

    private func stageOutside(_ bytes: [UInt8], _ name: String, _ target: OutsideTarget) throws {
        guard let status = try target.folder.status(of: target.name) else {
            throw FileError("find", target.folder.joined(target.name), code: ENOENT)
        }
        do {
            try target.folder.create(name, bytes, ownership: .init(keeping: status))
        } catch  where error.operation == "change owner" {
            throw StoreError.cannotKeepOwner(path: target.folder.joined(target.name))
        }
        try target.folder.synchronize()
    }
}
