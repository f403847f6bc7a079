import ExchangeSimulators
import Foundation
import OrderedJSON
import Testing

/// A signed request as an exchange's documentation, ccxt or Hummingbot makes it at a given time.
struct SigningVector: Sendable, CustomTestStringConvertible {
    let host: ExchangeHost
    let key: SimulatedKey
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
    ]

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
        guard let connector = vector["connector"]?.stringValue, let host = Self.host(of: connector),
            let request = vector["request"], let method = request["method"]?.stringValue,
            let path = request["path"]?.stringValue, let expected = vector["expected"],
            let credentials = vector["credentials"]?.objectValue
        else { return nil }
        func credential(_ ending: String) -> String? {
            credentials.members.first { $0.name.hasSuffix(ending) }?.value.stringValue
        }
        guard let secret = credential("secret") ?? credential("secret_key") else { return nil }
        let nonce = vector["nonce"].flatMap { $0.stringValue.flatMap(Int.init) }
        guard let milliseconds = vector["timestamp_ms"]?.integerValue ?? nonce else { return nil }
        let query = expected["query"]?.stringValue ?? request["query"]?.stringValue ?? ""
        self.host = host
        self.method = method
        self.target = query.isEmpty ? path : "\(path)?\(query)"
        self.body = expected["body"]?.stringValue ?? request["body"]?.stringValue ?? ""
        self.time = Date(timeIntervalSince1970: Double(milliseconds) / 1000)
        let name = credential("api_key") ?? "documented"
        var fields = (expected["headers"]?.objectValue?.members ?? [])
            .map { (name: $0.name, value: $0.value.stringValue ?? "") }
        var passphrase = credential("passphrase")
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
        default: break
        }
        guard !fields.isEmpty else { return nil }
        self.fields = fields
        self.key = SimulatedKey(
            name: "vector", key: name, secret: secret, passphrase: passphrase, rights: Set(SimulatedRight.allCases))
        self.testDescription = "\(number) \(connector) \(method) \(path)"
    }

    private static func host(of connector: String) -> ExchangeHost? {
        if connector.hasPrefix("hyperliquid") { return nil }
        if connector == "binance_us" { return .binance }
        return ExchangeHost.allCases.first { $0.connectors.contains(connector) }
    }
}
