import Credentials
import ExchangeVerification
import Foundation
import OrderedJSON
import Testing

/// One signature that somebody else computed: an exchange's documentation, its library, Hummingbot's or ccxt's code.
struct SigningVector: Sendable, CustomTestStringConvertible {
    let connector: String
    let source: String
    let credentials: JSONObject
    let call: ProbeCall
    /// In milliseconds since 1970, when the vector tells it.
    let time: Int?
    let nonce: String?
    let signedText: String
    let expected: JSON

    var testDescription: String { "\(connector), \(call.route), \(source.prefix(24))" }

    /// The given vectors, and those of the file that the environment names, each by its file; `nil` for a file that
    /// cannot be read.
    static let files: [(path: String, vectors: [JSON]?)] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Vectors/signing")
        var files = [folder.appending(path: "signing-vectors.json")]
        if let more = ProcessInfo.processInfo.environment["SIGNING_VECTORS"], !more.isEmpty {
            files.append(URL(filePath: more))
        }
        return files.map { ($0.path, (try? JSON(parsing: Array(Data(contentsOf: $0))))?.arrayValue) }
    }()

    /// Those for connectors with a probe; wallets' have a suite of their own, and so has what is derived from a key.
    static let all = files.flatMap { ($0.vectors ?? []).compactMap(SigningVector.init) }

    /// Sites that are no connectors of their own, and the connector whose probe signs as they want it.
    private static let otherSites = ["binance_us": "binance"]

    /// - Returns: `nil` for what is not of this suite.
    init?(_ json: JSON) {
        guard let site = json["connector"]?.stringValue, !TestWallets.isOne(site) else { return nil }
        let connector = Self.otherSites[site] ?? site
        guard let name = try? ConnectorName(connector), ProbeRegistry.standard[name] != nil,
            let method = json["request"]?["method"]?.stringValue, method != WalletVector.localMethod,
            let signedText = (json["string_to_sign"] ?? json["expected"]?["string_to_sign"])?.stringValue
        else { return nil }
        self.connector = connector
        source = json["source"]?.stringValue ?? ""
        credentials = json["credentials"]?.objectValue ?? JSONObject()
        time = json["timestamp_ms"]?.integerValue
        nonce = json["nonce"]?.stringValue ?? json["nonce"].flatMap { $0 == .null ? nil : $0.text() }
        self.signedText = signedText
        expected = json["expected"] ?? .null
        call = ProbeCall(
            ProbeCall.Method(rawValue: method), json["request"]?["host"]?.stringValue ?? "",
            json["request"]?["path"]?.stringValue ?? "",
            query: json["request"]?["query"]?.stringValue ?? "", body: json["request"]?["body"]?.stringValue ?? "")
    }

    /// The value of a credential's field, whatever the source calls it.
    func credential(ending ends: String...) -> String? {
        credentials.members.first { member in ends.contains { member.name == $0 || member.name.hasSuffix("_" + $0) } }?
            .value.stringValue
    }

    var key: String { credential(ending: "api_key") ?? "" }
    /// `nil` where a published example leaves it out.
    var secret: String? { credential(ending: "api_secret", "secret_key", "secret", "private_key") }

    /// The signature, wherever the source put it.
    var signature: String? {
        if let signature = expected["signature"]?.stringValue { return signature }
        let headers = expected["headers"]?.objectValue?.members ?? []
        if let header = headers.first(where: { header in
            ["SIGN", "SIGNATURE"].contains { header.name.uppercased().hasSuffix($0) }
        }) {
            return header.value.stringValue
        }
        for text in [expected["query"]?.stringValue, expected["body"]?.stringValue] {
            if let found = text?.split(separator: "&").first(where: { $0.hasPrefix("signature=") }) {
                return String(found.dropFirst("signature=".count))
            }
        }
        return nil
    }
}
