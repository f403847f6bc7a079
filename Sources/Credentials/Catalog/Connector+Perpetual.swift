// Perpetual markets of exchanges that hand out API keys.
extension Connector {
    static let perpetual: [Connector] = [
        .architectPerpetual, .architectPerpetualSandbox, .backpackPerpetual, .binancePerpetual,
        .binancePerpetualTestnet, .bitgetPerpetual, .bitmartPerpetual, .bybitPerpetual, .bybitPerpetualTestnet,
        .gateIOPerpetual, .kalshiPerpetual, .kucoinPerpetual, .okxPerpetual,
    ]

    static let architectPerpetual = Connector(
        "architect_perpetual", exchange: "Architect", market: .perpetual,
        note: "Make the key on Architect's exchange site in the settings of your account; it needs to read and to "
            + "trade. Leave withdrawals off.",
        fields: architectFields)

    static let architectPerpetualSandbox = Connector(
        "architect_perpetual_sandbox", exchange: "Architect", market: .perpetual, isTestnet: true,
        parent: "architect_perpetual",
        note: "Make the key on Architect's sandbox site, which has accounts of its own; it needs to read and to trade.",
        fields: architectFields)

    private static let architectFields: [ConfigField] = [
        publicEndpointsNeedTheKey, .apiKey("api_key"), .apiSecret("api_secret"),
    ]

    /// Where even market data needs a key, Hummingbot has this switch and never asks for it.
    static let publicEndpointsNeedTheKey = ConfigField.boolean(
        "use_auth_for_public_endpoints", "Sign public requests too", hint: "Leave it on: market data needs the key.",
        default: .boolean(true), isAskedFor: false)

    static let backpackPerpetual = Connector(
        "backpack_perpetual", exchange: "Backpack", market: .perpetual, fieldPrefix: "backpack_",
        note: "Make the key in Backpack's settings under API Keys; the one of the spot connector works here too. "
            + "Keep it away from withdrawals: switch address whitelisting on for the account.",
        fields: backpackFields)

    static let binancePerpetual = Connector(
        "binance_perpetual", exchange: "Binance", market: .perpetual, fileTitle: .none,
        note: "Open the futures account first, then make a system-generated (HMAC) key under Account, API Management: "
            + "allow reading and futures, leave withdrawals off, restrict it to this machine's IP address. A key made "
            + "before the futures account cannot trade futures.",
        fields: [.apiKey("binance_perpetual_api_key"), .apiSecret("binance_perpetual_api_secret")])

    static let binancePerpetualTestnet = Connector(
        "binance_perpetual_testnet", exchange: "Binance", market: .perpetual, isTestnet: true,
        parent: "binance_perpetual", fileTitle: .other("binance_perpetual"),
        note: "Make the key on testnet.binancefuture.com, below the chart under API Key; keys of the real exchange do "
            + "not work there.",
        fields: [.apiKey("binance_perpetual_testnet_api_key"), .apiSecret("binance_perpetual_testnet_api_secret")])

    static let bitgetPerpetual = Connector(
        "bitget_perpetual", exchange: "Bitget", market: .perpetual,
        note: "Make a system-generated (HMAC) key under API Keys: read-write, futures orders and positions, no "
            + "withdrawals or transfers, this machine's IP address bound. The passphrase is the one that you choose "
            + "there.",
        fields: [
            .apiKey("bitget_perpetual_api_key"), .apiSecret("bitget_perpetual_secret_key"),
            .passphrase("bitget_perpetual_passphrase"),
        ])

    static let bitmartPerpetual = Connector(
        "bitmart_perpetual", exchange: "BitMart", market: .perpetual, fileTitle: .none,
        note: "Make the key under API Settings with a memo of your choice, the rights to read and to trade futures, no "
            + "withdrawals, and this machine's IP address in its list.",
        fields: [
            .apiKey("bitmart_perpetual_api_key"), .apiSecret("bitmart_perpetual_api_secret"),
            memo("bitmart_perpetual_memo"),
        ])

    static let bybitPerpetual = Connector(
        "bybit_perpetual", exchange: "Bybit", market: .perpetual,
        note: "Make a system-generated, read-write key under Account, API with contract orders and positions; the "
            + "account must be a unified one. Leave wallet transfers and withdrawals off and bind this machine's IP "
            + "address, or the key expires after three months.",
        fields: [.apiKey("bybit_perpetual_api_key"), .apiSecret("bybit_perpetual_secret_key")])

    static let bybitPerpetualTestnet = Connector(
        "bybit_perpetual_testnet", exchange: "Bybit", market: .perpetual, isTestnet: true, parent: "bybit_perpetual",
        note: "Make the key on testnet.bybit.com, which has accounts and keys of its own: read-write, contract orders "
            + "and positions, no withdrawals.",
        fields: [.apiKey("bybit_perpetual_testnet_api_key"), .apiSecret("bybit_perpetual_testnet_secret_key")])

    static let gateIOPerpetual = Connector(
        "gate_io_perpetual", exchange: "Gate", market: .perpetual,
        note: "Make an APIv4 key under API Keys with read and write on perpetual futures and read on account. Leave "
            + "withdrawals off and list this machine's IP address, or the key expires after 90 days.",
        fields: [
            .apiKey("gate_io_perpetual_api_key"), .apiSecret("gate_io_perpetual_secret_key"),
            .secret(
                "gate_io_perpetual_user_id", "User id", hint: "The number under your name on Gate's account page.",
                role: .account),
        ])

    static let kalshiPerpetual = Connector(
        "kalshi_perpetual", exchange: "Kalshi", market: .perpetual, fileTitle: .none,
        note: "Make the key in the account settings under API Keys; Kalshi shows the RSA private key once. The key "
            + "must be able to read and to trade, and needs no other right.",
        compatibilityWarning: "Hummingbot versions from before September 2026 do not know kalshi_perpetual and refuse "
            + "every credential of an account that holds one: keep it in an account of its own, or update Hummingbot.",
        fields: [
            .apiKey("kalshi_perpetual_api_key", hint: "The key's id."),
            .secret(
                "kalshi_perpetual_private_key", "Private key",
                hint: "The whole RSA key, from BEGIN to END; it may be pasted in one line.", role: .secret, form: .pem),
        ])

    static let kucoinPerpetual = Connector(
        "kucoin_perpetual", exchange: "KuCoin", market: .perpetual,
        note: "Make the key under API Management with the rights General and Futures, without Transfer or Withdrawal, "
            + "and restrict it to this machine's IP address. You choose its passphrase there.",
        fields: [
            .apiKey("kucoin_perpetual_api_key"), .apiSecret("kucoin_perpetual_secret_key"),
            .passphrase("kucoin_perpetual_passphrase"),
        ])

    static let okxPerpetual = Connector(
        "okx_perpetual", exchange: "OKX", market: .perpetual,
        note: "Make the key on okx.com under API Keys with the rights Read and Trade, without Withdraw, and bind this "
            + "machine's IP address; the account mode must allow futures. Keys of OKX's American and European sites "
            + "do not work with this connector.",
        fields: [
            .apiKey("okx_perpetual_api_key"), .apiSecret("okx_perpetual_secret_key"),
            .passphrase("okx_perpetual_passphrase"),
        ])
}
