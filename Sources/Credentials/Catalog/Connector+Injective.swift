// Injective: one wallet trades for another, described by nested modes.
extension Connector {
    static let injectiveV2 = Connector(
        "injective_v2", exchange: "Injective", market: .spot, isDecentralized: true,
        note: injectiveNote, fields: injectiveFields)

    static let injectiveV2Perpetual = Connector(
        "injective_v2_perpetual", exchange: "Injective", market: .perpetual, isDecentralized: true,
        note: injectiveNote, fields: injectiveFields)

    private static let injectiveNote =
        "Make a trading wallet beside the one that holds the funds and grant it the right to trade (authz), which is "
        + "not the right to withdraw; enter the trading wallet's key and the address of the granter. Left as it is, "
        + "the account can only read."

    private static let injectiveFields: [ConfigField] = [
        .boolean(
            "receive_connector_configuration", "Pass the configuration on",
            hint: "Leave it on: Hummingbot hands these settings to the connector.", default: .boolean(true),
            isAskedFor: false),
        .modes(
            "network", "Network", networks, default: [:],
            typeName: union("InjectiveMainnetNetworkMode", "InjectiveTestnetNetworkMode", "InjectiveCustomNetworkMode")),
        .modes(
            "account_type", "Account", accounts, hint: "A delegated account trades; a read-only one cannot.",
            default: [:], typeName: union("InjectiveDelegatedAccountMode", "InjectiveReadOnlyAccountMode")),
        .modes(
            "fee_calculator", "Fee calculation", feeCalculators,
            default: ["name": .text("message_based_transaction_fee_calculator")],
            typeName: union(
                "InjectiveSimulatedTransactionFeeCalculatorMode", "InjectiveMessageBasedTransactionFeeCalculatorMode")),
    ]

    private static let networks = [
        ConfigMode(title: "mainnet_network", label: "Mainnet", fields: []),
        ConfigMode(
            title: "testnet_network", label: "Testnet",
            fields: [
                .text("testnet_node", "Testnet node", default: "lb", form: .oneOf(["lb", "sentry"]))
            ]),
        ConfigMode(
            title: "custom_network", label: "Custom network",
            fields: [
                .text("lcd_endpoint", "LCD endpoint", hint: "Address and port of the node's REST service."),
                .text("tm_websocket_endpoint", "Tendermint WebSocket endpoint"),
                .text("grpc_endpoint", "gRPC endpoint"),
                .text("grpc_exchange_endpoint", "gRPC exchange endpoint"),
                .text("grpc_explorer_endpoint", "gRPC explorer endpoint"),
                .text("chain_stream_endpoint", "Chain stream endpoint"),
                .text("chain_id", "Chain id", hint: "Such as injective-1."),
                .text("env", "Environment", hint: "The network's name, such as mainnet."),
            ]),
    ]

    private static let accounts = [
        ConfigMode(
            title: "delegate_account", label: "Delegated account",
            fields: [
                .secret(
                    "private_key", "Trading wallet private key",
                    hint: "The trading wallet's key in hex, or its secret phrase of 12 or 24 words.", role: .privateKey,
                    form: .phrase),
                .integer("subaccount_index", "Trading subaccount index", hint: "Usually 0.", form: .index),
                .text(
                    "granter_address", "Granter address", hint: "The wallet that holds the funds; begins with inj1.",
                    form: .bech32Address, role: .address),
                .integer("granter_subaccount_index", "Granter subaccount index", hint: "Usually 0.", form: .index),
            ]),
        ConfigMode(title: "read_only_account", label: "Read-only account", fields: []),
    ]

    private static let feeCalculators = [
        feeCalculator("simulated_transaction_fee_calculator", "Simulate each transaction"),
        feeCalculator("message_based_transaction_fee_calculator", "Estimate from the messages"),
    ]

    /// A model whose only field is its own name.
    private static func feeCalculator(_ title: String, _ label: String) -> ConfigMode {
        ConfigMode(
            title: title, label: label,
            fields: [.choice("name", "Name", [title], default: title, isAskedFor: false)])
    }

    private static func union(_ models: String...) -> String {
        let module = "hummingbot.connector.exchange.injective_v2.injective_v2_utils."
        return "typing.Union[" + models.map { module + $0 }.joined(separator: ", ") + "]"
    }
}
