import Foundation
import Fuzzing
import HTTPTypes
import OrderedJSON
import Testing
import VaultTesting

@testable import KeysAPI

/// `FUZZ_RUNS` makes the runs longer, `FUZZ_SEED` other ones.
@Suite("Requests out of a fuzzer")
struct RequestFuzzTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let seed = environment["FUZZ_SEED"].flatMap { UInt64($0) } ?? 1
    private static let runs = environment["FUZZ_RUNS"].flatMap { Int($0) }

    /// The files of a folder of `Tests/Vectors/fuzz-corpus`.
    private static func corpus(_ name: String) throws -> [[UInt8]] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../Vectors/fuzz-corpus/\(name)")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        return try files.map { Array(try Data(contentsOf: folder.appending(path: $0))) }
    }

    private static let words = [
        "/", "//", "/../", "/./", "%2e%2e", "%2f", "%5c", "%00", "%", "%%", "%zz", "%c0%af", "%ff", "%E2%80%AE", "?",
        "&",
        "=", "+", ";", "#", "accounts", "credentials", "v1", "trash", "master_account", "add-credential", "binance",
        "{", "}",
        "account_name=",
    ]

    @Test("paths and queries are decoded in one way only, and name only what a pattern lets them name")
    func paths() async throws {
        let pattern = PathPattern("/accounts/{account}/credentials")
        let target = FuzzTarget("paths", corpus: try Self.corpus("paths"), words: Self.words) { input in
            let text = String(decoding: input, as: UTF8.self)
            // Any text survives being encoded.
            let encoded = text.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            try require(PercentEncoding.decode(encoded) == text, "what is encoded is decoded to itself")
            let parsed = RequestTarget(text)
            try require(!parsed.path.utf8.contains(UInt8(ascii: "?")), "the path ends at the first question mark")
            _ = parsed.queryValue("account_name")
            guard let segments = parsed.segments else { return "no path" }
            try require(
                segments.count == parsed.path.utf8.count { $0 == UInt8(ascii: "/") },
                "an encoded slash makes no segment")
            guard let parameters = pattern.match(segments) else { return "\(min(segments.count, 9)) segments" }
            let account = parameters["account"]
            try require(!account.isEmpty && !account.utf8.contains(UInt8(ascii: "/")), "a parameter is one segment")
            return "matched \(min(account.utf8.count, 20))"
        }
        try await Self.check(target, count: Self.runs ?? 3000, behaviours: 3)
    }

    @Test("any bytes as a body are taken or refused with an answer that is documented")
    func bodies() async throws {
        let words =
            [
                "{", "}", "[", "]", ":", ",", "\"", "\\u0000", "null", "1e999", "\"values\":", "\"credentials\":",
                "\"api_key\":", "\"connector_name\":", "\"verify\":false", "\"force\":true", "\"name\":",
            ]
        let routes: [(HTTPRequest.Method, String)] = [
            (.post, "/accounts/add-credential/master_account/binance"), (.post, "/v1/accounts"),
            (.put, "/v1/accounts/master_account/credentials/binance"), (.post, "/accounts/master_account/credentials"),
            (.post, "/add-connector-keys/master_account/binance"), (.post, "/v1/vault/unlock"),
            (.post, "/v1/accounts/master_account/credentials/xrpl"), (.post, "/v1/vault/password"),
            (.put, "/v1/accounts/master_account/credentials/injective_v2"), (.post, "/accounts/gateway/add-wallet"),
        ]
        // Wrong passwords are answered late.
        try await withAPI(clock: TestClock(isImmediate: true)) { api in
            var mutator = FuzzMutator(corpus: try Self.corpus("bodies"), words: words, seed: Self.seed)
            for number in 0..<(Self.runs ?? 3000) / 20 {
                let input = mutator.next()
                let (method, path) = routes[number % routes.count]
                // `APITester` checks that the status is documented.
                let reply = try await api.send(method, path, bytes: input)
                #expect(
                    reply.status != 500 && (reply.json != nil || reply.text.isEmpty),
                    "\(method) \(path): \(reply.status)")
                mutator.keep(input, as: "\(path) \(reply.status) \(reply.text.prefix(30))")
            }
        }
    }

    private static func check(_ target: FuzzTarget, count: Int, behaviours: Int) async throws {
        try await withTemporaryFolder { folder in
            let report = try FuzzRun(target, seed: seed, failuresIn: folder).run(count)
            let input = report.failure.flatMap { try? Data(contentsOf: URL(filePath: $0.file)) }
            #expect(report.isGood, "\(report.failure?.sentence ?? "memory") with \(input?.base64EncodedString() ?? "")")
            #expect(report.behaviours >= behaviours)
            if count > 3000 { print("\(target.name), seed \(seed): \(report)") }
        }
    }
}
