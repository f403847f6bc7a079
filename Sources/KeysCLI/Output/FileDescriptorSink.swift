import Glibc
import KeyManagement

/// One of the process's own streams.
struct FileDescriptorSink: TextSink {
    let descriptor: Int32

    func write(_ text: String) throws { try write(Array(text.utf8)) }

    /// Writes all of the bytes.
    func write(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written > 0 {
                rest = rest.dropFirst(written)
            } else if errno != EINTR {
                throw Failure(
                    .storage, "The output could not be written: \(SystemError.text(errno)).",
                    hint: "Check the disk or the program that reads it.")
            }
        }
    }
}

/// The C library's words for an error number.
enum SystemError {
    static func text(_ number: Int32) -> String {
        strerror(number).map { String(cString: $0) } ?? "error \(number)"
    }
}
