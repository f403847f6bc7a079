import ArgumentParser
import Credentials
import KeyManagement
import OrderedJSON

/// `connector show NAME`
struct ConnectorShow: KeysCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what a connector asks for and how to make the key.",
        discussion: """
            EXAMPLES
              keys-manager connector show binance
              keys-manager connector show hyperliquid_perpetual --format json
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var connector: ConnectorArgument

    func run(in session: Session) async throws {
        let connector = try ConnectorCatalog.standard.requiring(connector.name)
        try session.output.data(
            connector.fullDescription, table: FieldDescription.table(connector))
        if session.output.format == .table {
            session.output.note(connector.note)
            if let warning = connector.compatibilityWarning { session.output.warning(warning) }
        }
    }
}

extension ConnectorCatalog {
    /// The connector of a name.
    ///
    /// - Throws: ``Failure`` of kind `noSuchConnector`.
    func requiring(_ name: ConnectorName) throws -> Connector {
        guard let connector = self[name] else { throw Failure.noSuchConnector(name) }
        return connector
    }
}
