internal import Glibc

/// Memory that held a secret.
enum Memory {
    /// Overwrites bytes before they are given back; the compiler may not leave it out.
    static func wipe(_ bytes: inout [UInt8]) {
        bytes.withUnsafeMutableBytes { buffer in
            guard let start = buffer.baseAddress else { return }
            explicit_bzero(start, buffer.count)
        }
    }
}
