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

    private func log(_ folder: String, _ rotationByteCount: Int = 8 << 20) throws -> ChainedLog {
        ChainedLog(of: try FileCredentialStore(path: folder), rotationByteCount: rotationByteCount) {
            "2026-11-21T09:03:01.000Z"
        }
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

    @Test("a changed, a removed, an added and a repeated line are noticed")
    func breaks() async throws {
        try await withLog { log, folder in
            for number in 0..<5 { try await log.add(event("event \(number)")) }
            let whole = try contents(folder + Self.file)
            let lines = String(decoding: whole, as: UTF8.self).split(separator: "\n").map(String.init)
            var edits = [lines, lines, lines, lines]
            edits[0][2] = lines[2].replacing("event 2", with: "event 9")
            edits[1].remove(at: 2)
            edits[2].insert("{\"n\":3}", at: 2)
            edits[3].insert(lines[2], at: 2)
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
