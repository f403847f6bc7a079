import Credentials
import ExchangeVerification
import Foundation
import Testing

/// The table in `docs/verification.md` of what a valid outcome proves, as the probes say it.
private enum ProofTable {
    static let begin =
        "<!-- The table is made from the probes; UPDATE_DOCS=1 swift test --filter ProofTable writes it. -->"
    static let end = "<!-- End of the table. -->"

    static func text() throws -> String {
        let header = "| connector | " + ProbeProof.Part.allCases.map(\.rawValue).joined(separator: " | ") + " | how |"
        let rule = "|---|" + ProbeProof.Part.allCases.map { _ in ":-:|" }.joined() + "---|"
        let rows = try ConnectorCatalog.standard.names.map { name in
            let proof = try #require(ProbeRegistry.standard[name]?.proof)
            let marks = ProbeProof.Part.allCases.map { proof.parts.contains($0) ? " yes |" : " |" }.joined()
            return "| `\(name)` |\(marks) \(proof.note) |"
        }
        return ([header, rule] + rows).joined(separator: "\n")
    }
}

@Suite("docs/verification.md")
struct ProofTableTests {
    private static let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "docs/verification.md")

    @Test("says of each connector what its probe says")
    func table() throws {
        let document = try String(contentsOf: Self.path, encoding: .utf8)
        let begin = try #require(document.range(of: ProofTable.begin))
        let end = try #require(document.range(of: ProofTable.end))
        let table = document[begin.upperBound..<end.lowerBound].trimmingCharacters(in: .newlines)
        let made = try ProofTable.text()
        if ProcessInfo.processInfo.environment["UPDATE_DOCS"] != nil, table != made {
            try document.replacingCharacters(
                in: begin.upperBound..<end.lowerBound, with: "\n\n\(made)\n\n"
            ).write(to: Self.path, atomically: true, encoding: .utf8)
            return
        }
        #expect(table == made)
    }
}
