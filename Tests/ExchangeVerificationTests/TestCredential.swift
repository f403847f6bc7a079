import Credentials
import ExchangeVerification
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

    /// A credential of a connector, some of its fields given.
    static func make(_ connector: String, _ given: JSONObject = JSONObject()) throws -> Credential {
        let connector = try #require(ConnectorCatalog.standard[try ConnectorName(connector)])
        var fields = JSONObject()
        for field in connector.fields where field.isRequired { fields[field.name] = .string(value(of: field.name)) }
        for member in given.members { fields[member.name] = member.value }
        return try Credential(parsing: fields, for: connector)
    }

    private static func value(of field: String) -> String {
        switch field {
        case "kraken_secret_key": krakenSecret
        case "coinbase_advanced_trade_api_key": keyName
        case "coinbase_advanced_trade_api_secret": pem
        case _ where field.hasPrefix("hyperliquid") && field.hasSuffix("secret_key"): privateKey
        case _ where field.hasSuffix("_address"): address
        case _ where field.hasSuffix("_passphrase"): passphrase
        case _ where field.hasSuffix("api_key"): key
        default: secret
        }
    }

    static let connectors = ProbeRegistry.standard.connectors.map(\.description)
}
