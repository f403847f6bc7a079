import Credentials
import ExchangeVerification
import Foundation
import OrderedJSON
import Testing

/// Credentials with the made-up keys of the signing vectors.
enum TestCredential {
    static let key = "HbTestApiKey0123456789abcdefABCDEF"
    static let secret = "HbTestSecretKey9876543210fedcbaFEDCBA"
    static let passphrase = "HbTest-Pass1!"
    static let krakenSecret = "AwoRGB8mLTQ7QklQV15lbHN6gYiPlp2kq7K5wMfO1dzj6vH4/wYNFBsiKTA3PkVMU1phaG92fYSLkpmgp661vA=="
    static let privateKey = "0x0123456789012345678901234567890123456789012345678901234567890123"
    static let address = "0x14791697260e4c9a71f18484c9f997b308e59325"
    static let keyName =
        "organizations/00000000-0000-0000-0000-000000000001/apiKeys/00000000-0000-0000-0000-000000000002"
    static let pem = """
        -----BEGIN EC PRIVATE KEY-----
        MHcCAQEEIEY+CbFn127BIPzFaxBP3Uej8FPVpiHE4uSW5pQ4WToCoAoGCCqGSM49
        AwEHoUQDQgAE2wbj/jjDlWbe5KEx6G4cTdZ7j/zdOpRMBQ97tO409HJLBACsHTLH
        3J0Eb0bo4b4RMgbh+Lh0UoQBrnvLB08lWg==
        -----END EC PRIVATE KEY-----
        """

    static let geminiKey = "account-HbTestGeminiKey0123"
    static let btcMarketsSecret =
        "AQYLEBUaHyQpLjM4PUJHTFFWW2Blam90eX6DiI2Sl5yhpquwtbq/xMnO09jd4ufs8fb7AAUKDxQZHiMoLTI3PA=="
    static let backpackKey = "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg="
    static let backpackSeed = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    static let ed25519Body = "MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
    /// The number of a user or of a trading account.
    static let accountNumber = "169072"
    static let accountName = "hbtest"

    /// An RSA key that `openssl genrsa` made for these tests.
    static let rsaPEM = rsaFile("private-pkcs8.pem")

    /// A file of `Tests/Vectors/rsa`, without the line break at its end.
    static func rsaFile(_ name: String) -> String {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Vectors/rsa")
        let text = (try? String(contentsOf: folder.appending(path: name), encoding: .utf8)) ?? ""
        return text.trimmingCharacters(in: .newlines)
    }

    /// What must never be seen in a report, whatever the connector.
    static let secrets =
        [
            key, secret, passphrase, krakenSecret, String(privateKey.dropFirst(2)), "MHcCAQEEIEY", geminiKey,
            btcMarketsSecret, backpackSeed, ed25519Body, String(rsaPEM.split(separator: "\n").dropFirst().first ?? "?"),
            "HbTestToken",
        ] + TestWallets.secrets

    /// A credential of a connector, some of its fields given.
    static func make(_ connector: String, _ given: JSONObject = JSONObject()) throws -> Credential {
        let connector = try #require(ConnectorCatalog.standard[try ConnectorName(connector)])
        var fields = JSONObject()
        for field in connector.fields where field.isRequired { fields[field.name] = .string(value(of: field.name)) }
        for member in TestWallets.models(of: connector.name).members { fields[member.name] = member.value }
        for member in given.members { fields[member.name] = member.value }
        return try Credential(parsing: fields, for: connector)
    }

    private static func value(of field: String) -> String {
        if let value = TestWallets.values[field] { return value }
        return switch field {
        case "kraken_secret_key": krakenSecret
        case "coinbase_advanced_trade_api_key": keyName
        case "coinbase_advanced_trade_api_secret": pem
        case "gemini_api_key": geminiKey
        case "btc_markets_api_secret": btcMarketsSecret
        case "backpack_api_key": backpackKey
        case "backpack_api_secret": backpackSeed
        case "lambdaplex_private_key": "-----BEGIN PRIVATE KEY-----\n\(ed25519Body)\n-----END PRIVATE KEY-----"
        case "kalshi_perpetual_private_key": rsaPEM
        case _ where field.hasPrefix("hyperliquid") && field.hasSuffix("secret_key"): privateKey
        case _ where field.hasSuffix("_private_key") || field.hasSuffix("_signing_key"): privateKey
        case _ where field.hasSuffix("_uid") || field.hasSuffix("_user_id") || field.hasSuffix("_trading_account_id"):
            accountNumber
        case _ where field.hasSuffix("_account_name"): accountName
        case _ where field.hasSuffix("_address"): address
        case _ where field.hasSuffix("_passphrase"): passphrase
        case _ where field.hasSuffix("api_key"): key
        default: secret
        }
    }

    static let connectors = ProbeRegistry.standard.connectors.map(\.description)
}
