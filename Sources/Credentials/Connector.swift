/// What the catalogue knows of one connector.
public struct Connector: Sendable, Equatable {
    /// How people group connectors.
    public enum Market: String, Sendable, CaseIterable {
        /// Coins are bought and sold for each other.
        case spot
        /// Futures without an expiry.
        case perpetual
    }

    /// Hummingbot's name of the connector.
    public let name: ConnectorName
    /// The exchange's own name, such as `Binance`; connectors of one exchange share it.
    public let exchange: String
    /// What is traded there.
    public let market: Market
    /// Whether the connector trades play money on a network of its own, with keys of its own.
    public let isTestnet: Bool
    /// Whether the key is a wallet's or signs on a chain rather than one that an exchange hands out.
    public let isDecentralized: Bool
    /// The connector of which this one is another domain (a testnet, `hft`), or `nil`.
    public let parent: ConnectorName?
    /// The title in the file's header; `nil` where Hummingbot really writes `None`.
    public let fileTitle: String?
    /// What stands before the names of most fields, such as `binance_`.
    public let fieldPrefix: String
    /// What the connector asks for, in the order of the file.
    public let fields: [ConfigField]
    /// One or two sentences: where to make the key and which rights it needs and must not have.
    public let note: String
    /// Where Hummingbot versions before September 2026 refuse a whole account for this connector or one of its fields,
    /// the sentence that says so; else `nil`.
    public let compatibilityWarning: String?

    /// Describes a connector.
    ///
    /// - Parameters:
    ///   - name: Hummingbot's name.
    ///   - exchange: The exchange's own name.
    ///   - market: What is traded there.
    ///   - isTestnet: Whether it trades play money.
    ///   - isDecentralized: Whether the key is a wallet's or signs on a chain.
    ///   - parent: The connector of which this is another domain.
    ///   - fileTitle: The title in the file's header.
    ///   - fieldPrefix: What stands before the fields' names; `nil` for the connector's name and an underscore.
    ///   - note: Where to make the key and which rights it needs.
    ///   - compatibilityWarning: What to say of older Hummingbot versions, or `nil`.
    ///   - fields: What it asks for, in the order of the file.
    public init(
        _ name: StaticString, exchange: String, market: Market, isTestnet: Bool = false, isDecentralized: Bool = false,
        parent: StaticString? = nil, fileTitle: FileTitle = .name, fieldPrefix: String? = nil, note: String,
        compatibilityWarning: String? = nil, fields: [ConfigField]
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
        self.fieldPrefix = fieldPrefix ?? name.description + "_"
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
