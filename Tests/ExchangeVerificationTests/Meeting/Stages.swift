import ExchangeSimulators
import ExchangeVerification
import Foundation
import OrderedJSON

/// The stages of all connectors.
///
/// What each scene must end in is written after the exchanges' documentation, not after what the probes answer.
enum Stages {
    static let all: [Stage] = [
        binance, bitget, bitmart, bybit, coinbase, gate, gemini, htx, kraken, kucoin, ndax, okx, simpleExchanges,
        ed25519,
        sessions, aevo, derive, hyperliquid, wallets,
    ].flatMap { (stages: [Stage]) in stages }

    static func of(_ connector: String) -> Stage? { all.first { $0.connector == connector } }

    /// The time on this machine in every scene.
    static let now = Date(timeIntervalSince1970: 1_700_000_000.123)
    static let created = Date(timeIntervalSince1970: 1_690_000_000)
    static let inTenDays = Date(timeIntervalSince1970: 1_700_000_000 + 10 * 86_400)
    static let inAYear = Date(timeIntervalSince1970: 1_700_000_000 + 365 * 86_400)
    static let yesterday = Date(timeIntervalSince1970: 1_700_000_000 - 86_400)
    /// The address from which the exchanges believe to be called.
    static let ownAddress = "203.0.113.7"
    static let otherAddress = "198.51.100.9"
    static let otherSecret = "HbTestOtherSecret5555555555"

    /// The key of the test credentials: bound to this machine, it may read and trade.
    static func key(
        _ key: String = TestCredential.key, secret: String = TestCredential.secret, passphrase: String? = nil,
        rights: Set<SimulatedRight> = [.read, .tradeSpot, .tradeDerivatives], user: String = "1000001",
        account: String? = nil
    ) -> SimulatedKey {
        SimulatedKey(
            key: key, secret: secret, passphrase: passphrase, rights: rights, ipAllowList: [ownAddress],
            created: created, user: user, account: account)
    }

    // MARK: Scenes that many exchanges have

    static func unknown(_ ending: Ending) -> Scene {
        Scene("a key that was removed", ending) { $0.key.state = .deleted }
    }

    static func malformed(_ ending: Ending) -> Scene {
        Scene("a text that is no key", ending) { $0.keys = [] }
    }

    static func secret(_ ending: Ending = .rejected(.wrongSecret), other: String = otherSecret) -> Scene {
        Scene("another secret", ending) { $0.key.secret = other }
    }

    static func passphrase(_ ending: Ending = .rejected(.wrongPassphrase)) -> Scene {
        Scene("another passphrase", ending) { $0.key.passphrase = "another" }
    }

    static func address(_ ending: Ending = .rejected(.addressNotAllowed)) -> Scene {
        Scene("an address that is not on the key's list", ending) { $0.key.ipAllowList = [otherAddress] }
    }

    static func suspended(_ ending: Ending = .rejected(.accountSuspended)) -> Scene {
        Scene("a frozen account", ending) { $0.key.state = .suspended }
    }

    static func expired(_ ending: Ending = .rejected(.expired)) -> Scene {
        Scene("a key that ended yesterday", ending) { $0.key.expires = yesterday }
    }

    static func unread(_ ending: Ending = .rejected(.missingRight)) -> Scene {
        Scene("a key that may not read", ending) { $0.key.rights.remove(.read) }
    }

    static func own(_ code: String, _ ending: Ending) -> Scene {
        Scene("the exchange's own refusal \(code)", ending) { $0.key.refusedWith = code }
    }

    static func entered(_ name: String, _ fields: JSONObject, _ ending: Ending) -> Scene {
        Scene(name, ending) { setting in
            for member in fields.members { setting.fields[member.name] = member.value }
        }
    }

    /// The name of the scene that every exchange has which tells whether a key may withdraw.
    static let withPower = "a key with which funds can leave"

    /// The scenes of an exchange that tells whether a key may withdraw.
    static func power(_ rights: KeyRights, right: SimulatedRight = .withdraw, _ told: KeyRights.Right...) -> [Scene] {
        var powerful = rights
        for right in told { powerful[keyPath: right.path] = true }
        let warning = told.contains(.withdraw) ? "may withdraw funds" : "may send funds"
        return [
            Scene(withPower, .rejected(.tooMuchPower).telling(powerful).warning(warning)) {
                $0.key.rights.insert(right)
            },
            Scene(withPower + ", which somebody allows", .valid(powerful).warning(warning)) {
                $0.key.rights.insert(right)
                $0.allowsWithdrawals = true
            },
        ]
    }

    static func unbound(_ rights: KeyRights) -> Scene {
        Scene("a key without a list of addresses", .valid(rights.with(\.addresses, .off), "not bound")) {
            $0.key.ipAllowList = []
        }
    }

    static func soon(_ rights: KeyRights) -> Scene {
        let time = UnixTime(seconds: Int(inTenDays.timeIntervalSince1970))
        return Scene("a key that ends in ten days", .valid(rights.with(\.expires, time), "in 10 days")) {
            $0.key.expires = inTenDays
        }
    }

    static func transfers(_ rights: KeyRights) -> Scene {
        Scene("a key that moves funds between own accounts", .valid(rights.but(.transfer), "your own accounts")) {
            $0.key.rights.insert(.transferOwn)
        }
    }

    static func noSpot(_ rights: KeyRights) -> Scene {
        Scene("a key that may not trade spot", .valid(rights.but(not: [.spot]), "may not trade spot")) {
            $0.key.rights.remove(.tradeSpot)
        }
    }

    static func noDerivatives(_ rights: KeyRights) -> Scene {
        Scene("a key that may not trade futures", .valid(rights.but(not: [.derivatives]), "may not trade futures")) {
            $0.key.rights.remove(.tradeDerivatives)
        }
    }
}
