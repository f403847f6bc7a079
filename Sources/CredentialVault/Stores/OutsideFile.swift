internal import Glibc

/// A file outside the vault that changes together with it: the `.env` that holds the vault's password.
public struct OutsideFile: Sendable {
    /// The absolute path. A link at its end is followed once, because people link to a folder of settings.
    public let path: String
    /// What its bytes are now.
    public let current: [UInt8]
    /// What they shall be.
    public let replacement: [UInt8]

    /// Describes the change of a file.
    public init(path: String, current: [UInt8], replacement: [UInt8]) {
        self.path = path
        self.current = current
        self.replacement = replacement
    }
}

/// A file outside the vault with its folder open, checked so that a rename there will work.
struct OutsideTarget {
    /// The folder's absolute path.
    let folderPath: String
    let folder: Folder
    let name: String

    /// Opens the folder of a file that is there.
    ///
    /// - Throws: ``FileError`` when the file cannot be replaced by a rename: a folder that may not be written, a file
    ///   that is mounted over another, a sticky folder of somebody else.
    init(replacing path: String) throws(FileError) {
        guard let resolved = realpath(path, nil) else { throw FileError("find", path) }
        defer { free(resolved) }
        let whole = String(cString: resolved)
        guard let slash = whole.lastIndex(of: "/") else { throw FileError("find", path, code: EINVAL) }
        let parent = String(whole[..<slash])
        try self.init(folder: parent.isEmpty ? "/" : parent, name: String(whole[whole.index(after: slash)...]))
        try requireReplaceable()
    }

    /// Opens the folder alone.
    init(folder path: String, name: String) throws(FileError) {
        folderPath = path
        folder = try Folder(root: path)
        self.name = name
    }

    private func requireReplaceable() throws(FileError) {
        let shown = folder.joined(name)
        guard let status = try folder.status(of: name), status.isRegularFile else {
            throw FileError("replace", shown, code: EINVAL)
        }
        try folder.requireWritable()
        let parent = try folder.status()
        let user = geteuid()
        if parent.st_mode & S_ISVTX != 0, user != 0, user != status.st_uid, user != parent.st_uid {
            throw FileError("replace", shown, code: EPERM)
        }
        // In a container a single file may be mounted: it can be written, but never renamed over.
        let file = try retrying("open", shown) {
            openat(folder.descriptor, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        }
        defer { close(file) }
        guard MountID(of: file) == MountID(of: folder.descriptor) else {
            throw FileError("replace", shown, code: EBUSY)
        }
    }
}

/// Which mount an open file lies on.
private struct MountID: Equatable {
    private let line: String?

    init(of descriptor: Int32) {
        guard let folder = try? Folder(root: "/proc/self/fdinfo"),
            let content = try? folder.read("\(descriptor)", limit: 1 << 16)
        else {
            line = nil
            return
        }
        line = String(decoding: content.bytes, as: UTF8.self).split(separator: "\n")
            .first { $0.hasPrefix("mnt_id:") }.map(String.init)
    }
}

extension Folder {
    /// - Throws: ``FileError`` when nothing can be renamed in this folder.
    func requireWritable() throws(FileError) {
        try retrying("write to", path) { faccessat(descriptor, ".", W_OK | X_OK, AT_EACCESS) }
    }
}

extension OutsideFile {
    /// Writes a file whole or not at all, mode 0600, and makes it survive a power cut.
    ///
    /// - Parameters:
    ///   - path: The absolute path; its folder is there.
    ///   - bytes: What it holds.
    ///   - replacing: Whether a file of that name may go.
    /// - Returns: `false` when there is one and it may not.
    /// - Throws: ``StoreError/file(_:)``.
    public static func write(_ path: String, _ bytes: [UInt8], replacing: Bool) throws -> Bool {
        do {
            guard let slash = path.lastIndex(of: "/") else { throw FileError("write", path, code: EINVAL) }
            let parent = String(path[..<slash])
            let name = String(path[path.index(after: slash)...])
            let folder = try Folder(root: parent.isEmpty ? "/" : parent)
            guard try replacing || folder.status(of: name) == nil else { return false }
            let staged = ".\(name).\(TrashID.unused)"
            try folder.create(staged, bytes, ownership: .new(in: folder))
            do throws(FileError) {
                if replacing {
                    try folder.replace(name, in: folder, with: staged)
                } else {
                    try folder.move(staged, to: folder, as: name)
                }
            } catch {
                try? folder.remove(staged)
                if error.code == EEXIST { return false }
                throw error
            }
            try folder.synchronize()
            return true
        } catch let error as FileError {
            throw StoreError.file(error)
        }
    }

    /// Removes a folder that the program made for itself, with all that is in it.
    ///
    /// - Parameter path: The absolute path.
    public static func removeFolder(_ path: String) {
        guard let slash = path.lastIndex(of: "/"), let parent = try? Folder(root: String(path[..<slash])) else {
            return
        }
        try? parent.removeTree(String(path[path.index(after: slash)...]))
    }
}
