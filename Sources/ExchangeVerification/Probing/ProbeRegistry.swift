public import Credentials

/// The probes by connector. A value to hand on, like the catalogue of connectors.
public struct ProbeRegistry: Sendable {
    private let probes: [ConnectorName: any ExchangeProbe]

    /// A registry of the given probes; of several for one connector the last counts.
    public init(_ probes: [any ExchangeProbe]) {
        self.probes = Dictionary(probes.map { ($0.connector, $0) }) { _, last in last }
    }

    /// The probe of a connector, or `nil` when its credentials cannot be checked.
    public subscript(_ connector: ConnectorName) -> (any ExchangeProbe)? { probes[connector] }

    /// The connectors that can be checked, sorted.
    public var connectors: [ConnectorName] { probes.keys.sorted() }

    /// Whether a check could disturb a bot that uses the same key, because the exchange counts the key's requests. Such
    /// keys are left out of periodic checks and of checks of everything, unless somebody asks for them.
    public func mayDisturbBots(_ connector: ConnectorName) -> Bool {
        self[connector].map { $0.nonceRule != .none } ?? false
    }

    /// Every exchange that keys-manager can ask.
    public static let standard = ProbeRegistry(
        [
            AevoProbe.all,
            ArchitectProbe.all,
            BackpackProbe.all,
            BinanceProbe.all,
            BingXProbe.all,
            BitgetProbe.all,
            BitMartProbe.all,
            BitrueProbe.all,
            BitstampProbe.all,
            BTCMarketsProbe.all,
            BybitProbe.all,
            CoinbaseProbe.all,
            DecibelProbe.all,
            DeriveProbe.all,
            DexalotProbe.all,
            DydxProbe.all,
            EvedexProbe.all,
            FoxbitProbe.all,
            GateProbe.all,
            GeminiProbe.all,
            GRVTProbe.all,
            HTXProbe.all,
            HyperliquidProbe.all,
            InjectiveProbe.all,
            KalshiProbe.all,
            KrakenProbe.all,
            KuCoinProbe.all,
            LambdaplexProbe.all,
            LighterProbe.all,
            MEXCProbe.all,
            NDAXProbe.all,
            OKXProbe.all,
            PacificaProbe.all,
            XRPLProbe.all,
        ].flatMap { (probes: [any ExchangeProbe]) in probes })
}
