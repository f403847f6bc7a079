/// A host of an exchange that is simulated: one server, one set of keys, as in reality.
package enum ExchangeHost: String, CaseIterable, Codable, Sendable {
    /// Binance: spot, and its futures, which have another host name but the same keys.
    case binance
    /// The test network of Binance's futures: other keys, and no `/sapi`.
    case binanceFuturesTestnet = "binance_perpetual_testnet"
    /// Coinbase Advanced Trade.
    case coinbase = "coinbase_advanced_trade"
    /// Kraken spot.
    case kraken
    /// KuCoin: spot with and without its high-frequency accounts, and futures.
    case kucoin
    /// Gate, spot and futures.
    case gate = "gate_io"
    /// OKX for most of the world.
    case okx
    /// OKX for the United States.
    case okxUS = "okx_us"
    /// OKX for the European Economic Area.
    case okxEEA = "okx_eea"
    /// Bybit's main network.
    case bybit
    /// Bybit's test network: other keys.
    case bybitTestnet = "bybit_testnet"
    /// Hyperliquid's main network, spot and perpetual.
    case hyperliquid
    /// Hyperliquid's test network.
    case hyperliquidTestnet = "hyperliquid_testnet"

    /// The names under which the exchange itself is reached.
    package var documentedNames: [String] {
        switch self {
        case .binance: ["api.binance.com", "fapi.binance.com"]
        case .binanceFuturesTestnet: ["testnet.binancefuture.com"]
        case .coinbase: ["api.coinbase.com"]
        case .kraken: ["api.kraken.com"]
        case .kucoin: ["api.kucoin.com", "api-futures.kucoin.com"]
        case .gate: ["api.gateio.ws"]
        case .okx: ["www.okx.com"]
        case .okxUS: ["us.okx.com"]
        case .okxEEA: ["eea.okx.com"]
        case .bybit: ["api.bybit.com"]
        case .bybitTestnet: ["api-testnet.bybit.com"]
        case .hyperliquid: ["api.hyperliquid.xyz"]
        case .hyperliquidTestnet: ["api.hyperliquid-testnet.xyz"]
        }
    }

    /// Hummingbot's connectors that speak to this host; OKX's regional hosts have none of their own.
    package var connectors: [String] {
        switch self {
        case .binance: ["binance", "binance_perpetual"]
        case .binanceFuturesTestnet: ["binance_perpetual_testnet"]
        case .coinbase: ["coinbase_advanced_trade"]
        case .kraken: ["kraken"]
        case .kucoin: ["kucoin", "kucoin_hft", "kucoin_perpetual"]
        case .gate: ["gate_io", "gate_io_perpetual"]
        case .okx: ["okx", "okx_perpetual"]
        case .okxUS, .okxEEA: []
        case .bybit: ["bybit", "bybit_perpetual"]
        case .bybitTestnet: ["bybit_testnet", "bybit_perpetual_testnet"]
        case .hyperliquid: ["hyperliquid", "hyperliquid_perpetual"]
        case .hyperliquidTestnet: ["hyperliquid_testnet", "hyperliquid_perpetual_testnet"]
        }
    }

    /// What the host checks and answers.
    var exchange: any SimulatedExchange {
        switch self {
        case .binance: Binance(hasWalletService: true)
        case .binanceFuturesTestnet: Binance(hasWalletService: false)
        case .coinbase: Coinbase()
        case .kraken: Kraken()
        case .kucoin: KuCoin()
        case .gate: Gate()
        case .okx, .okxUS, .okxEEA: OKX()
        case .bybit, .bybitTestnet: Bybit()
        case .hyperliquid, .hyperliquidTestnet: Hyperliquid()
        }
    }
}
