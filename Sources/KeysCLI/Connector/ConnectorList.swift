import ArgumentParser
import Credentials
import KeyManagement
import OrderedJSON

/// `connector list`
struct ConnectorList: KeysCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the connectors, all or those whose name holds a text.",
        discussion: """
            Testnets are left out unless --testnets is given or the text asks for them.

            EXAMPLES
              keys-manager connector list
              keys-manager connector list okx
              keys-manager connector list --testnets --format json
            """,
        aliases: ["ls"])

    @OptionGroup var options: GlobalOptions
    @Flag(help: "Show testnets too.") var testnets = false
    @Argument(help: "A part of a connector's or an exchange's name.") var text: String?

    func run(in session: Session) async throws {
        let names =
            session.usesServer
            ? try await session.withVault { try await $0.keys.connectors() } : ConnectorCatalog.standard.names
        let shown = names.map { ($0, ConnectorCatalog.standard[$0]) }.filter(isWanted)
        try session.output.data(
            .array(
                shown.map { name, connector in
                    [
                        "connector": .string(name.description),
                        "exchange": connector.map { .string($0.exchange) } ?? .null,
                        "market": connector.map { .string($0.market.rawValue) } ?? .null,
                        "testnet": connector.map { .bool($0.isTestnet) } ?? .null,
                        "decentralized": connector.map { .bool($0.isDecentralized) } ?? .null,
                    ]
                }),
            table: Table(
                header: ["CONNECTOR", "EXCHANGE", "MARKET"],
                rows: shown.map { name, connector in
                    [name.description, connector?.exchange ?? "", connector?.market.rawValue ?? ""]
                },
                emptyText: "No connector has that in its name."))
    }

    private func isWanted(_ name: ConnectorName, _ connector: Connector?) -> Bool {
        guard let text, !text.trimmed.isEmpty else { return testnets || !(connector?.isTestnet ?? false) }
        return ConnectorSearch.matches(text, name: name, connector: connector)
    }
}

/// Finds connectors by what a person types.
enum ConnectorSearch {
    /// Whether the text stands in the connector's or the exchange's name; case, `-`, `_` and spaces make no difference.
    static func matches(_ text: String, name: ConnectorName, connector: Connector?) -> Bool {
        let wanted = plain(text)
        return plain(name.description).contains(wanted) || plain(connector?.exchange ?? "").contains(wanted)
    }

    private static func plain(_ text: String) -> String {
        text.lowercased().filter { $0.isLetter || $0.isNumber }
    }
}
