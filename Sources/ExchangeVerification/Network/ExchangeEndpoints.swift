public import Credentials

/// Where a person lets the exchanges be instead of where they are: a gateway, a simulator.
///
/// From flags and the environment only, never from a file in a vault: whoever redirects an exchange sees signed
/// requests. One override redirects every host of its connector.
public struct ExchangeEndpoints: Sendable, Equatable {
    /// What the names of the environment's variables begin with.
    public static let variablePrefix = "EXCHANGE_URL_"

    private var bases: [ConnectorName: BaseURL] = [:]

    /// The variables that name no connector, sorted. They redirect nothing: somebody has misspelt one, or it is another
    /// program's.
    public private(set) var strangeVariables: [String] = []

    /// Every exchange where it is.
    public init() {}

    /// Reads what flags and the environment say; flags win. A flag for no connector is an error; a variable, which nobody
    /// may have typed for this command, is passed over and named in ``strangeVariables``.
    ///
    /// - Parameters:
    ///   - flags: Each `connector=https://host`.
    ///   - environment: Variables such as `EXCHANGE_URL_BINANCE`, the connector's name in capitals; an empty one counts
    ///     as absent.
    ///   - connectors: The connectors that can be redirected.
    /// - Throws: ``InvalidEndpoint``.
    public init(
        flags: [String], environment: [String: String] = [:], among connectors: [ConnectorName]
    ) throws(InvalidEndpoint) {
        for (variable, address) in environment.sorted(by: { $0.key < $1.key })
        where variable.hasPrefix(Self.variablePrefix) && !address.isEmpty {
            do throws(InvalidEndpoint) {
                try set(String(variable.dropFirst(Self.variablePrefix.count)), address, among: connectors)
            } catch .unknownConnector {
                strangeVariables.append(variable)
            }
        }
        for flag in flags {
            guard let sign = flag.firstIndex(of: "=") else { throw .notAnOverride }
            try set(String(flag[..<sign]), String(flag[flag.index(after: sign)...]), among: connectors)
        }
    }

    /// The server of a connector, or `nil` for the exchange's own.
    public subscript(_ connector: ConnectorName) -> BaseURL? {
        get { bases[connector] }
        set { bases[connector] = newValue }
    }

    /// What is in force, sorted by connector; for showing.
    public var overrides: [(connector: ConnectorName, base: BaseURL)] {
        bases.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    private mutating func set(
        _ name: String, _ address: String, among connectors: [ConnectorName]
    ) throws(InvalidEndpoint) {
        guard let connector = try? ConnectorName(normalizing: name), connectors.contains(connector) else {
            throw .unknownConnector(name)
        }
        bases[connector] = try BaseURL(address)
    }
}
