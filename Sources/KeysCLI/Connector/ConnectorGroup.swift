import ArgumentParser

/// `connector …`
struct ConnectorGroup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connector",
        abstract: "See the exchanges' connectors and what each asks for.",
        subcommands: [ConnectorList.self, ConnectorShow.self],
        aliases: ["connectors"])
}
