import Foundation
import OrderedJSON
import Testing

@Suite("The audit log's route")
struct LogRoutesTests {
    @Test("a log of more than ten thousand records comes in parts, and each says where the next one begins")
    func parts() async throws {
        try await withAuditedAPI { api in
            let lines = (1...10_003).map { number in
                #"{"n":\#(number),"time":"2026-01-01T00:00:00.000Z","event":"event","action":"sign_in","door":"page"}"#
                    + "\n"
            }
            let file = URL(filePath: "\(api.folder)/.keys-manager/log/current.jsonl")
            try Data(lines.joined().utf8).write(to: file)
            func part(_ query: String) async throws -> (numbers: [Int], end: JSON?) {
                let json = try await api.get("/v1/log\(query)").json
                return (json?["records"]?.arrayValue?.compactMap { $0["n"]?.integerValue } ?? [], json?["end"])
            }
            let first = try await part("")
            #expect(first.numbers == Array(1...10_000))
            #expect(first.end == 10_000)
            let rest = try await part("?from=10000")
            #expect(rest.numbers == [10_001, 10_002, 10_003])
            #expect(rest.end == 10_003)
            let nothing = try await part("?from=10003")
            #expect(nothing.numbers.isEmpty)
            #expect(nothing.end == 10_003)
            #expect(try await part("?last=2").numbers == [10_002, 10_003])
            #expect(try await part("?from=10002&last=2").numbers == [10_003])
        }
    }

    @Test("what is no number is refused", arguments: ["?from=-1", "?from=x", "?last=", "?last=1.5"])
    func notNumbers(query: String) async throws {
        try await withAuditedAPI { api in
            let reply = try await api.get("/v1/log\(query)")
            #expect((reply.status, reply.json?["code"]) == (400, "malformed_request"))
        }
    }
}
