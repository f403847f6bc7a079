import Credentials
import Glibc
import KeyManagement

/// What is piped into the program. It is read once, whole, by at most one option.
struct StandardInput: Sendable {
    /// More than any credential or list of arguments needs.
    static let largestSize = 1 << 20

    let isTerminal: Bool
    /// Reads up to the given number of bytes, fewer only at the end.
    let read: @Sendable (Int) throws -> [UInt8]

    /// Everything up to the end.
    ///
    /// - Throws: ``Failure`` of kind `invalidInput` when there is more than 1 MiB.
    func all() throws -> [UInt8] {
        let bytes = try read(Self.largestSize + 1)
        guard bytes.count <= Self.largestSize else {
            throw Failure(.invalidInput, "Standard input holds more than 1 MiB.")
        }
        return bytes
    }

    /// The first line, for a password: without its line end, and nothing else trimmed.
    ///
    /// - Throws: ``Failure`` of kind `invalidInput` when it is not UTF-8.
    func secretLine() throws -> Secret { try Self.secretLine(in: all(), from: "standard input") }

    /// The first line of some bytes, for a password.
    ///
    /// - Parameters:
    ///   - bytes: What was read.
    ///   - place: Where it was read, for the complaint.
    /// - Returns: The line without its end.
    /// - Throws: ``Failure`` of kind `invalidInput` when it is empty or not UTF-8.
    static func secretLine(in bytes: [UInt8], from place: String) throws -> Secret {
        var line = bytes.prefix { $0 != UInt8(ascii: "\n") }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        guard let text = String(validating: line, as: UTF8.self), !text.isEmpty else {
            throw Failure(.invalidInput, "The first line of \(place) holds no password.")
        }
        return Secret(text)
    }

    /// The process's own.
    static let ofThisProcess = StandardInput(isTerminal: isatty(STDIN_FILENO) == 1) { count in
        try FileBytes.read(from: STDIN_FILENO, atMost: count, name: "standard input")
    }
}
