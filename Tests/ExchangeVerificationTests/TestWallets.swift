import Credentials
import OrderedJSON

/// Made-up wallets for the connectors where a wallet's key signs.
enum TestWallets {
    static let phrase =
        "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about"
    static let dydxAddress = "dydx19rl4cm2hmr8afy4kldpxz3fka4jguq0a4erelz"
    /// The phrase's.
    static let injectiveAddress = "inj1npvwllfr9dqr8erajqqr6s0vxnk2ak55re90dz"
    private static let aptosKey = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
    private static let lighterKey = String(repeating: "0a1b2c3d4e", count: 8)
    private static let agentKey =
        "1GMkH3brNXiNNs1tiFZHu4yZSRrzJwxi5wB9bHFtMikjwpAW9DMZzU2Pqakc5it8X3N5vPmqdN7KF4CCUpmKhq"
    private static let seed = "snoPBrXtMeMyMHUVTgbuqAfg1SUTb"

    /// What must never be seen in a report.
    static let secrets = [
        phrase, aptosKey, lighterKey, agentKey, seed,
        "001ACAAEDECE405B2A958212629E16F2EB46B153EEE94CDD350FDEFF52795525B7",
        "sEdVQ4wvD1AaTG6JA54qt38TengAuiz", "abandonn",
    ]

    /// Whether a connector's vectors and properties are looked at by the suites of wallets.
    static func isOne(_ connector: String) -> Bool {
        ["decibel", "derive", "dexalot", "dydx", "injective", "lighter", "pacifica", "xrpl"].contains {
            connector.hasPrefix($0)
        }
    }

    /// By the fields' names.
    static let values: [String: String] = {
        var values = [
            "session_private_key": TestCredential.privateKey, "subacct_id": "37799", "account_type": "trader",
            "dydx_v4_perpetual_secret_phrase": phrase, "dydx_v4_perpetual_chain_address": dydxAddress,
            "xrpl_secret_key": seed,
        ]
        for end in ["", "_testnet"] {
            values["dexalot\(end)_api_secret"] = TestCredential.privateKey
            values["dexalot\(end)_api_key"] = TestCredential.address
            values["decibel_perpetual\(end)_api_wallet_private_key"] = "ed25519-priv-0x" + aptosKey
            values["decibel_perpetual\(end)_main_wallet_public_key"] = "0x" + String(repeating: "ab", count: 32)
            values["pacifica_perpetual\(end)_agent_wallet_private_key"] = agentKey
            values["pacifica_perpetual\(end)_agent_wallet_public_key"] = "FAe4sisG95oZ42w7buUn5qEE4TAnfTTFPiguZUHmhiF"
            values["pacifica_perpetual\(end)_user_wallet_public_key"] = "US517G5965aydkZ46HS38QLi7UQiSojurfbQfKCELFx"
            for prefix in ["lighter\(end)", "lighter_perpetual\(end)"] {
                values["\(prefix)_l1_address"] = TestCredential.address
                values["\(prefix)_api_key_index"] = "3"
                values["\(prefix)_api_private_key"] = lighterKey
                values["\(prefix)_account_limit"] = "Standard"
            }
        }
        return values
    }()

    /// Fields that hold models and are not required, yet say what there is to check.
    static func models(of connector: ConnectorName) -> JSONObject {
        guard connector.description.hasPrefix("injective") else { return JSONObject() }
        let account: JSON = [
            "private_key": .string(TestCredential.privateKey), "subaccount_index": 0,
            "granter_address": .string(injectiveAddress), "granter_subaccount_index": 0,
        ]
        return JSONObject([("account_type", account)])
    }

    /// All that probes of wallets may ask.
    static let questions = [
        "GET /privapi/signed/orders", "POST /v3/private/get_subaccount", "POST /v3/private/session_keys",
        "POST /v3/public/get_time", "POST /api/v1/account/api_keys", "GET /api/v1/info",
        "GET /decibel/api/v1/account_overviews",
        "GET /v1/accounts/{}", "GET /api/v1/account", "GET /api/v1/apikeys",
        "GET /v4/addresses/{}/subaccountNumber/0", "GET /cosmos/auth/v1beta1/accounts/{}",
        "GET /cosmos/authz/v1beta1/grants", "POST /",
    ]
}
