internal import Glibc
public import OrderedJSON

extension ChainedLog {
    /// One line.
    public struct Line: Sendable {
        /// The bytes, without the line break.
        public let bytes: [UInt8]
        /// What it says; `nil` when it is no line of the log: no JSON object, or one without a number that lines have.
        public let members: JSONObject?

        /// Its number; `nil` when it is no line of the log.
        var number: Int? { members?["n"]?.integerValue }

        init(_ bytes: some Sequence<UInt8>) {
            self.bytes = Array(bytes)
            let members = (try? JSON(parsing: self.bytes))?.objectValue
            let isNumbered = members?["n"]?.integerValue.map { ChainedLog.numbers.contains($0) } ?? false
            self.members = isNumbered ? members : nil
        }
    }

    /// The numbers that lines have: those that every reader of JSON knows exactly, so that counting on never overflows.
    static let numbers = 0..<(1 << 53)

    /// One file of the log.
    struct File: Equatable {
        let name: String
        /// The number of its last line, as its name says; `nil` for the file that is being written.
        let lastNumber: Int?

        /// Whether it may hold lines after one with a number.
        func mayGoOn(after number: Int) -> Bool { number == 0 || lastNumber.map { $0 > number } ?? true }
    }

    /// The lines, oldest first, files that were set aside included.
    ///
    /// - Parameter number: For those who follow the log: the number of the last line that they have; 0 reads everything.
    /// - Returns: The whole lines after that one.
    /// - Throws: ``StoreError/file(_:)``, ``StoreError/oversizedLog(path:)``.
    public func lines(after number: Int = 0) async throws -> [Line] {
        try await reading { own, files in
            var lines: [Line] = []
            for file in files where file.mayGoOn(after: number) {
                lines += Self.last(of: try self.lines(of: file.name, in: own), after: number)
            }
            return lines
        } ?? []
    }

    /// The first lines after one, oldest first: the cost follows their number and not the length of the log.
    ///
    /// - Parameters:
    ///   - number: The number of the last line that the caller has; 0 begins with the first one.
    ///   - count: How many at most.
    ///   - interpret: What to make of a line; `nil` leaves it out.
    /// - Returns: The values of lines of the log; others are left out.
    /// - Throws: ``StoreError/file(_:)``, ``StoreError/oversizedLog(path:)``.
    public func lines<Value: Sendable>(
        after number: Int, atMost count: Int, as interpret: @escaping @Sendable (JSONObject) -> Value?
    ) async throws -> [Value] {
        guard count > 0 else { return [] }
        return try await reading { own, files in
            var values: [Value] = []
            for file in files where file.mayGoOn(after: number) {
                for bytes in try self.lines(of: file.name, in: own) {
                    // Most of a file may be lines that the caller has.
                    if let leading = Self.leadingNumber(of: bytes), leading <= number { continue }
                    let line = Line(bytes)
                    guard let found = line.number, found > number, let value = line.members.flatMap(interpret) else {
                        continue
                    }
                    values.append(value)
                    if values.count == count { return values }
                }
            }
            return values
        } ?? []
    }

    /// The last lines, oldest first, read from the end: the cost follows their number and not the length of the log.
    ///
    /// - Parameter count: How many lines; such that are no line of the log come beside them and are not counted.
    /// - Returns: As many as there are.
    /// - Throws: ``StoreError/file(_:)``, ``StoreError/oversizedLog(path:)``.
    public func lastLines(_ count: Int) async throws -> [Line] {
        try await reading { own, files in
            var lines: [Line] = []
            var missing = count
            for file in files.reversed() where missing > 0 {
                let part = try self.end(of: file.name, in: own, count: missing)
                missing -= part.count { $0.members != nil }
                lines = part + lines
            }
            return lines
        } ?? []
    }

    /// Runs something that reads the log's files.
    ///
    /// - Parameter read: Given the files, oldest first. Runs again when one was set aside meanwhile, since what moved to
    ///   another name may have been missed.
    /// - Returns: `nil` when there is no log.
    /// - Throws: What `read` throws, a ``FileError`` as ``StoreError/file(_:)``.
    func reading<Value: Sendable>(
        _ read: @escaping @Sendable (_ own: Folder, _ files: [File]) throws -> Value
    ) async throws -> Value? {
        do {
            return try await readingThread.run {
                guard let own = try self.root.existingFolder(VaultFolders.own)?.existingFolder(Self.folder) else {
                    return nil
                }
                while true {
                    let files = try Self.files(in: own)
                    let value = try read(own, files)
                    if try Self.files(in: own) == files { return value }
                }
            }
        } catch let error as FileError {
            throw StoreError.file(error)
        }
    }

    /// The log's files, oldest first; the last one is the one that is being written, which may not be there yet.
    static func files(in own: Folder) throws(FileError) -> [File] {
        let setAside = try own.names().compactMap { name -> File? in
            guard name.hasPrefix("until-"), name.hasSuffix(".jsonl") else { return nil }
            return Int(name.dropFirst("until-".count).dropLast(".jsonl".count)).map {
                File(name: name, lastNumber: $0)
            }
        }
        return setAside.sorted { ($0.lastNumber ?? 0) < ($1.lastNumber ?? 0) } + [File(name: name, lastNumber: nil)]
    }

    /// The file that was set aside last, or `nil`.
    static func newestSetAside(in own: Folder) throws(FileError) -> String? { try files(in: own).dropLast().last?.name }

    /// The whole lines of a file.
    ///
    /// - Throws: ``StoreError/oversizedLog(path:)``, ``FileError``.
    func lines(of name: String, in own: Folder) throws -> [ArraySlice<UInt8>] {
        do throws(FileError) {
            return Self.wholeLines(of: (try own.read(name, limit: fileByteLimit)?.bytes ?? [])[...])
        } catch {
            guard error.code == EFBIG else { throw error }
            throw StoreError.oversizedLog(path: own.joined(name))
        }
    }

    /// The lines in some bytes, empty ones included; what a crash has left of a last one is none.
    static func wholeLines(of bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        guard let end = bytes.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
        return bytes[..<end].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    }

    /// The last whole lines of one file.
    private func end(of name: String, in own: Folder, count: Int) throws -> [Line] {
        var byteCount = 1 << 16
        while let (bytes, isWhole) = try own.readEnd(of: name, byteCount: byteCount) {
            // The first line of a part begins before it.
            let start = isWhole ? 0 : bytes.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.endIndex
            let (lines, areAll) = Self.last(count, of: Self.wholeLines(of: bytes[start...]))
            if areAll || isWhole { return lines }
            guard byteCount < fileByteLimit else { throw StoreError.oversizedLog(path: own.joined(name)) }
            byteCount = min(4 * byteCount, fileByteLimit)
        }
        return []
    }

    /// The lines after the one with a number, looked for from the end, so that who follows the log interprets what is new
    /// and no more.
    private static func last(of lines: [ArraySlice<UInt8>], after number: Int) -> [Line] {
        var found: [Line] = []
        for bytes in lines.reversed() {
            let line = Line(bytes)
            if number > 0, let reached = line.number, reached <= number { break }
            found.append(line)
        }
        return found.reversed()
    }

    /// - Returns: The lines from the one on that is the last but so many, and whether there are so many.
    private static func last(_ count: Int, of lines: [ArraySlice<UInt8>]) -> (lines: [Line], areAll: Bool) {
        var found: [Line] = []
        var counted = 0
        for bytes in lines.reversed() {
            let line = Line(bytes)
            found.append(line)
            if line.members != nil { counted += 1 }
            if counted == count { return (found.reversed(), true) }
        }
        return (found.reversed(), false)
    }

    /// The number with which a line begins, without a look at the rest; `nil` where it begins in another way.
    private static func leadingNumber(of line: ArraySlice<UInt8>) -> Int? {
        let mark = Array(#"{"n":"#.utf8)
        guard line.starts(with: mark) else { return nil }
        let digits = line.dropFirst(mark.count).prefix { (0x30...0x39).contains($0) }
        return Int(String(decoding: digits, as: UTF8.self))
    }
}
