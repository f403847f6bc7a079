import Crypto
import ExchangeSimulators
import Foundation

/// The exchanges and chains that people enter with a wallet.
extension SignedRequest {
    /// The address of ``EthereumSigner``'s key.
    static let person = "0x14791697260E4c9A71f18484C9f997B308e59325"
    static let dydxAddress = "dydx19rl4cm2hmr8afy4kldpxz3fka4jguq0a4erelz"
    static let injectiveAddress = "inj1npvwllfr9dqr8erajqqr6s0vxnk2ak55re90dz"
    static let rippleAddress = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"
    static let solanaAddress = "US517G5965aydkZ46HS38QLi7UQiSojurfbQfKCELFx"
    static let solanaAgent = "FAe4sisG95oZ42w7buUn5qEE4TAnfTTFPiguZUHmhiF"
    static let aptosAddress = "0xdeb6bc1848ba9de44f8ebd4009dd666fe46ac921246500c18476dd1b96f1cb3a"

    /// Hosts that tell about any address without being shown a key.
    static let publicHosts: Set<ExchangeHost> = [
        .hyperliquid, .hyperliquidTestnet, .lighter, .lighterTestnet, .dydx, .injective, .injectiveTestnet, .xrpl,
    ]

    static func wallet(for host: ExchangeHost) -> SimulatedWallet? {
        let forever = Date(timeIntervalSince1970: 2_000_000_000)
        return switch host {
        case .dexalot, .dexalotTestnet: SimulatedWallet(address: person, role: .user)
        case .derive, .deriveTestnet:
            SimulatedWallet(address: person, role: .user, accountValue: "1000", subaccounts: [37799])
        case .decibel, .decibelTestnet: SimulatedWallet(address: aptosAddress, role: .user, accountValue: "1000.5")
        case .pacifica, .pacificaTestnet:
            SimulatedWallet(
                address: solanaAddress, role: .user,
                agents: [.init(name: "bot", address: solanaAgent, validUntil: forever)], accountValue: "1000")
        case .lighter, .lighterTestnet:
            SimulatedWallet(
                address: person, role: .user,
                agents: [.init(name: "", address: "c0ffee", validUntil: forever, slot: 3)], accountValue: "1000",
                subaccounts: [12])
        case .dydx: SimulatedWallet(address: dydxAddress, role: .user, accountValue: "1000.5")
        case .injective, .injectiveTestnet: SimulatedWallet(address: injectiveAddress, role: .user, accountValue: "7")
        case .xrpl: SimulatedWallet(address: rippleAddress, role: .user, accountValue: "25000000")
        default: nil
        }
    }

    static func walletPath(of host: ExchangeHost) -> String {
        switch host {
        case .dexalot, .dexalotTestnet: "/privapi/signed/orders"
        case .derive, .deriveTestnet: "/v3/private/get_subaccount"
        case .decibel, .decibelTestnet: "/decibel/api/v1/account_overviews?account=\(aptosAddress)"
        case .pacifica, .pacificaTestnet: "/api/v1/account/api_keys"
        case .lighter, .lighterTestnet: "/api/v1/account?by=l1_address&value=\(person)"
        case .dydx: "/v4/addresses/\(dydxAddress)/subaccountNumber/0"
        case .injective, .injectiveTestnet: "/cosmos/auth/v1beta1/accounts/\(injectiveAddress)"
        default: "/"
        }
    }

    func walletDraft() throws -> Draft {
        let milliseconds = Int(time.timeIntervalSince1970 * 1000)
        let address = wallet?.address ?? ""
        switch host {
        case .dexalot, .dexalotTestnet:
            return ("GET", path, [("x-signature", "\(address):\(try EthereumSigner.signature(of: "dexalot"))")], "")
        case .derive, .deriveTestnet:
            let signature = try EthereumSigner.signature(of: String(milliseconds))
            return (
                "POST", path,
                [
                    ("User-Agent", "test"), ("X-DeriveWallet", address), ("X-DeriveTimestamp", String(milliseconds)),
                    ("X-DeriveSignature", signature),
                ], path.hasSuffix("get_subaccount") ? #"{"subaccount_id":37799}"# : #"{"wallet":"\#(address)"}"#
            )
        case .decibel, .decibelTestnet: return ("GET", path, [("Authorization", "Bearer \(key.key)")], "")
        case .pacifica, .pacificaTestnet:
            let text = #"{"data":{},"expiry_window":5000,"timestamp":\#(milliseconds),"type":"list_api_keys"}"#
            let signer = try Curve25519.Signing.PrivateKey(rawRepresentation: Data(0..<32))
            let signature = Base58.text(of: Array(try signer.signature(for: Data(text.utf8))))
            let body =
                #"{"account":"\#(address)","agent_wallet":"\#(Self.solanaAgent)","signature":"\#(signature)","#
                + #""timestamp":\#(milliseconds),"expiry_window":5000}"#
            return ("POST", path, [("Content-Type", "application/json")], body)
        case .xrpl:
            let body = #"{"method":"account_info","params":[{"account":"\#(address)","ledger_index":"validated"}]}"#
            return ("POST", path, [("Content-Type", "application/json")], body)
        default: return ("GET", path, [], "")
        }
    }
}

/// Base58 as Solana writes it.
enum Base58 {
    private static let alphabet = Array("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")

    static func text(of bytes: [UInt8]) -> String {
        var digits: [Int] = []
        for byte in bytes {
            var carry = Int(byte)
            for place in digits.indices {
                carry += digits[place] * 256
                digits[place] = carry % 58
                carry /= 58
            }
            while carry > 0 {
                digits.append(carry % 58)
                carry /= 58
            }
        }
        let zeros = String(repeating: "1", count: bytes.prefix { $0 == 0 }.count)
        return zeros + String(digits.reversed().map { alphabet[$0] })
    }
}
