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
    /// Bitget, spot and futures.
    case bitget
    /// MEXC spot.
    case mexc
    /// HTX spot.
    case htx
    /// BingX.
    case bingX = "bing_x"
    /// BitMart: spot and contracts, which have another host name but the same keys.
    case bitMart = "bitmart"
    /// Bitrue spot.
    case bitrue
    /// Bitstamp.
    case bitstamp
    /// Backpack, spot and perpetuals.
    case backpack
    /// BTC Markets.
    case btcMarkets = "btc_markets"
    /// Foxbit.
    case foxbit
    /// Gemini.
    case gemini
    /// NDAX.
    case ndax
    /// NDAX's test network: other keys.
    case ndaxTestnet = "ndax_testnet"
    /// Lambdaplex.
    case lambdaplex
    /// Kalshi's margin service.
    case kalshi = "kalshi_perpetual"
    /// Architect.
    case architect = "architect_perpetual"
    /// Architect's sandbox: other keys.
    case architectSandbox = "architect_perpetual_sandbox"
    /// EVEDEX.
    case evedex = "evedex_perpetual"
    /// Aevo.
    case aevo = "aevo_perpetual"
    /// Aevo's test network: other keys.
    case aevoTestnet = "aevo_perpetual_testnet"
    /// GRVT: the host that logs in and the one that trades.
    case grvt = "grvt_perpetual"
    /// GRVT's test network: other keys.
    case grvtTestnet = "grvt_perpetual_testnet"
    /// Dexalot, and its chain's RPC.
    case dexalot
    /// Dexalot's test network, and its chain's RPC.
    case dexalotTestnet = "dexalot_testnet"
    /// Derive, spot and perpetuals, of both generations.
    case derive
    /// Derive's test network: other accounts.
    case deriveTestnet = "derive_testnet"
    /// Decibel, and the Aptos node beside it.
    case decibel = "decibel_perpetual"
    /// Decibel's test network, and the Aptos node beside it.
    case decibelTestnet = "decibel_perpetual_testnet"
    /// Pacifica.
    case pacifica = "pacifica_perpetual"
    /// Pacifica's test network: other accounts.
    case pacificaTestnet = "pacifica_perpetual_testnet"
    /// Lighter, spot and perpetuals.
    case lighter
    /// Lighter's test network: other accounts.
    case lighterTestnet = "lighter_testnet"
    /// The indexer of dYdX v4.
    case dydx = "dydx_v4_perpetual"
    /// A node of Injective; the network that a person's settings name is not another connector.
    case injective = "injective_v2"
    /// A node of Injective's test network.
    case injectiveTestnet = "injective_v2_testnet"
    /// A node of the XRP Ledger.
    case xrpl

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
        case .bitget: ["api.bitget.com"]
        case .mexc: ["api.mexc.com"]
        case .htx: ["api.huobi.pro", "api-aws.huobi.pro", "api.htx.com"]
        case .bingX: ["open-api.bingx.com", "open-api.bingx.pro"]
        case .bitMart: ["api-cloud.bitmart.com", "api-cloud-v2.bitmart.com"]
        case .bitrue: ["openapi.bitrue.com", "www.bitrue.com"]
        case .bitstamp: ["www.bitstamp.net"]
        case .backpack: ["api.backpack.exchange"]
        case .btcMarkets: ["api.btcmarkets.net"]
        case .foxbit: ["api.foxbit.com.br"]
        case .gemini: ["api.gemini.com"]
        case .ndax: ["api.ndax.io"]
        case .ndaxTestnet: ["ndaxmarginstaging.cdnhop.net"]
        case .lambdaplex: ["api.lambdaplex.io"]
        case .kalshi: ["external-api.kalshi.com"]
        case .architect: ["gateway.architect.exchange"]
        case .architectSandbox: ["gateway.sandbox.architect.exchange"]
        case .evedex: ["exchange-api.evedex.com"]
        case .aevo: ["api.aevo.xyz"]
        case .aevoTestnet: ["api-testnet.aevo.xyz"]
        case .grvt: ["edge.grvt.io", "trades.grvt.io"]
        case .grvtTestnet: ["edge.testnet.grvt.io", "trades.testnet.grvt.io"]
        case .dexalot: ["api.dexalot.com", "subnets.avax.network"]
        case .dexalotTestnet: ["api.dexalot-test.com"]
        case .derive: ["api.derive.xyz", "api.lyra.finance"]
        case .deriveTestnet: ["testnet.api.derive.xyz", "api-demo.lyra.finance"]
        case .decibel: ["api.mainnet.aptoslabs.com"]
        case .decibelTestnet: ["api.testnet.aptoslabs.com"]
        case .pacifica: ["api.pacifica.fi"]
        case .pacificaTestnet: ["test-api.pacifica.fi"]
        case .lighter: ["mainnet.zklighter.elliot.ai"]
        case .lighterTestnet: ["testnet.zklighter.elliot.ai"]
        case .dydx: ["indexer.dydx.trade"]
        case .injective: ["sentry.lcd.injective.network"]
        case .injectiveTestnet: ["testnet.sentry.lcd.injective.network"]
        case .xrpl: ["xrplcluster.com", "s1.ripple.com", "s2.ripple.com"]
        }
    }

    /// Hummingbot's connectors that speak to this host; some, such as OKX's regional ones, have none of their own.
    package var connectors: [String] {
        switch self {
        case .binance: ["binance", "binance_perpetual"]
        case .binanceFuturesTestnet: ["binance_perpetual_testnet"]
        case .coinbase: ["coinbase_advanced_trade"]
        case .kraken: ["kraken"]
        case .kucoin: ["kucoin", "kucoin_hft", "kucoin_perpetual"]
        case .gate: ["gate_io", "gate_io_perpetual"]
        case .okx: ["okx", "okx_perpetual"]
        case .okxUS, .okxEEA, .injectiveTestnet: []
        case .bybit: ["bybit", "bybit_perpetual"]
        case .bybitTestnet: ["bybit_testnet", "bybit_perpetual_testnet"]
        case .hyperliquid: ["hyperliquid", "hyperliquid_perpetual"]
        case .hyperliquidTestnet: ["hyperliquid_testnet", "hyperliquid_perpetual_testnet"]
        case .bitget: ["bitget", "bitget_perpetual"]
        case .mexc: ["mexc"]
        case .htx: ["htx"]
        case .bingX: ["bing_x"]
        case .bitMart: ["bitmart", "bitmart_perpetual"]
        case .bitrue: ["bitrue"]
        case .bitstamp: ["bitstamp"]
        case .backpack: ["backpack", "backpack_perpetual"]
        case .btcMarkets: ["btc_markets"]
        case .foxbit: ["foxbit"]
        case .gemini: ["gemini"]
        case .ndax: ["ndax"]
        case .ndaxTestnet: ["ndax_testnet"]
        case .lambdaplex: ["lambdaplex"]
        case .kalshi: ["kalshi_perpetual"]
        case .architect: ["architect_perpetual"]
        case .architectSandbox: ["architect_perpetual_sandbox"]
        case .evedex: ["evedex_perpetual"]
        case .aevo: ["aevo_perpetual"]
        case .aevoTestnet: ["aevo_perpetual_testnet"]
        case .grvt: ["grvt_perpetual"]
        case .grvtTestnet: ["grvt_perpetual_testnet"]
        case .dexalot: ["dexalot"]
        case .dexalotTestnet: ["dexalot_testnet"]
        case .derive: ["derive", "derive_perpetual"]
        case .deriveTestnet: ["derive_testnet", "derive_perpetual_testnet"]
        case .decibel: ["decibel_perpetual"]
        case .decibelTestnet: ["decibel_perpetual_testnet"]
        case .pacifica: ["pacifica_perpetual"]
        case .pacificaTestnet: ["pacifica_perpetual_testnet"]
        case .lighter: ["lighter", "lighter_perpetual"]
        case .lighterTestnet: ["lighter_testnet", "lighter_perpetual_testnet"]
        case .dydx: ["dydx_v4_perpetual"]
        case .injective: ["injective_v2", "injective_v2_perpetual"]
        case .xrpl: ["xrpl"]
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
        case .bitget: Bitget()
        case .mexc: MEXC()
        case .htx: HTX()
        case .bingX: BingX()
        case .bitMart: BitMart()
        case .bitrue: Bitrue()
        case .bitstamp: Bitstamp()
        case .backpack: Backpack()
        case .btcMarkets: BTCMarkets()
        case .foxbit: Foxbit()
        case .gemini: Gemini()
        case .ndax, .ndaxTestnet: NDAX()
        case .lambdaplex: Lambdaplex()
        case .kalshi: Kalshi()
        case .architect, .architectSandbox: Architect()
        case .evedex: Evedex()
        case .aevo, .aevoTestnet: Aevo()
        case .grvt, .grvtTestnet: GRVT()
        case .dexalot: Dexalot(chain: 432_204, network: "mainnet")
        case .dexalotTestnet: Dexalot(chain: 432_201, network: "testnet")
        case .derive, .deriveTestnet: Derive()
        case .decibel, .decibelTestnet: Decibel()
        case .pacifica, .pacificaTestnet: Pacifica()
        case .lighter, .lighterTestnet: Lighter()
        case .dydx: DYDX()
        case .injective: Injective(chain: "injective-1")
        case .injectiveTestnet: Injective(chain: "injective-888")
        case .xrpl: XRPL()
        }
    }
}
