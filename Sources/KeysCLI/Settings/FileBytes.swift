import Glibc
import KeyManagement

/// Reads small files whole.
enum FileBytes {
    /// What a small file holds, and what its owner lets others do with it.
    struct Content: Sendable {
        let bytes: [UInt8]
        /// The permission bits.
        let mode: UInt32
        /// Equal for two paths of one file.
        let identity: Identity
    }

    /// Device and inode.
    struct Identity: Hashable, Sendable {
        let device: UInt
        let inode: UInt
    }

    /// The content of a regular file.
    ///
    /// - Parameters:
    ///   - path: Where it lies.
    ///   - limit: In bytes.
    /// - Returns: `nil` when there is no such file, or something that is not a file (a `.env` folder of Python's).
    /// - Throws: ``Failure`` of kind `storage` when it cannot be read or is larger than `limit`.
    static func content(of path: String, atMost limit: Int = StandardInput.largestSize) throws -> Content? {
        // Opening a pipe would wait for its writer; a file does not mind the flag.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw Failure(.storage, "\(path) cannot be opened: \(SystemError.text(errno)).")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        let bytes = try read(from: descriptor, atMost: limit + 1, name: path)
        guard bytes.count <= limit else { throw Failure(.storage, "\(path) is larger than \(limit) bytes.") }
        return Content(
            bytes: bytes, mode: status.st_mode & 0o7777,
            identity: Identity(device: UInt(status.st_dev), inode: UInt(status.st_ino)))
    }

    /// The bytes of a file or pipe that a person named, such as a shell's `<(…)`. A pipe is waited for.
    ///
    /// - Parameters:
    ///   - path: Where it lies.
    ///   - limit: In bytes.
    /// - Returns: Everything up to the end.
    /// - Throws: ``Failure`` of kind `invalidInput` when there is no such file or pipe, `storage` when it cannot be read.
    static func bytes(ofNamed path: String, atMost limit: Int = StandardInput.largestSize) throws -> [UInt8] {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { throw Failure(.invalidInput, "There is no file \(path).") }
            throw Failure(.storage, "\(path) cannot be opened: \(SystemError.text(errno)).")
        }
        // A device may never end.
        guard [S_IFREG, S_IFIFO].contains(status.st_mode & S_IFMT) else {
            throw Failure(.invalidInput, "\(path) is neither a regular file nor a pipe.")
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw Failure(.storage, "\(path) cannot be opened: \(SystemError.text(errno)).")
        }
        defer { close(descriptor) }
        let bytes = try read(from: descriptor, atMost: limit + 1, name: path)
        guard bytes.count <= limit else { throw Failure(.invalidInput, "\(path) is larger than \(limit) bytes.") }
        return bytes
    }

    /// Reads up to `limit` bytes, fewer only at the end.
    static func read(from descriptor: Int32, atMost limit: Int, name: String) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while bytes.count < limit {
            let count = Glibc.read(descriptor, &chunk, min(chunk.count, limit - bytes.count))
            if count > 0 {
                bytes.append(contentsOf: chunk.prefix(count))
            } else if count == 0 {
                break
            } else if errno != EINTR {
                throw Failure(.storage, "\(name) cannot be read: \(SystemError.text(errno)).")
            }
        }
        return bytes
    }
}
