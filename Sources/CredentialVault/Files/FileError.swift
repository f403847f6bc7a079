internal import Glibc

/// A refusal of the operating system, with what was tried on which path. The path holds names only, never a secret.
public struct FileError: Error, Equatable, Sendable {
    /// What was tried, such as `rename`.
    public let operation: String
    /// The path below the vault's folder.
    public let path: String
    /// The `errno` of the call.
    public let code: Int32

    /// The operating system's own words for the code, or ours where those mislead.
    public var reason: String {
        switch (operation, code) {
        case (_, ELOOP): "it is a symbolic link, which is not followed"
        case ("read", EINVAL): "it is no regular file"
        case ("read", EFBIG): "it is larger than any credential"
        default: String(cString: strerror(code))
        }
    }

    /// Whether the file system, or what this user may have of it, is full.
    public var isFullDisk: Bool { code == ENOSPC || code == EDQUOT }

    /// Whether the system has too little of something just now: then nothing is known about the file.
    var isExhaustion: Bool { [EMFILE, ENFILE, ENOMEM].contains(code) }

    /// Describes a failed call; the code is the current `errno`.
    init(_ operation: String, _ path: String, code: Int32 = errno) {
        self.operation = operation
        self.path = path
        self.code = code
    }
}

/// Runs a system call again as long as a signal interrupts it.
///
/// - Returns: The call's result; never negative.
/// - Throws: ``FileError`` with the call's `errno`.
@discardableResult
func retrying<Result: SignedInteger>(
    _ operation: String, _ path: String, _ call: () -> Result
) throws(FileError) -> Result {
    while true {
        let result = call()
        if result >= 0 { return result }
        if errno != EINTR { throw FileError(operation, path) }
    }
}

/// What a call gives, or `nil` where it is refused.
///
/// - Throws: ``FileError`` where the refusal says nothing about the file (``FileError/isExhaustion``).
func unlessRefused<Value>(_ call: () throws(FileError) -> Value?) throws(FileError) -> Value? {
    do {
        return try call()
    } catch  where error.isExhaustion {
        throw error
    } catch {
        return nil
    }
}
