/// All connectors that can be described, each once.
///
/// A value to hand on, not a registry: whoever needs the catalogue takes it as a parameter.
public struct ConnectorCatalog: Sendable {
    /// The connectors, sorted by name.
    public let connectors: [Connector]
    /// Their names, sorted.
    public let names: [ConnectorName]
    private let positions: [ConnectorName: Int]

    /// A catalogue of the given connectors.
    ///
    /// - Parameter connectors: In any order; of several with one name the last counts.
    public init(_ connectors: some Sequence<Connector>) {
        let byName = Dictionary(connectors.map { ($0.name, $0) }) { _, last in last }
        let sorted = byName.values.sorted { $0.name < $1.name }
        self.connectors = sorted
        names = sorted.map(\.name)
        positions = Dictionary(uniqueKeysWithValues: zip(names, sorted.indices))
    }

    /// The connector of a name, or `nil` when the catalogue has none. Costs one look into a hash table.
    public subscript(_ name: ConnectorName) -> Connector? { positions[name].map { connectors[$0] } }

    /// The 63 connectors of Hummingbot of September 2026.
    public static let standard = ConnectorCatalog(Connector.spot + Connector.perpetual + Connector.wallets)
}
