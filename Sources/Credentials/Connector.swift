/// What the catalogue knows of one connector.
public struct Connector: Sendable, Equatable {
    /// How people group connectors.
    public enum Market: String, Sendable, CaseIterable {
        case spot
        case perpetual
    }

    public let name: ConnectorName
    /// The exchange's own name, such as `Binance`; connectors of one exchange share it.
    public let exchange: String
    public let market: Market
    public let isTestnet: Bool
    /// Whether the key is a wallet's or signs on a chain rather than one that an exchange hands out.
    public let isDecentralized: Bool
    /// The connector of which this one is another domain (a testnet, `hft`), or `nil`.
    public let parent: ConnectorName?
    /// The title in the file's header; `nil` where Hummingbot really writes `None`.
    public let fileTitle: String?
    public let fields: [ConfigField]
    /// One or two sentences: where to make the key and which rights it needs and must not have.
    public let note: String
    /// Where Hummingbot versions before July 2026 refuse a whole account for this connector or one of its fields,
    /// the sentence that says so; else `nil`.
    public let compatibilityWarning: String?

    /// Describes a connector. `fileTitle` defaults to the name.
    public init(
        _ name: StaticString, exchange: String, market: Market, isTestnet: Bool = false, isDecentralized: Bool = false,
        parent: StaticString? = nil, fileTitle: FileTitle = .name, note: String, compatibilityWarning: String? = nil,
        fields: [ConfigField]
    ) {
        self.name = ConnectorName(constant: name)
        self.exchange = exchange
        self.market = market
        self.isTestnet = isTestnet
        self.isDecentralized = isDecentralized
        self.parent = parent.map { ConnectorName(constant: $0) }
        self.fileTitle =
            switch fileTitle {
            case .name: name.description
            case .none: nil
            case .other(let title): title
            }
        self.fields = fields
        self.note = note
        self.compatibilityWarning = compatibilityWarning
    }

    /// The title that Hummingbot gives the file.
    public enum FileTitle: Sendable {
        /// The connector's name.
        case name
        /// The word `None`, where Hummingbot's model forgot its title.
        case none
        /// Another connector's name, usually the parent's.
        case other(String)
    }

    /// A field by its name in Hummingbot, or `nil`.
    public subscript(_ name: String) -> ConfigField? { fields.first { $0.name == name } }
}
