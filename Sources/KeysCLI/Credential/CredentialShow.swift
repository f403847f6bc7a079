import ArgumentParser
import Credentials
import KeyManagement
import OrderedJSON

/// `credential show CONNECTOR`
struct CredentialShow: KeysCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a credential's fields; secrets only with --reveal.",
        discussion: """
            Without --reveal no password is needed and no character of a secret is shown. --reveal works on a folder of \
            this machine only. A file that cannot be read, or a value that does not open, ends with 65, or with 77 when \
            the value has another password.

            EXAMPLES
              keys-manager credential show binance
              keys-manager credential show binance --reveal
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var connector: ConnectorArgument
    @OptionGroup var account: AccountOption
    @OptionGroup var password: PasswordOptions
    @Flag(help: "Show the secrets in the clear.") var reveal = false

    var standardInputReaders: [String] { password.standardInputReaders }

    func run(in session: Session) async throws {
        let (connector, account) = (try connector.name, try account.name)
        try await session.withVault { vault in
            guard reveal else {
                return try Self.show(try await vault.keys.details(of: connector, in: account), on: session.output)
            }
            guard case .folder(let manager) = vault else {
                throw Failure(
                    .unsupported, "Secrets are revealed on the machine that holds them, never through a server.",
                    hint: "Run this there with --bots and the vault's folder.")
            }
            // A wrong name should not cost a password.
            _ = try await manager.details(of: connector, in: account)
            try await session.unlock(vault, with: password)
            let revealed = try await Progress.showing("opening the secrets", in: session) {
                try await manager.reveal(connector, in: account)
            }
            try Self.show(revealed, on: session.output)
            // Opening has shown which secrets have another password.
            let state = try await manager.details(of: connector, in: account).summary.state
            if !revealed.unopened.isEmpty {
                throw ReportedFailure(status: state == .otherPassword ? .refused : .damagedData)
            }
            if state == .damaged { throw ReportedFailure(status: .damagedData) }
        }
    }

    private static func show(_ details: CredentialDetails, on output: Output) throws {
        let summary = CredentialList.json(details.account, details.summary).objectValue ?? JSONObject()
        let fields = details.fields.map { field -> JSON in
            [
                "name": .string(field.name), "label": .string(field.label), "secret": .bool(field.isSecret),
                "present": .bool(field.isPresent), "value": field.value ?? .null,
                "problem": field.problem.map { .string($0) } ?? .null,
            ]
        }
        if let problem = details.summary.problem, output.format == .table { output.warning(problem) }
        try output.data(
            .object(JSONObject(summary.members.map { ($0.name, $0.value) } + [("fields", .array(fields))])),
            table: Table(
                header: ["FIELD", "VALUE", "PROBLEM"],
                rows: details.fields.map { field in
                    [field.name, field.isPresent ? text(field.value) : "(absent)", field.problem ?? ""]
                },
                emptyText: "The file has no fields that can be shown.", optionalColumns: ["PROBLEM"]))
        if details.summary.state == .damaged { throw ReportedFailure(status: .damagedData) }
    }

    private static func show(_ revealed: RevealedCredential, on output: Output) throws {
        for problem in revealed.problems { output.warning(problem) }
        try output.data(
            [
                "account": .string(revealed.account.description),
                "connector": .string(revealed.connector.description),
                "values": .object(revealed.values),
                "unopened": .array(revealed.unopened.map { .string($0) }),
                "problems": .array(revealed.problems.map { .string($0) }),
            ],
            table: Table(
                header: ["FIELD", "VALUE"],
                rows: revealed.values.members.map { [$0.name, text($0.value)] }
                    + revealed.unopened.map { [$0, "(does not open)"] }))
    }

    /// A text as it is, unless it has line breaks or the like: those, and everything else, as JSON.
    private static func text(_ value: JSON?) -> String {
        guard let value else { return "" }
        if let text = value.stringValue, Printable.line(text) == text { return text }
        return Printable.json(value.text(.python))
    }
}
