// Spot markets of exchanges that hand out API keys.
extension Connector {
    static let spot: [Connector] = [
        .backpack, .binance, .bingX, .bitget, .bitmart, .bitrue, .bitstamp, .btcMarkets, .bybit, .bybitTestnet,
        .coinbaseAdvancedTrade, .foxbit, .gateIO, .gemini, .htx, .kraken, .kucoin, .kucoinHFT, .lambdaplex, .mexc,
        .ndax, .ndaxTestnet, .okx,
    ]

    static let backpack = Connector(
        "backpack", exchange: "Backpack", market: .spot,
        note: "Make the key in Backpack's settings under API Keys; it signs with Ed25519 and can read and trade. "
            + "Keep it away from withdrawals: switch address whitelisting on for the account.",
        fields: backpackFields)

    /// The same for both markets: the perpetual connector's fields carry no `perpetual` in their names.
    static let backpackFields: [ConfigField] = [
        .apiKey("backpack_api_key", hint: "The base64 public key that Backpack shows in its list of keys."),
        .apiSecret("backpack_api_secret", hint: "The base64 private key, shown once when the key is made."),
    ]

    static let binance = Connector(
        "binance", exchange: "Binance", market: .spot,
        note: "Make a system-generated (HMAC) key under Account, API Management: allow reading and spot trading, "
            + "leave withdrawals off, and restrict it to this machine's IP address so that the trading right does not "
            + "lapse.",
        fields: [
            .apiKey("binance_api_key"),
            .apiSecret("binance_api_secret", hint: "Shown once. Hummingbot cannot use Ed25519 or RSA keys of Binance."),
        ])

    static let bingX = Connector(
        "bing_x", exchange: "BingX", market: .spot, fieldPrefix: "bingx_",
        note: "Make the key under Account, API Management with the rights to read and to trade spot, without "
            + "withdrawals or transfers, and bind it to this machine's IP address.",
        fields: [.apiKey("bingx_api_key"), .apiSecret("bingx_api_secret")])

    static let bitget = Connector(
        "bitget", exchange: "Bitget", market: .spot,
        note: "Make a system-generated (HMAC) key under API Keys: read-write, spot trading only, no withdrawals or "
            + "transfers, this machine's IP address bound. The passphrase is the one that you choose there.",
        fields: [
            .apiKey("bitget_api_key"), .apiSecret("bitget_secret_key"), .passphrase("bitget_passphrase"),
        ])

    static let bitmart = Connector(
        "bitmart", exchange: "BitMart", market: .spot,
        note: "Make the key under API Settings with a memo of your choice, the rights to read and to trade spot, no "
            + "withdrawals, and this machine's IP address in its list.",
        fields: [.apiKey("bitmart_api_key"), .apiSecret("bitmart_secret_key"), memo("bitmart_memo")])

    static func memo(_ name: String) -> ConfigField {
        .secret(
            name, "Memo", hint: "The memo that you wrote when making the key; it takes part in every signature.",
            role: .passphrase, otherNames: ["passphrase"])
    }

    static let bitrue = Connector(
        "bitrue", exchange: "Bitrue", market: .spot,
        note: "Make the key under API Management: allow reading and trading, leave withdrawals off, and list this "
            + "machine's IP address.",
        fields: [.apiKey("bitrue_api_key"), .apiSecret("bitrue_api_secret")])

    static let bitstamp = Connector(
        "bitstamp", exchange: "Bitstamp", market: .spot,
        note: "Make the key under Settings, API Access and activate it by e-mail: allow account balance, transactions, "
            + "open orders, and placing and cancelling orders. Leave every withdrawal right off and list this "
            + "machine's IP address.",
        fields: [.apiKey("bitstamp_api_key"), .apiSecret("bitstamp_api_secret")])

    static let btcMarkets = Connector(
        "btc_markets", exchange: "BTC Markets", market: .spot,
        note: "Make the key under Account, API Keys with the rights to read and to trade. Leave withdrawals out and "
            + "list this machine's IP address.",
        fields: [
            .apiKey("btc_markets_api_key"),
            .apiSecret("btc_markets_api_secret", hint: "The base64 private key, shown once."),
        ])

    static let bybit = Connector(
        "bybit", exchange: "Bybit", market: .spot,
        note: "Make a system-generated, read-write key under Account, API with the right to trade spot. Leave wallet "
            + "transfers and withdrawals off and bind this machine's IP address, or the key expires after three "
            + "months. Keys of Bybit's regional sites do not work with Hummingbot.",
        fields: [.apiKey("bybit_api_key"), .apiSecret("bybit_api_secret")])

    static let bybitTestnet = Connector(
        "bybit_testnet", exchange: "Bybit", market: .spot, isTestnet: true, parent: "bybit",
        note: "Make the key on testnet.bybit.com, which has accounts and keys of its own: read-write, spot trading, "
            + "no withdrawals.",
        fields: [.apiKey("bybit_testnet_api_key"), .apiSecret("bybit_testnet_api_secret")])

    static let coinbaseAdvancedTrade = Connector(
        "coinbase_advanced_trade", exchange: "Coinbase", market: .spot,
        note: "Make a secret API key in the Coinbase Developer Platform with the signature algorithm ECDSA; Hummingbot "
            + "cannot use Ed25519, which is offered first. Allow view and trade, never transfer, and add this "
            + "machine's IP address to its allow list.",
        fields: [
            .boolean(
                "use_auth_for_public_endpoints", "Sign public requests too",
                hint: "Raises the rate limits of market data.", default: .boolean(false)),
            .apiKey(
                "coinbase_advanced_trade_api_key", hint: "The key's name: organizations/…/apiKeys/…, or its bare id."),
            .secret(
                "coinbase_advanced_trade_api_secret", "Private key",
                hint: "The whole ECDSA key, from BEGIN EC PRIVATE KEY to END; it may be pasted in one line.",
                role: .secret, form: .pem),
        ])

    static let foxbit = Connector(
        "foxbit", exchange: "Foxbit", market: .spot,
        note: "Make the key in your profile under API with the rights to read and to trade, without withdrawals, and "
            + "list this machine's IP address. Foxbit shows the user id beside it.",
        fields: [
            .apiKey("foxbit_api_key"), .apiSecret("foxbit_api_secret"),
            .secret("foxbit_user_id", "User id", hint: "The number that Foxbit shows with the key.", role: .account),
        ])

    static let gateIO = Connector(
        "gate_io", exchange: "Gate", market: .spot,
        note: "Make an APIv4 key under API Keys with read and write on spot trading and read on account. Leave "
            + "withdrawals off and list this machine's IP address, or the key expires after 90 days.",
        fields: [.apiKey("gate_io_api_key"), .apiSecret("gate_io_secret_key")])

    static let gemini = Connector(
        "gemini", exchange: "Gemini", market: .spot,
        note: "Make a key for one account (its name begins with account-) under Settings, API with the role Trader, "
            + "not Fund Manager, a time-based nonce, and this machine's IP address in its list.",
        fields: [
            .apiKey(
                "gemini_api_key", hint: "Begins with account-. Hummingbot cannot use keys that begin with master-."),
            .apiSecret("gemini_api_secret"),
        ])

    static let htx = Connector(
        "htx", exchange: "HTX", market: .spot,
        note: "Make the key under API Management with the rights to read and to trade, without withdrawals, and bind "
            + "this machine's IP address, or the key expires after some months.",
        fields: [.apiKey("htx_api_key"), .apiSecret("htx_secret_key")])

    static let kraken = Connector(
        "kraken", exchange: "Kraken", market: .spot,
        note: "Make the key under Settings, API: query funds, open and closed orders and trades, create, modify and "
            + "cancel orders, and WebSocket access. Leave withdrawals off, list this machine's IP address, and give "
            + "every bot a key of its own, because Kraken counts the requests of each.",
        fields: [
            .apiKey("kraken_api_key"),
            .apiSecret("kraken_secret_key", hint: "The private key: 88 characters of base64, shown once."),
            .text(
                "kraken_api_tier", "Verification tier", hint: "Sets the rate limits that Hummingbot keeps to.",
                default: "Starter", form: .oneOf(["Starter", "Intermediate", "Pro"])),
        ])

    static let kucoin = Connector(
        "kucoin", exchange: "KuCoin", market: .spot,
        note: "Make the key under API Management with the rights General and Spot, without Transfer or Withdrawal, "
            + "and restrict it to this machine's IP address. You choose its passphrase there.",
        fields: [
            .apiKey("kucoin_api_key"), .apiSecret("kucoin_secret_key"), .passphrase("kucoin_passphrase"),
        ])

    static let kucoinHFT = Connector(
        "kucoin_hft", exchange: "KuCoin", market: .spot, parent: "kucoin",
        note: "Trades the high-frequency account: make the key under API Management with the rights General and Spot, "
            + "without Transfer or Withdrawal, and restrict it to this machine's IP address.",
        fields: [
            .apiKey("kucoin_hft_api_key"), .apiSecret("kucoin_hft_secret_key"), .passphrase("kucoin_hft_passphrase"),
        ])

    static let lambdaplex = Connector(
        "lambdaplex", exchange: "LambdaPlex", market: .spot,
        note: "Make an Ed25519 key pair, register its public half in LambdaPlex's API settings with the rights to read "
            + "and to trade but not to withdraw, and enter the private half here.",
        fields: [
            .apiKey("lambdaplex_api_key"),
            .secret(
                "lambdaplex_private_key", "Private key",
                hint: "The Ed25519 key without a password, from BEGIN PRIVATE KEY to END, or only its base64 body.",
                role: .secret, form: .pem),
        ])

    static let mexc = Connector(
        "mexc", exchange: "MEXC", market: .spot,
        note: "Make the key under API Management: spot account and spot orders, read and write, no withdrawals or "
            + "transfers. Link this machine's IP address, or the key expires after 90 days.",
        fields: [.apiKey("mexc_api_key"), .apiSecret("mexc_api_secret")])

    static let ndax = Connector(
        "ndax", exchange: "NDAX", market: .spot,
        note: "Make the key in your profile under API Keys: allow trading, leave deposits and withdrawals off. NDAX "
            + "shows the user id and the account's name beside it.",
        fields: ndaxFields("ndax_"))

    static let ndaxTestnet = Connector(
        "ndax_testnet", exchange: "NDAX", market: .spot, isTestnet: true, parent: "ndax",
        note: "Make the key on NDAX's staging site, which has accounts of its own: allow trading, leave withdrawals "
            + "off.",
        fields: ndaxFields("ndax_testnet_", asksForKey: false))

    /// The fields of both; Hummingbot's testnet model forgot to ask for the key, which it requires all the same.
    private static func ndaxFields(_ prefix: String, asksForKey: Bool = true) -> [ConfigField] {
        [
            .secret(prefix + "uid", "User id", hint: "The number that NDAX shows with the key.", role: .account),
            .secret(
                prefix + "account_name", "Account name", hint: "The name of the NDAX account that trades.",
                role: .account),
            .apiKey(prefix + "api_key", isAskedFor: asksForKey),
            .apiSecret(prefix + "secret_key"),
        ]
    }

    static let okx = Connector(
        "okx", exchange: "OKX", market: .spot, fileTitle: .none,
        note:
            "Make the key under API Keys with the rights Read and Trade, without Withdraw, and bind this machine's IP "
            + "address, or OKX removes it when it lies idle. You choose its passphrase there.",
        fields: [
            .apiKey("okx_api_key"), .apiSecret("okx_secret_key"), .passphrase("okx_passphrase"),
            .choice(
                "okx_registration_sub_domain", "Site of registration", ["www", "app", "my"],
                hint: "www for okx.com, app for the United States, my for the European Economic Area.", default: "www"),
        ])
}
