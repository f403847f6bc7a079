import ArgumentParser
import Credentials
import ExchangeVerification

/// Where exchanges are, when they are not where they usually are.
struct ExchangeOptions: ParsableArguments, Sendable {
    @Option(
        name: .customLong("exchange-url"),
        help: ArgumentHelp(
            "Ask a connector's exchange at another address, as EXCHANGE_URL_<CONNECTOR> does; may be repeated.",
            valueName: "connector=url"))
    var urls: [String] = []

    init() {}

    func validate() throws {
        // The environment is looked at when the command runs; what is typed wrong here is told at once.
        do {
            _ = try ExchangeEndpoints(flags: urls, among: ConnectorCatalog.standard.names)
        } catch {
            throw ValidationError("--exchange-url: \(error.description)")
        }
    }
}
