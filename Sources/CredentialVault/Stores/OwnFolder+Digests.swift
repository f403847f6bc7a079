internal import Glibc

extension OwnFolder {
    /// The name of the folder that keeps what we say of files that we wrote.
    static let digests = "digests"

    /// Keeps digests; each survives a power cut once this returns.
    func keep(_ digests: [FileDigest]) throws {
        guard !digests.isEmpty else { return }
        let folder = try folder.makeFolder(Self.digests)
        for digest in digests {
            let name = digest.revision.description
            // Equal bytes have one digest; under another key it is a new one.
            if let known = try folder.read(name, limit: FileDigest.byteLimit), known.bytes == digest.bytes { continue }
            let staged = TrashID.unused.description
            try staging.create(staged, digest.bytes, ownership: .new(in: folder))
            do {
                try staging.replace(name, in: folder, with: staged)
            } catch {
                try? staging.remove(staged)
                throw error
            }
        }
        try folder.synchronize()
    }

    /// Drops the digests of bytes that are nowhere any more.
    ///
    /// One whose file has other bytes by now stays, as long as nobody says of these that they are ours: it tells that
    /// the file was ours once.
    func pruneDigests(_ folders: VaultFolders) throws {
        guard let folder = try folder.existingFolder(Self.digests) else { return }
        var present: Set<Revision> = []
        var revisions: [String: Set<Revision>] = [:]
        for file in try SealedFileFinder(folders).files {
            guard case .success(let bytes) = file.content else { continue }
            let revision = Revision(of: bytes)
            present.insert(revision)
            revisions["\(file.account)/\(file.names.last ?? "")", default: []].insert(revision)
        }
        let names = Set(try folder.names())
        for name in names {
            guard let content = try folder.read(name, limit: FileDigest.byteLimit),
                let digest = FileDigest(bytes: content.bytes),
                !VaultFolders.configurationFiles.contains(digest.file), !present.contains(digest.revision)
            else { continue }
            let current = revisions["\(digest.account)/\(digest.file)"] ?? []
            guard current.allSatisfy({ names.contains($0.description) }) else { continue }
            try folder.remove(name)
        }
    }
}
