// Exchanges where a wallet's key signs.
extension Connector {
    static let wallets: [Connector] = [
        .aevoPerpetual, .aevoPerpetualTestnet, .decibelPerpetual, .decibelPerpetualTestnet, .derive, .derivePerpetual,
        .derivePerpetualTestnet, .deriveTestnet, .dexalot, .dexalotTestnet, .dydxV4Perpetual, .evedexPerpetual,
        .grvtPerpetual, .grvtPerpetualTestnet, .hyperliquid, .hyperliquidPerpetual, .hyperliquidPerpetualTestnet,
        .hyperliquidTestnet, .injectiveV2, .injectiveV2Perpetual, .lighter, .lighterPerpetual,
        .lighterPerpetualTestnet, .lighterTestnet, .pacificaPerpetual, .pacificaPerpetualTestnet, .xrpl,
    ]

    // MARK: Aevo

    static let aevoPerpetual = Connector(
        "aevo_perpetual", exchange: "Aevo", market: .perpetual, isDecentralized: true,
        note: "Make an API key and a signing key on Aevo's settings page under API; both belong to the wallet whose "
            + "address you enter. Give the API key no right to withdraw and list this machine's IP address.",
        fields: aevoFields("aevo_perpetual_"))

    static let aevoPerpetualTestnet = Connector(
        "aevo_perpetual_testnet", exchange: "Aevo", market: .perpetual, isTestnet: true, isDecentralized: true,
        parent: "aevo_perpetual", fileTitle: .other("aevo_perpetual"),
        note: "Make an API key and a signing key on Aevo's testnet site; those of the main network do not work there.",
        fields: aevoFields("aevo_perpetual_testnet_"))

    private static func aevoFields(_ prefix: String) -> [ConfigField] {
        [
            .apiKey(prefix + "api_key"), .apiSecret(prefix + "api_secret"),
            .secret(
                prefix + "signing_key", "Signing key",
                hint: "The private key that signs orders, not the wallet's own; Aevo shows it once.", role: .privateKey),
            .secret(
                prefix + "account_address", "Account address", hint: "The wallet's address, 0x and 40 hex digits.",
                role: .address),
        ]
    }

    // MARK: Decibel

    static let decibelPerpetual = Connector(
        "decibel_perpetual", exchange: "Decibel", market: .perpetual, isDecentralized: true,
        note: "Make an API wallet on Decibel's site: it may trade for your main wallet, not withdraw. The API key and "
            + "the gas station key come from geomi.dev.",
        fields: decibelFields("decibel_perpetual_"))

    static let decibelPerpetualTestnet = Connector(
        "decibel_perpetual_testnet", exchange: "Decibel", market: .perpetual, isTestnet: true, isDecentralized: true,
        parent: "decibel_perpetual",
        note: "Make an API wallet on Decibel's testnet site, and the API key and gas station key for the testnet on "
            + "geomi.dev.",
        fields: decibelFields("decibel_perpetual_testnet_"))

    private static func decibelFields(_ prefix: String) -> [ConfigField] {
        [
            publicEndpointsNeedTheKey,
            .secret(
                prefix + "api_wallet_private_key", "API wallet private key",
                hint: "Ed25519 in hex, with or without ed25519-priv-0x before it; not the main wallet's key.",
                role: .privateKey),
            .secret(
                prefix + "main_wallet_public_key", "Main wallet address",
                hint: "The address of the wallet that holds the funds: 0x and 64 hex digits.", role: .address,
                otherNames: ["address"]),
            .apiKey(prefix + "api_key", hint: "From geomi.dev; every request needs it."),
            .secret(prefix + "gas_station_api_key", "Gas station API key", hint: "From geomi.dev; it pays the gas."),
        ]
    }

    // MARK: Derive

    static let derive = Connector(
        "derive", exchange: "Derive", market: .spot, isDecentralized: true, fileTitle: .none, note: deriveNote,
        compatibilityWarning: deriveWarning, fields: deriveFields("derive_"))

    static let derivePerpetual = Connector(
        "derive_perpetual", exchange: "Derive", market: .perpetual, isDecentralized: true, fileTitle: .none,
        note: deriveNote, compatibilityWarning: deriveWarning, fields: deriveFields("derive_perpetual_"))

    static let deriveTestnet = Connector(
        "derive_testnet", exchange: "Derive", market: .spot, isTestnet: true, isDecentralized: true, parent: "derive",
        fileTitle: .other("derive"), note: deriveTestnetNote, compatibilityWarning: deriveWarning,
        fields: deriveFields("derive_testnet_"))

    static let derivePerpetualTestnet = Connector(
        "derive_perpetual_testnet", exchange: "Derive", market: .perpetual, isTestnet: true, isDecentralized: true,
        parent: "derive_perpetual", fileTitle: .other("derive_perpetual"), note: deriveTestnetNote,
        compatibilityWarning: deriveWarning, fields: deriveFields("derive_perpetual_testnet_"))

    private static let deriveNote =
        "Register a session key on Derive's developer page with the scope account, an expiry and this machine's IP "
        + "address, and enter its private key: it can trade, while the owner's own key can do everything."

    private static let deriveTestnetNote =
        "Register a session key on the developer page of Derive's testnet; wallets and subaccounts of the main network "
        + "do not exist there."

    private static let deriveWarning =
        "Hummingbot versions from before September 2026 have other fields for Derive and refuse every credential of an "
        + "account that holds this one: keep it in an account of its own, or update Hummingbot."

    private static func deriveFields(_ prefix: String) -> [ConfigField] {
        [
            .secret(
                prefix + "wallet_address", "Wallet address",
                hint: "The wallet that owns the account, not the session key's address.", role: .address),
            .secret(
                "session_private_key", "Session private key", hint: "The private key of the session key, in hex.",
                role: .privateKey),
            .secret(
                "subacct_id", "Subaccount id", hint: "The number of the subaccount that trades.", role: .account,
                otherNames: ["sub_id", "subaccount_id"]),
            .secret("account_type", "Account type", hint: "trader or market_maker; it sets the rate limits."),
        ]
    }

    // MARK: Dexalot

    static let dexalot = Connector(
        "dexalot", exchange: "Dexalot", market: .spot, isDecentralized: true,
        note: "Dexalot knows no API keys: the wallet's own key signs and can do everything. Make a wallet for the bot "
            + "alone and keep in it only what it trades with.",
        fields: dexalotFields("dexalot_"))

    static let dexalotTestnet = Connector(
        "dexalot_testnet", exchange: "Dexalot", market: .spot, isTestnet: true, isDecentralized: true,
        parent: "dexalot",
        note: "The wallet's own key signs: make a wallet for Dexalot's testnet that never holds real funds.",
        fields: dexalotFields("dexalot_testnet_"))

    private static func dexalotFields(_ prefix: String) -> [ConfigField] {
        [
            .secret(
                prefix + "api_secret", "Wallet private key", hint: "64 hex digits, with or without 0x.",
                role: .privateKey, otherNames: ["private_key"]),
            .secret(
                prefix + "api_key", "Wallet address", hint: "The address of that key: 0x and 40 hex digits.",
                role: .address, otherNames: ["address"]),
        ]
    }

    // MARK: dYdX

    static let dydxV4Perpetual = Connector(
        "dydx_v4_perpetual", exchange: "dYdX", market: .perpetual, isDecentralized: true,
        note: "Export the secret phrase on dydx.trade; it can do everything, withdrawals included. Make a wallet for "
            + "the bot alone and keep in it only what it trades with.",
        fields: [
            .secret(
                "dydx_v4_perpetual_secret_phrase", "Secret phrase", hint: "12 or 24 words, separated by spaces.",
                role: .privateKey, form: .phrase, otherNames: ["mnemonic"]),
            .secret(
                "dydx_v4_perpetual_chain_address", "dYdX Chain address", hint: "Begins with dydx1.",
                role: .address, form: .bech32Address),
        ])

    // MARK: EVEDEX

    static let evedexPerpetual = Connector(
        "evedex_perpetual", exchange: "EVEDEX", market: .perpetual, isDecentralized: true,
        note: "Make the API key in EVEDEX's settings with the rights to read and to trade. The private key signs the "
            + "orders: use a wallet for the bot alone that holds only what it trades with.",
        fields: [
            .apiKey("evedex_perpetual_api_key"),
            .secret(
                "evedex_perpetual_private_key", "Wallet private key", hint: "64 hex digits, with or without 0x.",
                role: .privateKey),
        ])

    // MARK: GRVT

    static let grvtPerpetual = Connector(
        "grvt_perpetual", exchange: "GRVT", market: .perpetual, isDecentralized: true,
        note: "Make an API key for one trading account in GRVT's settings with the right to trade, not to withdraw or "
            + "transfer, and list this machine's IP address. GRVT shows the private key of its signer once.",
        fields: grvtFields("grvt_perpetual_"))

    static let grvtPerpetualTestnet = Connector(
        "grvt_perpetual_testnet", exchange: "GRVT", market: .perpetual, isTestnet: true, isDecentralized: true,
        parent: "grvt_perpetual",
        note: "Make an API key for one trading account on GRVT's testnet site, with the right to trade.",
        fields: grvtFields("grvt_perpetual_testnet_"))

    private static func grvtFields(_ prefix: String) -> [ConfigField] {
        [
            .apiKey(prefix + "api_key"),
            .secret(
                prefix + "private_key", "Signer private key",
                hint: "The key that signs for this API key, not your wallet's.", role: .privateKey),
            .secret(
                prefix + "trading_account_id", "Trading account id",
                hint: "The number that GRVT shows beside the trading account.", role: .account),
        ]
    }

    // MARK: Hyperliquid

    static let hyperliquid = Connector(
        "hyperliquid", exchange: "Hyperliquid", market: .spot, isDecentralized: true, note: hyperliquidNote,
        fields: hyperliquidFields("hyperliquid_"))

    static let hyperliquidPerpetual = Connector(
        "hyperliquid_perpetual", exchange: "Hyperliquid", market: .perpetual, isDecentralized: true,
        note: hyperliquidNote, fields: hyperliquidFields("hyperliquid_perpetual_"))

    static let hyperliquidTestnet = Connector(
        "hyperliquid_testnet", exchange: "Hyperliquid", market: .spot, isTestnet: true, isDecentralized: true,
        parent: "hyperliquid", fileTitle: .other("hyperliquid"), note: hyperliquidTestnetNote,
        fields: hyperliquidFields("hyperliquid_testnet_"))

    static let hyperliquidPerpetualTestnet = Connector(
        "hyperliquid_perpetual_testnet", exchange: "Hyperliquid", market: .perpetual, isTestnet: true,
        isDecentralized: true, parent: "hyperliquid_perpetual", fileTitle: .other("hyperliquid_perpetual"),
        note: hyperliquidTestnetNote, fields: hyperliquidFields("hyperliquid_perpetual_testnet_"))

    private static let hyperliquidNote =
        "Make an API wallet on app.hyperliquid.xyz/API, choose the mode api_wallet and enter its private key with your "
        + "main wallet's address: it can trade but not withdraw, while the main wallet's own key can do everything. "
        + "API wallets expire."

    private static let hyperliquidTestnetNote =
        "Make an API wallet on app.hyperliquid-testnet.xyz/API, choose the mode api_wallet and enter its private key "
        + "with your main wallet's address; the main network does not know it."

    private static func hyperliquidFields(_ prefix: String) -> [ConfigField] {
        [
            .choice(
                prefix + "mode", "Wallet mode", ["arb_wallet", "api_wallet"],
                hint: "api_wallet for an API wallet's key, arb_wallet for the main wallet's own key.",
                default: "arb_wallet"),
            .boolean(
                "use_vault", "Trade for a vault", hint: "Yes when the address is a vault's or a subaccount's.",
                default: .text("no")),
            .secret(
                prefix + "address", "Wallet address",
                hint: "The main wallet's address, or the vault's: 0x and 40 hex digits.", role: .address,
                form: .hyperliquidAddress),
            .secret(
                prefix + "secret_key", "Private key",
                hint: "The API wallet's private key, or the main wallet's: 64 hex digits, with or without 0x.",
                role: .privateKey),
        ]
    }

    // MARK: Lighter

    static let lighter = Connector(
        "lighter", exchange: "Lighter", market: .spot, isDecentralized: true, note: lighterNote,
        fields: lighterFields("lighter_", hasAccountIndex: true))

    static let lighterPerpetual = Connector(
        "lighter_perpetual", exchange: "Lighter", market: .perpetual, isDecentralized: true, note: lighterNote,
        fields: lighterFields("lighter_perpetual_", hasAccountIndex: false))

    static let lighterTestnet = Connector(
        "lighter_testnet", exchange: "Lighter", market: .spot, isTestnet: true, isDecentralized: true,
        parent: "lighter", note: lighterTestnetNote, fields: lighterFields("lighter_testnet_", hasAccountIndex: true))

    static let lighterPerpetualTestnet = Connector(
        "lighter_perpetual_testnet", exchange: "Lighter", market: .perpetual, isTestnet: true, isDecentralized: true,
        parent: "lighter_perpetual", note: lighterTestnetNote,
        fields: lighterFields(
            "lighter_perpetual_testnet_", hasAccountIndex: false, limitStorage: .sealed,
            privateKeyNotice: "The private key was sealed, so that it does not lie on the disk for all to read. "
                + "Hummingbot does not open this field of the testnet and so cannot sign in there; it does on the main "
                + "network."))

    private static let lighterNote =
        "Make an API key on app.lighter.xyz under API Keys for the account of your wallet: it can trade, and withdraw "
        + "only to that wallet's own address. The low key indexes belong to Lighter's own apps."

    private static let lighterTestnetNote =
        "Make an API key on Lighter's testnet site under API Keys; those of the main network do not work there."

    /// Hummingbot marks the limit as a secret, yet does not open a sealed one (`is_secure` is false), so it lies plain;
    /// the perpetual testnet has the marks of limit and private key exchanged.
    private static func lighterFields(
        _ prefix: String, hasAccountIndex: Bool, limitStorage: ConfigField.Storage = .plain,
        privateKeyNotice: String? = nil
    ) -> [ConfigField] {
        let accountIndex = ConfigField.integer(
            prefix + "account_index", "Account index", hint: "Leave it empty for the wallet's main account.",
            default: .null, form: .index, role: .account)
        return [
            [
                .text(
                    prefix + "l1_address", "Wallet address", hint: "The Ethereum address: 0x and 40 hex digits.",
                    role: .address)
            ],
            hasAccountIndex ? [accountIndex] : [],
            [
                .integer(
                    prefix + "api_key_index", "API key index", hint: "The number of the key, 0 to 254.", form: .index,
                    role: .key),
                .secret(
                    prefix + "api_private_key", "API private key",
                    hint: "80 hex digits, with or without 0x; Lighter shows them once.", role: .secret,
                    sealingNotice: privateKeyNotice),
                .secret(
                    prefix + "account_limit", "Account tier", hint: "Standard, Premium, Plus or Builder.",
                    storage: limitStorage),
            ],
        ].flatMap { $0 }
    }

    // MARK: Pacifica

    static let pacificaPerpetual = Connector(
        "pacifica_perpetual", exchange: "Pacifica", market: .perpetual, isDecentralized: true,
        note: "Make an agent wallet on Pacifica's site under API Keys and enter its key pair with your own wallet's "
            + "address: the agent can trade but not withdraw.",
        fields: pacificaFields("pacifica_perpetual_"))

    static let pacificaPerpetualTestnet = Connector(
        "pacifica_perpetual_testnet", exchange: "Pacifica", market: .perpetual, isTestnet: true,
        isDecentralized: true, parent: "pacifica_perpetual",
        note: "Make an agent wallet on Pacifica's testnet site; agents of the main network are not known there.",
        fields: pacificaFields("pacifica_perpetual_testnet_"))

    private static func pacificaFields(_ prefix: String) -> [ConfigField] {
        [
            .secret(
                prefix + "agent_wallet_public_key", "Agent wallet public key", hint: "The agent's address, base58.",
                role: .address),
            .secret(
                prefix + "agent_wallet_private_key", "Agent wallet private key",
                hint: "The agent's private key, base58; not your own wallet's.", role: .privateKey),
            .secret(
                prefix + "user_wallet_public_key", "Your wallet's address",
                hint: "The Solana address that holds the funds.", role: .address, otherNames: ["address"]),
            .optionalSecret(
                prefix + "api_config_key", "API config key",
                hint: "Raises the rate limits; Hummingbot makes one when it is empty."),
        ]
    }
}
