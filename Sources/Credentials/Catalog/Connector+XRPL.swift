// The XRP Ledger: a wallet's seed, nodes, and markets described by records.
extension Connector {
    static let xrpl = Connector(
        "xrpl", exchange: "XRP Ledger", market: .spot, isDecentralized: true,
        note: "The ledger knows no API keys: the wallet's seed signs and can do everything. Make a wallet for the bot "
            + "alone and keep in it only what it trades with.",
        fields: [
            .secret(
                "xrpl_secret_key", "Wallet seed", hint: "The family seed: begins with s, or with sEd for Ed25519.",
                role: .privateKey, form: .rippleSecret),
            .list(
                "wss_node_urls", "Nodes", hint: "WebSocket addresses that begin with wss://, tried in order.",
                default: ["wss://xrplcluster.com/", "wss://s1.ripple.com/", "wss://s2.ripple.com/"],
                form: .secureWebSockets),
            .records(
                "custom_markets", "Custom markets", of: market,
                hint: "Trading pairs that Hummingbot does not know, each under a name such as SOLO-XRP.",
                default: [
                    "SOLO-XRP": .map([
                        "base": .text("SOLO"), "quote": .text("XRP"),
                        "base_issuer": .text("rsoLo2S1kiGeCcn6hCUXVrCpGMWLrRrLZz"), "quote_issuer": .text(""),
                        "trading_pair_symbol": .null,
                    ])
                ], isAskedFor: false,
                typeName: "typing.Dict[str, hummingbot.connector.exchange.xrpl.xrpl_utils.XRPLMarket]"),
            .integer(
                "max_request_per_minute", "Requests per minute", hint: "Keeps below the nodes' rate limits.",
                default: .integer(12)),
        ])

    private static let market: [ConfigField] = [
        .text("base", "Base currency"),
        .text("quote", "Quote currency"),
        .textOrEmpty("base_issuer", "Base issuer", hint: "The issuer's address; empty for XRP."),
        .textOrEmpty("quote_issuer", "Quote issuer", hint: "The issuer's address; empty for XRP."),
        .nullableText("trading_pair_symbol", "Trading pair symbol", hint: "Another name of the pair."),
    ]
}
