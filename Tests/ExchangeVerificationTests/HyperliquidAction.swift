import Digests
import ExchangeVerification
import OrderedJSON
import Testing
import WalletKeys

/// Signs an action of Hyperliquid, to hold the wallet's keys against published signatures.
///
/// Here and not in the program: every signed action changes something, and a check never does.
/// Source: Hyperliquid's Python library, `utils/signing.py`.
struct HyperliquidAction {
    private let action: JSON
    private let nonce: UInt64
    private let vault: EthereumAddress?
    private let isMainNetwork: Bool
    private let key: EthereumPrivateKey
    private let expected: JSON

    init(_ vector: SigningVector) throws {
        action = try JSON(parsing: vector.call.body)
        nonce = try #require(vector.nonce.flatMap { UInt64($0) })
        let usesVault = vector.credentials["use_vault"]?.boolValue == true
        let address =
            usesVault ? vector.credential(ending: "address") : vector.credentials["vault_address"]?.stringValue
        vault = address.flatMap(EthereumAddress.init)
        isMainNetwork = !vector.call.route.host.contains("testnet")
        key = try EthereumPrivateKey(hex: try #require(vector.secret))
        if let body = vector.expected["body"]?.stringValue {
            expected = try #require(try JSON(parsing: body)["signature"])
        } else {
            expected = try #require(vector.expected["signature"])
        }
    }

    func check() throws {
        let signature = try key.signature(ofDigest: digest)
        #expect(Self.number(signature.r) == expected["r"]?.stringValue)
        #expect(Self.number(signature.s) == expected["s"]?.stringValue)
        #expect(Int(signature.recoveryID) + 27 == expected["v"]?.integerValue)
    }

    /// As a number in hex: leading zeros are dropped.
    private static func number(_ bytes: [UInt8]) -> String {
        let digits = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return "0x" + digits.drop { $0 == "0" }
    }

    /// The EIP-712 digest of the agent that stands for the action.
    private var digest: [UInt8] {
        let bigEndian = { (number: UInt64) in (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * $0)) } }
        let connectionID = Keccak256.hash(
            MessagePack.encode(action) + bigEndian(nonce) + (vault.map { [1] + $0.bytes } ?? [0]))
        let domain = Keccak256.hash(
            Keccak256.hash("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)".utf8)
                + Keccak256.hash("Exchange".utf8) + Keccak256.hash("1".utf8)
                + [UInt8](repeating: 0, count: 24) + bigEndian(1337) + [UInt8](repeating: 0, count: 32))
        let agent = Keccak256.hash(
            Keccak256.hash("Agent(string source,bytes32 connectionId)".utf8)
                + Keccak256.hash((isMainNetwork ? "a" : "b").utf8) + connectionID)
        return Keccak256.hash([0x19, 0x01] + domain + agent)
    }
}

/// As much of MessagePack as actions need.
enum MessagePack {
    static func encode(_ value: JSON) -> [UInt8] {
        switch value {
        case .null: [0xC0]
        case .bool(let truth): [truth ? 0xC3 : 0xC2]
        case .integer(let number): encode(UInt64(number))
        case .number(let text): encode(.string(text))
        case .string(let text): head(text.utf8.count, fixed: 0xA0, fixedLimit: 31, byte: 0xD9) + Array(text.utf8)
        case .array(let elements):
            head(elements.count, fixed: 0x90, fixedLimit: 15, byte: nil) + elements.flatMap(encode)
        case .object(let object):
            head(object.members.count, fixed: 0x80, fixedLimit: 15, byte: nil)
                + object.members.flatMap { encode(.string($0.name)) + encode($0.value) }
        }
    }

    private static func encode(_ number: UInt64) -> [UInt8] {
        let bytes = { (count: Int) in
            (0..<count).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * (count - 1 - $0))) }
        }
        return switch number {
        case 0...0x7F: [UInt8(number)]
        case 0x80...0xFF: [0xCC] + bytes(1)
        case 0x100...0xFFFF: [0xCD] + bytes(2)
        case 0x1_0000...0xFFFF_FFFF: [0xCE] + bytes(4)
        default: [0xCF] + bytes(8)
        }
    }

    private static func head(_ count: Int, fixed: UInt8, fixedLimit: Int, byte: UInt8?) -> [UInt8] {
        if count <= fixedLimit { return [fixed | UInt8(count)] }
        if let byte { return [byte, UInt8(count)] }
        return [fixed == 0x80 ? 0xDE : 0xDC, UInt8(count >> 8), UInt8(count & 255)]
    }
}
