import Credentials
import Crypto
import Digests
import OrderedJSON
import Testing

@testable import ExchangeVerification
@testable import WalletKeys

/// One vector of a wallet's connector, a signature, or of any, what is derived from a key.
struct WalletVector: Sendable, CustomTestStringConvertible {
    let connector: String
    let json: JSON

    var testDescription: String { "\(connector), \(text("source").prefix(30))" }

    /// What stands for a method where nothing is sent.
    static let localMethod = "LOCAL"

    static let all = SigningVector.files.flatMap { ($0.vectors ?? []).compactMap(WalletVector.init) }
    static let derived = all.filter(\.isLocal)
    static let signed = all.filter { !$0.isLocal }

    /// - Returns: `nil` for what is not of this suite.
    init?(_ json: JSON) {
        guard let connector = json["connector"]?.stringValue else { return nil }
        self.connector = connector
        self.json = json
        guard TestWallets.isOne(connector) || isLocal else { return nil }
    }

    private var isLocal: Bool { json["request"]?["method"]?.stringValue == Self.localMethod }

    func text(_ member: String) -> String { json[member]?.stringValue ?? "" }
    var time: Int { json["timestamp_ms"]?.integerValue ?? 0 }

    /// The value of a credential's field, whatever the source calls it.
    func credential(_ ends: String...) -> String? {
        json["credentials"]?.objectValue?.members.first { member in ends.contains { member.name.hasSuffix($0) } }?.value
            .stringValue
    }

    /// The header fields and the body that the source sent.
    func header(ending end: String) -> String? {
        json["expected"]?["headers"]?.objectValue?.members
            .first { $0.name.lowercased().hasSuffix(end) }?.value.stringValue
    }
    var body: JSON? { json["expected"]?["body"]?.stringValue.flatMap { try? JSON(parsing: $0) } }
}

@Suite("Wallets: vectors")
struct WalletVectorTests {
    @Test("a request is signed as the source did", arguments: WalletVector.signed)
    func signed(_ vector: WalletVector) throws {
        let secret = try #require(vector.credential("private_key", "api_secret"))
        let path = vector.json["request"]?["path"]?.stringValue ?? ""
        switch vector.connector {
        case _ where vector.connector.hasPrefix("derive"):
            let wallet = try #require(vector.credential("wallet_address", "api_key"))
            let actual = try request(
                vector,
                ["session_private_key": .string(secret), "\(vector.connector)_wallet_address": .string(wallet)])
            // The older version differs in the names of the header fields, not in what is signed; ccxt mixes the cases.
            #expect(actual.header("X-DeriveSignature") == vector.header(ending: "signature")?.lowercased())
            #expect(actual.header("X-DeriveTimestamp") == vector.header(ending: "timestamp"))
            #expect(actual.header("X-DeriveWallet") == vector.header(ending: "wallet"))
            if vector.header(ending: "derivewallet") != nil { #expect(actual.path == path) }
        case _ where vector.connector.hasPrefix("dexalot"):
            let actual = try request(
                vector,
                [
                    "\(vector.connector)_api_secret": .string(secret),
                    "\(vector.connector)_api_key": .string(try #require(vector.credential("api_key"))),
                ])
            #expect(actual.header("x-signature") == vector.header(ending: "x-signature"))
            #expect(actual.path == path)
        case _ where vector.connector.hasPrefix("pacifica"): try checkPacifica(vector, secret, path)
        default: Issue.record("nobody checks \(vector.connector)")
        }
    }

    private func checkPacifica(_ vector: WalletVector, _ secret: String, _ path: String) throws {
        let key = try Ed25519PrivateKey(solana: secret)
        let text = vector.text("string_to_sign")
        let signature = Base58.bitcoin.text(try key.signature(of: Array(text.utf8)))
        #expect(vector.body?["signature"]?.stringValue == signature)
        #expect(vector.credential("agent_wallet_public_key") == key.solanaAddress)
        let signed = try JSON(parsing: text)
        #expect(
            PacificaProbe.text(
                type: signed["type"]?.stringValue ?? "", time: vector.time, data: signed["data"] ?? .null) == text)
        guard path.hasSuffix("/api_keys") else { return }
        let prefix = vector.connector
        let actual = try request(
            vector,
            [
                "\(prefix)_agent_wallet_private_key": .string(secret),
                "\(prefix)_agent_wallet_public_key": .string(key.solanaAddress),
                "\(prefix)_user_wallet_public_key": .string(try #require(vector.credential("user_wallet_public_key"))),
            ])
        #expect(try JSON(parsing: actual.body) == vector.body)
        #expect(actual.path == path)
    }

    private func request(_ vector: WalletVector, _ fields: JSONObject) throws -> ProbeRequest {
        let probe = try #require(ProbeRegistry.standard[try ConnectorName(vector.connector)])
        let credential = try TestCredential.make(vector.connector, fields)
        guard case .ask(let call, _) = probe.next(after: [], for: credential) else {
            throw UnusableSecret()
        }
        return try probe.request(
            for: call, of: credential, stamp: ProbeStamp(time: UnixTime(milliseconds: vector.time), random: []))
    }

    @Test("what is derived from a key is what the source derived", arguments: WalletVector.derived)
    func derived(_ vector: WalletVector) throws {
        let fields = ["phrase", "mnemonic", "signing_key", "private_key", "secret_key", "api_secret"]
        let secret = try #require(fields.lazy.compactMap { vector.credential($0) }.first)
        let texts = try Self.texts(derivedFrom: secret, for: vector.connector).map { $0.lowercased() }
        let expected = vector.json["expected"]?.objectValue?.members ?? []
        #expect(!expected.isEmpty)
        // What Hummingbot makes of a raw key is the defect for which such keys are refused.
        for member in expected where member.name != "hummingbot_computes" {
            let value = member.value.stringValue?.lowercased() ?? ""
            #expect(texts.contains(value) || texts.contains("0x" + value), "\(member.name)")
        }
    }

    private static func texts(derivedFrom secret: String, for connector: String) throws -> [String] {
        switch connector {
        case _ where connector.hasPrefix("decibel"):
            let key = try Ed25519PrivateKey(aptos: secret)
            return [key.aptosAddress, "0x" + Hex.text(key.publicKey)]
        case _ where connector.hasPrefix("pacifica"): return [try Ed25519PrivateKey(solana: secret).solanaAddress]
        case _ where connector.hasPrefix("dydx"):
            let phrase = try SecretPhrase(secret)
            let key = try CosmosPrivateKey(phrase: phrase)
            return [
                key.address(prefix: "dydx").description, Hex.text(key.publicKey),
                Hex.text(try HierarchicalKey(phrase: phrase).descendant(.cosmos).key.exposedBytes()),
            ]
        case _ where connector.hasPrefix("injective"):
            let isPhrase = secret.contains(" ")
            let key = try isPhrase ? EthereumPrivateKey(phrase: SecretPhrase(secret)) : EthereumPrivateKey(hex: secret)
            let subaccounts = (0..<16).map {
                "\(key.address)" + String(repeating: "0", count: 23) + String($0, radix: 16)
            }
            let bytes =
                try isPhrase
                ? HierarchicalKey(phrase: SecretPhrase(secret)).descendant(.ethereum).key.exposedBytes() : []
            return subaccounts + [key.address.checksummed, key.address.injective.description, Hex.text(bytes)]
        case _ where connector.hasPrefix("backpack"):
            let key = try Curve25519.Signing.PrivateKey(rawRepresentation: Base64.bytes(secret) ?? [])
            let publicKey = Array(key.publicKey.rawRepresentation)
            return [Base64.text(publicKey), Hex.text(publicKey)]
        case "xrpl":
            let key = try RippleKey(secret)
            return [key.address, Hex.text(key.publicKey)]
        default:
            let key = try EthereumPrivateKey(hex: secret)
            return [key.address.checksummed]
        }
    }

    @Test("every entry of every file is looked at by exactly one suite", arguments: SigningVector.files.map { $0.path })
    func everyEntry(_ path: String) throws {
        let vectors = try #require(SigningVector.files.first { $0.path == path }?.vectors, "\(path) cannot be read")
        #expect(!vectors.isEmpty)
        for (position, entry) in vectors.enumerated() {
            let takers = [SigningVector(entry) != nil, WalletVector(entry) != nil].count { $0 }
            #expect(takers == 1, "\(path), entry \(position): \(entry["connector"]?.text() ?? "")")
        }
    }

    @Test("there are vectors of every kind")
    func coverage() {
        #expect(
            Set(WalletVector.signed.map(\.connector)).isSuperset(of: [
                "derive", "derive_perpetual", "dexalot", "pacifica_perpetual",
            ]))
        #expect(
            Set(WalletVector.derived.map(\.connector)).isSuperset(of: [
                "decibel_perpetual", "dydx_v4_perpetual", "injective_v2", "xrpl",
            ]))
    }
}

@Suite("Wallets: what goes out")
struct WalletRequestTests {
    static let connectors = TestCredential.connectors.filter { TestWallets.isOne($0) || $0.hasPrefix("hyperliquid") }

    @Test("no request of any answer's check holds a private key, a seed or a phrase", arguments: AnswerVector.all)
    func secrets(_ vector: AnswerVector) async throws {
        guard Self.connectors.contains(vector.connector) else { return }
        let transport = vector.transport
        let credential = try TestCredential.make(vector.connector, vector.fields)
        let verifier = ExchangeVerifier(transport: transport, nonces: InMemoryNonces(), clock: TestClock().clock)
        _ = await verifier.verify(credential, allowingWithdrawals: false)
        // API keys are made to be sent; what signs is not.
        let secrets = [String(TestCredential.privateKey.dropFirst(2))] + TestWallets.secrets
        for request in transport.requests {
            let sent = ([request.url, request.body] + request.headers.map(\.value)).joined(separator: "\n").lowercased()
            for secret in secrets { #expect(!sent.contains(secret.lowercased())) }
        }
    }

    @Test("a signature is the key's: the address can be told from it")
    func recoverable() throws {
        let key = try EthereumPrivateKey(hex: TestCredential.privateKey)
        let texts = try ["dexalot", "1700000000123"].map { try key.signature(ofMessage: $0).ethereumText }
        #expect(texts[0] != texts[1])
        #expect(texts.allSatisfy { $0.hasPrefix("0x") && $0.utf8.count == 132 && ["1b", "1c"].contains($0.suffix(2)) })
    }
}
