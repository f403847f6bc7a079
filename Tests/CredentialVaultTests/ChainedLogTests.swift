import Foundation
import OrderedJSON
import Synchronization
import Testing
import VaultTesting

@testable import CredentialVault

@Suite("The chained log")
struct ChainedLogTests {
    private static let file = "/.keys-manager/log/current.jsonl"

    private func withLog(
        rotationByteCount: Int = 8 << 20, _ body: (ChainedLog, _ folder: String) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            try await body(try log(folder, rotationByteCount), folder)
        }
    }

    private func log(
        _ folder: String, _ rotationByteCount: Int = 8 << 20, hooks: StoreHooks = StoreHooks()
    ) throws -> ChainedLog {
        ChainedLog(of: try FileCredentialStore(path: folder, hooks: hooks), rotationByteCount: rotationByteCount) {
            "2026-11-21T09:03:01.000Z"
        }
    }

    /// Lines with any numbers, whose hashes fit.
    private func lines(numbered numbers: [Int]) -> Data {
        var hash = ChainedLog.beginning
        var bytes: [UInt8] = []
        for number in numbers {
            let body = Array(#"{"n":\#(number),"time":"2026-11-21T09:03:01.000Z","event":"event""#.utf8)
            hash = ChainedLog.digest(of: body, after: hash)
            bytes += body + Array(#","hash":"\#(hash)"}"#.utf8) + [UInt8(ascii: "\n")]
        }
        return Data(bytes)
    }

    private func event(_ text: String) -> JSONObject { JSONObject([("event", "event"), ("detail", .string(text))]) }
    private let intent = JSONObject([("event", "intent"), ("action", "try")])
    private let done = JSONObject([("outcome", "done")])

    private func members(_ log: ChainedLog) async throws -> [JSONObject] {
        try await log.lines().compactMap(\.members)
    }

    @Test("numbers its lines, and each hash stands for the line and all before it")
    func chain() async throws {
        try await withLog { log, folder in
            try await log.add(event("one"))
            let change = try await log.announce(intent, mayUseReserve: false)
            try await log.finish(change, done)
            let lines = try await members(log)
            #expect(lines.map { $0["n"] } == [1, 2, 3])
            #expect(lines[2]["of"] == 2)
            let text = String(decoding: try contents(folder + Self.file), as: UTF8.self)
            let first = try #require(text.split(separator: "\n").first)
            let body = try #require(first.range(of: #","hash":""#)).lowerBound
            let digest = ChainedLog.digest(of: Array(first[..<body].utf8), after: String(repeating: "0", count: 64))
            #expect(lines[0]["hash"] == .string(digest))
            #expect(try mode(folder + Self.file) == 0o600)
            let found = try await log.verify()
            #expect(found.breaks.isEmpty && found.open.isEmpty)
            #expect(found.lineCount == 3)
            #expect(found.lastHash == lines[2]["hash"]?.stringValue)
        }
    }

    @Test("a changed, a removed, an added, an empty and a repeated line are noticed")
    func breaks() async throws {
        try await withLog { log, folder in
            for number in 0..<5 { try await log.add(event("event \(number)")) }
            let whole = try contents(folder + Self.file)
            let lines = String(decoding: whole, as: UTF8.self).split(separator: "\n").map(String.init)
            var edits = Array(repeating: lines, count: 7)
            edits[0][2] = lines[2].replacing("event 2", with: "event 9")
            edits[1].remove(at: 2)
            edits[2].insert("{\"n\":3}", at: 2)
            edits[3].insert(lines[2], at: 2)
            edits[4].insert("", at: 2)
            edits[5].insert("", at: 0)
            edits[6].append("")
            for edit in edits {
                try Data((edit.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: folder + Self.file))
                #expect(try await !log.verify().breaks.isEmpty)
            }
            try Data(whole).write(to: URL(filePath: folder + Self.file))
            #expect(try await log.verify().breaks.isEmpty)
        }
    }

    @Test("every flipped byte is noticed")
    func flips() async throws {
        try await withLog { log, folder in
            for number in 0..<2 { try await log.add(event("event \(number)")) }
            let whole = try contents(folder + Self.file)
            for position in whole.indices.dropLast() {
                var flipped = whole
                flipped[position] ^= 1
                try Data(flipped).write(to: URL(filePath: folder + Self.file))
                #expect(try await !log.verify().breaks.isEmpty, "byte \(position)")
            }
        }
    }

    @Test("a torn last line is set aside, and the chain goes on")
    func torn() async throws {
        try await withLog { log, folder in
            try await log.add(event("one"))
            let file = try FileHandle(forWritingTo: URL(filePath: folder + Self.file))
            try file.seekToEnd()
            try file.write(contentsOf: Data(#"{"n":2,"time":"20"#.utf8))
            try file.close()
            #expect(try await log.lines().count == 1)
            try await log.add(event("two"))
            #expect(try await members(log).map { $0["n"] } == [1, 2])
            #expect(try await log.verify().breaks.isEmpty)
            let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/.keys-manager/log")
            #expect(names.contains { $0.hasPrefix("torn-") })
        }
    }

    @Test("a change whose process is gone is ended as interrupted, one under way is left alone")
    func interrupted() async throws {
        try await withLog { log, folder in
            var gone: ChainedLog.Announcement? = try await log.announce(intent, mayUseReserve: false)
            let underWay = try await log.announce(intent, mayUseReserve: false)
            #expect(gone != nil)
            gone = nil
            let next = try await self.log(folder).announce(intent, mayUseReserve: false)
            let ended = try await members(log).filter { $0["outcome"] == ChainedLog.interrupted }
            #expect(ended.map { $0["of"] } == [1])
            try await log.finish(underWay, done)
            try await log.finish(next, done)
            #expect(try await log.verify().open.isEmpty)
        }
    }

    @Test("an announcement that a crash cut off from its lock is ended, too")
    func cutOff() async throws {
        try await withLog { log, folder in
            _ = try await log.announce(intent, mayUseReserve: false)
            try FileManager.default.removeItem(atPath: folder + "/.keys-manager/log/open/1")
            try await log.add(event("another"))
            #expect(try await members(log).map { $0["outcome"] ?? "-" } == ["-", ChainedLog.interrupted, "-"])
        }
    }

    @Test("a change that cannot be announced whole leaves no line")
    func notAnnounced() async throws {
        try await withLog { log, folder in
            try await log.add(event("one"))
            try FileManager.default.createDirectory(
                atPath: folder + "/.keys-manager/log/open/2", withIntermediateDirectories: true)
            await #expect(throws: StoreError.self) { try await log.announce(intent, mayUseReserve: false) }
            #expect(try await members(log).map { $0["n"] } == [1])
            try FileManager.default.removeItem(atPath: folder + "/.keys-manager/log/open/2")
            try await log.finish(log.announce(intent, mayUseReserve: false), done)
            let found = try await log.verify()
            #expect(found.breaks.isEmpty && found.open.isEmpty && found.lineCount == 3)
        }
    }

    @Test("a change that was ended before its file came back is not ended twice, though its end was set aside")
    func endedBefore() async throws {
        // Every line begins a file.
        try await withLog(rotationByteCount: 1) { log, folder in
            try await log.finish(log.announce(intent, mayUseReserve: false), done)
            // The names of files that are gone may be there again after a power cut.
            try Data().write(to: URL(filePath: folder + "/.keys-manager/log/open/1"))
            try await log.add(event("one"))
            #expect(try await members(log).compactMap { $0["outcome"] } == ["done"])
            let open = try FileManager.default.contentsOfDirectory(atPath: folder + "/.keys-manager/log/open")
            #expect(open.isEmpty)
        }
    }

    @Test("on a full disk a line that may be there goes into the space that is kept, and no other does")
    func fullDisk() async throws {
        try await withTemporaryFolder { folder in
            let reserve = folder + "/.keys-manager/log/reserve"
            let isFull = Mutex(false)
            var hooks = StoreHooks()
            hooks.logging = {
                guard isFull.withLock({ $0 }), FileManager.default.fileExists(atPath: reserve) else { return }
                throw FileError("write", "current.jsonl", code: ENOSPC)
            }
            let log = try log(folder, hooks: hooks)
            try await log.add(event("one"))
            isFull.withLock { $0 = true }
            await #expect(throws: StoreError.self) { try await log.add(event("two")) }
            #expect(FileManager.default.fileExists(atPath: reserve))
            try await log.add(event("three"), mayUseReserve: true)
            #expect(try await members(log).map { $0["detail"] } == ["one", "three"])
            #expect(!FileManager.default.fileExists(atPath: reserve))
        }
    }

    @Test(
        "a line with a number that no line has is none of the log, and stops nobody",
        arguments: [Int.max, Int.min, -1, 1 << 53])
    func impossibleNumber(number: Int) async throws {
        try await withLog { log, folder in
            try await log.add(event("one"))
            for numbers in [[1, number], [number, number], [1, number, 2]] {
                try lines(numbered: numbers).write(to: URL(filePath: folder + Self.file))
                #expect(try await log.verify().breaks.map(\.reason).contains("it is no line of the log"))
                try await log.add(event("after"))
                let found = try await log.lines()
                #expect(found.map { $0.members != nil } == numbers.map { $0 != number } + [true])
                let next: JSON = numbers.last == 2 ? 3 : 1
                #expect(found.last?.members?["n"] == next)
                #expect(try await log.verify().lineCount == numbers.count + 1)
            }
        }
    }

    @Test("a file that is larger than any of the log is named and not read, and the log goes on without it")
    func oversized() async throws {
        try await withLog(rotationByteCount: 1000) { log, folder in
            try await log.add(event("one"))
            // A hole takes no room on the disk; to be read it would take more memory than there is.
            #expect(truncate(folder + Self.file, 1 << 40) == 0)
            let refusal = StoreError.oversizedLog(path: folder + Self.file)
            await #expect(throws: refusal) { try await log.lines() }
            await #expect(throws: refusal) { try await log.lines(after: 0, atMost: 1, as: { $0["n"] }) }
            await #expect(throws: refusal) { try await log.lastLines(1) }
            let found = try await log.verify()
            #expect(found.breaks.map(\.line) == [1])
            #expect(found.breaks.first?.reason.contains("current.jsonl") == true)
            try await log.add(event("two"))
            #expect(try await log.lastLines(1).map { $0.members?["detail"] } == ["two"])
        }
    }

    @Test("files that are set aside keep the chain, also when a crash left no new one")
    func rotation() async throws {
        try await withLog(rotationByteCount: 1000) { log, folder in
            for number in 0..<30 { try await log.add(event("event \(number)")) }
            let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/.keys-manager/log")
            #expect(names.filter { $0.hasPrefix("until-") }.count > 2)
            try FileManager.default.removeItem(atPath: folder + Self.file)
            try await log.add(event("after"))
            let found = try await log.verify()
            // The removed file's lines are gone, and that shows as a gap at one place only.
            #expect(found.breaks.count <= 2)
            #expect(try await members(log).last?["detail"] == "after")
        }
        try await withLog(rotationByteCount: 1000) { log, _ in
            for number in 0..<30 { try await log.add(event("event \(number)")) }
            #expect(try await log.verify().breaks.isEmpty)
            #expect(try await members(log).count == 30)
            for number in [0, 1, 12, 29, 30] {
                #expect(try await log.lines(after: number).count == 30 - number)
            }
        }
    }

    @Test("the last lines are those of the whole log, over all its files and past a torn or damaged line")
    func lastLines() async throws {
        try await withLog(rotationByteCount: 1000) { log, folder in
            #expect(try await log.lastLines(3).isEmpty)
            for number in 0..<30 { try await log.add(event("event \(number)")) }
            let all = try await log.lines()
            for count in [0, 1, 2, 7, 29, 30, 31, .max] {
                #expect(try await log.lastLines(count).map(\.bytes) == all.suffix(count).map(\.bytes), "\(count)")
            }
            let file = try FileHandle(forWritingTo: URL(filePath: folder + Self.file))
            try file.seekToEnd()
            try file.write(contentsOf: Data("no line of ours\n{\"n\":31,\"torn".utf8))
            let lines = try await log.lastLines(1)
            #expect(lines.map { $0.members?["detail"] } == ["event 29", nil])
        }
    }

    @Test("of a log of megabytes with long lines the last ones are read")
    func lastOfMany() async throws {
        try await withLog { log, _ in
            for number in 0..<40 { try await log.add(event("\(number)" + String(repeating: "x", count: 10_000))) }
            let all = try await log.lines()
            for count in [1, 6, 7, 26, 27, 40] {
                #expect(try await log.lastLines(count).map(\.bytes) == all.suffix(count).map(\.bytes), "\(count)")
            }
        }
    }

    @Test("the first lines after one are the beginning of all that follow it, and files without them are not read")
    func firstLines() async throws {
        try await withLog(rotationByteCount: 1000) { log, folder in
            #expect(try await log.lines(after: 0, atMost: 5, as: { $0["n"] }).isEmpty)
            for number in 0..<30 { try await log.add(event("event \(number)")) }
            for number in [0, 1, 12, 29, 30, 31] {
                let all = try await log.lines(after: number).compactMap { $0.members?["detail"] }
                for count in [0, 1, 7, 30, .max] {
                    let found = try await log.lines(after: number, atMost: count, as: { $0["detail"] })
                    #expect(found == Array(all.prefix(count)), "\(count) after \(number)")
                }
            }
            let odd = try await log.lines(after: 4, atMost: 3) { members in
                members["n"]?.integerValue.flatMap { $0 % 2 == 1 ? $0 : nil }
            }
            #expect(odd == [5, 7, 9])
            // A file that cannot be read hinders only those who want something of it.
            let own = folder + "/.keys-manager/log/"
            let numbers = try FileManager.default.contentsOfDirectory(atPath: own).compactMap { name in
                name.hasPrefix("until-") ? Int(name.dropFirst(6).dropLast(6)) : nil
            }.sorted()
            #expect(truncate(own + "until-\(numbers[1]).jsonl", 1 << 40) == 0)
            for (number, count, expected) in [(0, 2, [1, 2]), (numbers[1], 1, [numbers[1] + 1])] {
                #expect(
                    try await log.lines(after: number, atMost: count, as: { $0["n"]?.integerValue }) == expected)
            }
            await #expect(throws: StoreError.self) {
                try await log.lines(after: numbers[0], atMost: 1, as: { $0["n"] })
            }
        }
    }

    @Test("who follows while files are set aside misses no line")
    func followingRotation() async throws {
        try await withLog(rotationByteCount: 1000) { log, _ in
            let isWritten = Mutex(false)
            let writing = Task {
                defer { isWritten.withLock { $0 = true } }
                for number in 0..<200 { try await log.add(event("event \(number)")) }
            }
            var numbers: [Int] = []
            while true {
                let isLast = isWritten.withLock { $0 }
                let new = try await log.lines(after: numbers.last ?? 0, atMost: 7, as: { $0["n"]?.integerValue })
                numbers += new
                if isLast, new.isEmpty { break }
            }
            try await writing.value
            #expect(numbers == Array(1...200))
        }
    }

    @Test("who follows gets each line once")
    func following() async throws {
        try await withLog { log, _ in
            try await log.add(event("one"))
            #expect(try await log.lines().count == 1)
            #expect(try await log.lines(after: 1).isEmpty)
            try await log.add(event("two"))
            #expect(try await log.lines(after: 1).map { $0.members?["detail"] } == ["two"])
        }
    }

    @Test("many writers in several stores make one chain")
    func writers() async throws {
        try await withTemporaryFolder { folder in
            let logs = try (0..<4).map { _ in try log(folder) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for turn in 0..<40 {
                    group.addTask {
                        let change = try await logs[turn % 4].announce(intent, mayUseReserve: false)
                        try await logs[turn % 4].finish(change, done)
                    }
                }
                try await group.waitForAll()
            }
            let found = try await logs[0].verify()
            #expect(found.breaks.isEmpty && found.open.isEmpty)
            #expect(found.lineCount == 80)
        }
    }

    @Test("a link in the place of the log is not followed")
    func link() async throws {
        try await withLog { log, folder in
            let target = folder + "/elsewhere"
            try Data().write(to: URL(filePath: target))
            try FileManager.default.createDirectory(
                atPath: folder + "/.keys-manager/log", withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(atPath: folder + Self.file, withDestinationPath: target)
            await #expect(throws: StoreError.self) { try await log.add(event("one")) }
            #expect(try contents(target).isEmpty)
        }
    }
}
