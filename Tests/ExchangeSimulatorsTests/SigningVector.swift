import ExchangeSimulators
import Foundation
import OrderedJSON
import Testing

/// A signed request as an exchange's documentation, ccxt or Hummingbot makes it at a given time.
struct SigningVector: Sendable, CustomTestStringConvertible {
    let host: ExchangeHost
    let key: SimulatedKey
    /// The address whose owner signed; nil where a key did.
    let wallet: SimulatedWallet?
    let time: Date
    let method: String
    let target: String
    let fields: [(name: String, value: String)]
    let body: String
    let testDescription: String

    var request: SimulatedRequest {
        SimulatedRequest(method: method, target: target, fields: fields, body: Array(body.utf8))
    }

    /// The header fields without which, or with another value of which, nothing may be accepted.
    static let signedFields: Set<String> = [
        "x-mbx-apikey", "authorization", "api-key", "api-sign", "kc-api-key", "kc-api-sign", "kc-api-timestamp",
        "kc-api-passphrase", "key", "timestamp", "sign", "ok-access-key", "ok-access-sign", "ok-access-timestamp",
        "ok-access-passphrase", "x-bapi-api-key", "x-bapi-timestamp", "x-bapi-sign", "x-bapi-recv-window",
        "access-key", "access-sign", "access-timestamp", "access-passphrase", "x-mexc-apikey", "x-bx-apikey",
        "x-bm-key", "x-bm-sign", "x-bm-timestamp", "x-auth", "x-auth-signature", "x-auth-nonce", "x-auth-timestamp",
        "x-auth-version", "x-api-key", "x-timestamp", "x-window", "x-signature", "bm-auth-apikey",
        "bm-auth-timestamp", "bm-auth-signature", "x-fb-access-key", "x-fb-access-timestamp",
        "x-fb-access-signature", "x-gemini-apikey", "x-gemini-payload", "x-gemini-signature", "nonce", "apikey",
        "signature", "userid", "aevo-key", "aevo-timestamp", "aevo-signature", "x-derivewallet",
        "x-derivetimestamp", "x-derivesignature", "x-lyrawallet", "x-lyratimestamp", "x-lyrasignature",
    ]

    /// The hosts that are shown a secret or a key, and no signature.
    static let unsignedHosts: Set<ExchangeHost> = [.architect, .evedex, .grvtTestnet]
    /// The hosts whose signatures do not cover the body.
    static let unsignedBodies: Set<ExchangeHost> = [.gemini, .derive, .deriveTestnet, .ndax]
    /// The hosts whose signatures do not cover the path in the request's first line.
    static let unsignedPaths: Set<ExchangeHost> = [
        .binance, .binanceFuturesTestnet, .bybit, .bybitTestnet, .mexc, .bitrue, .bingX, .lambdaplex, .gemini, .ndax,
        .bitMart, .derive,
        .deriveTestnet,
        .dexalotTestnet,
    ]
    /// The hosts whose signatures do not cover the query.
    static let unsignedQueries: Set<ExchangeHost> = [.coinbase, .btcMarkets, .aevo, .ndax]

    /// Whether the exchange looks at the signature: at some paths BitMart does not.
    var isSigned: Bool {
        !Self.unsignedHosts.contains(host)
            && (host != .bitMart || !["/spot/v1/wallet", "/contract/private/assets-detail"].contains(target))
    }

    /// The vectors of the exchanges that are simulated.
    static let all: [SigningVector] = {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = folder.appendingPathComponent("Vectors/signing/signing-vectors.json")
        guard let bytes = try? Data(contentsOf: file), let vectors = try? JSON(parsing: bytes).arrayValue else {
            return []
        }
        return vectors.enumerated().compactMap { SigningVector($1, number: $0) }
    }()

    private init?(_ vector: JSON, number: Int) {
        guard let connector = vector["connector"]?.stringValue, let request = vector["request"],
            let host = Self.host(of: connector, name: request["host"]?.stringValue ?? ""),
            let method = request["method"]?.stringValue, method != "LOCAL",
            let path = request["path"]?.stringValue, path.hasPrefix("/"), let expected = vector["expected"],
            let credentials = vector["credentials"]?.objectValue
        else { return nil }
        func credential(_ ending: String) -> String? {
            credentials.members.first { $0.name.hasSuffix(ending) }?.value.stringValue
        }
        let secret = credential("secret") ?? credential("secret_key") ?? credential("private_key")
        guard secret != nil || Self.unsignedHosts.contains(host) else { return nil }
        let nonce = vector["nonce"].flatMap { $0.integerValue ?? $0.stringValue.flatMap { Int($0) } }
        let isTimeless = Self.unsignedHosts.contains(host) || host == .dexalotTestnet
        guard let milliseconds = vector["timestamp_ms"]?.integerValue ?? nonce ?? (isTimeless ? 1_700_000_000_000 : nil)
        else { return nil }
        var query = expected["query"]?.stringValue ?? request["query"]?.stringValue ?? ""
        var body = expected["body"]?.stringValue ?? request["body"]?.stringValue ?? ""
        let name = credential("api_key") ?? "documented"
        var fields = (expected["headers"]?.objectValue?.members ?? [])
            .map { (name: $0.name, value: $0.value.stringValue ?? "") }
        var passphrase = credential("passphrase") ?? credential("memo")
        switch host {
        case .coinbase:
            guard let token = expected["sample_valid_jwt"]?.stringValue else { return nil }
            fields = [("Authorization", "Bearer \(token)")]
        case .kraken where credential("api_key") == nil: fields.append(("API-Key", name))
        case .kucoin where fields.count == 1:
            // The documented example is of the first kind of key, whose passphrase travels as it is.
            passphrase = credentials["passphrase_header_value"]?.stringValue
            fields += [
                ("KC-API-KEY", name), ("KC-API-TIMESTAMP", String(milliseconds)),
                ("KC-API-PASSPHRASE", passphrase ?? ""),
            ]
        case .mexc where expected["query"] == nil:
            let signature = "&signature=\(expected["signature"]?.stringValue ?? "")"
            if body.isEmpty { query += signature } else { body += signature }
            fields = [("X-MEXC-APIKEY", name)]
        case .bitMart where fields.count == 1:
            fields += [("X-BM-KEY", name), ("X-BM-TIMESTAMP", String(milliseconds))]
        case .architect, .grvtTestnet: fields = [("Content-Type", "application/json")]
        case .derive, .deriveTestnet: fields.append(("User-Agent", "vector"))
        default: break
        }
        guard !fields.isEmpty || host == .htx else { return nil }
        self.host = host
        self.method = method
        self.target = query.isEmpty ? path : "\(path)?\(query)"
        self.body = body
        self.time = Date(timeIntervalSince1970: Double(milliseconds) / 1000)
        self.fields = fields
        self.key = SimulatedKey(
            name: "vector", key: name, secret: secret ?? "", passphrase: passphrase,
            rights: Set(SimulatedRight.allCases), user: credential("uid") ?? "1000001")
        self.wallet = Self.wallet(at: host, credentials: credential)
        self.testDescription = "\(number) \(connector) \(method) \(path)"
    }

    private static func wallet(at host: ExchangeHost, credentials: (String) -> String?) -> SimulatedWallet? {
        switch host {
        case .dexalotTestnet: credentials("api_key").map { SimulatedWallet(address: $0, role: .user) }
        case .derive, .deriveTestnet:
            (credentials("wallet_address") ?? credentials("api_key")).map {
                SimulatedWallet(address: $0, role: .user, subaccounts: [1, 37799])
            }
        case .pacifica:
            credentials("user_wallet_public_key").map { address in
                let agent = SimulatedWallet.Agent(
                    name: "", address: credentials("agent_wallet_public_key") ?? "", validUntil: .distantFuture)
                return SimulatedWallet(address: address, role: .user, agents: [agent])
            }
        default: nil
        }
    }

    private static func host(of connector: String, name: String) -> ExchangeHost? {
        if connector.hasPrefix("hyperliquid") { return nil }
        if connector == "binance_us" { return .binance }
        return ExchangeHost.allCases.first { $0.connectors.contains(connector) && $0.documentedNames.contains(name) }
            ?? ExchangeHost.allCases.first { $0.documentedNames.contains(name) }
            ?? ExchangeHost.allCases.first { $0.connectors.contains(connector) }
    }
}
