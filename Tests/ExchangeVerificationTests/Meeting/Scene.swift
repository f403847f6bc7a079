import Credentials
import ExchangeSimulators
import ExchangeVerification
import Foundation
import OrderedJSON

/// One connector and its simulated exchange: a key that is good there, and what becomes of it when something is not.
struct Stage: Sendable {
    /// The connector.
    let connector: String
    /// What is good.
    let setting: Setting
    /// What the good key ends in.
    let good: Ending
    /// How the exchange's own troubles end.
    var troubles = Troubles()
    /// The path at which the exchange tells its time, and how a wrong clock ends where that path fails; nil for none.
    var clock: Clock?
    /// What can go wrong with the key.
    let scenes: [Scene]

    /// An exchange's clock.
    struct Clock: Sendable {
        /// The path at which the exchange tells its time.
        let path: String
        /// How a clock that is ten minutes off ends, where the exchange does not tell its time.
        var untold: Ending? = .inconclusive(.clockSkew)
        /// How it ends with the time told: the good ending unless something else.
        var isCorrected = true
    }

    /// The setting of the key with which funds can leave; nil where the exchange does not tell that.
    var powerful: Setting? {
        scenes.first { $0.name == Stages.withPower }.map { scene in
            var setting = setting
            scene.change(&setting)
            return setting
        }
    }

    /// Every scene: the good key, the others, those of the clock and the exchange's troubles.
    var all: [Scene] {
        [Scene("the good key", good) { _ in }] + scenes + clockScenes + troubles.scenes
    }

    private var clockScenes: [Scene] {
        guard let clock else { return [] }
        var scenes: [Scene] = []
        if clock.isCorrected {
            scenes += [-20_000, 20_000].map { offset in
                var ending = good
                ending.offset = offset
                return Scene("a clock that is \(offset / 1000) seconds off", ending) { $0.clockOffset = offset }
            }
        }
        if let untold = clock.untold {
            scenes.append(
                Scene("a clock that is ten minutes off, where the exchange does not tell its time", untold) {
                    $0.clockOffset = 600_000
                    $0.faults = [Fault(.custom, path: clock.path, text: "{}", status: 404)]
                })
        }
        return scenes
    }
}

/// Something that happens to a key, and how its check must end.
struct Scene: Sendable {
    /// What happens, as a few words.
    let name: String
    /// How the check must end.
    let ending: Ending
    /// Makes it happen.
    let change: @Sendable (inout Setting) -> Void

    init(_ name: String, _ ending: Ending, change: @escaping @Sendable (inout Setting) -> Void) {
        self.name = name
        self.ending = ending
        self.change = change
    }
}

/// What a person entered, and what the exchange knows.
struct Setting: Sendable {
    /// The host to which the connector is redirected.
    var host: ExchangeHost
    /// What was entered otherwise than the test credential has it.
    var fields = JSONObject()
    /// The keys that the exchange knows.
    var keys: [SimulatedKey] = []
    /// The addresses that the exchange knows.
    var wallets: [SimulatedWallet] = []
    /// What goes wrong before the exchange looks at a request.
    var faults: [Fault] = []
    /// How far the exchange's clock is ahead, in milliseconds.
    var clockOffset = 0
    /// Whether the person allows keys that may withdraw.
    var allowsWithdrawals = false

    /// The only key that the exchange knows.
    var key: SimulatedKey {
        get { keys.first ?? SimulatedKey(key: "", secret: "") }
        set { keys = [newValue] }
    }

    /// The first address that the exchange knows.
    var wallet: SimulatedWallet {
        get { wallets.first ?? SimulatedWallet(address: "", role: .missing) }
        set { wallets = [newValue] + wallets.dropFirst() }
    }

    /// The key that the first address approved.
    var agent: SimulatedWallet.Agent {
        get { wallet.agents?.first ?? SimulatedWallet.Agent(name: "", address: "", validUntil: .distantPast) }
        set { wallet.agents = [newValue] }
    }
}

/// How a check must end.
struct Ending: Sendable {
    /// The outcome.
    let outcome: VerificationOutcome
    /// All causes, likeliest first.
    var causes: [VerificationCause] = []
    /// Exactly the rights that the exchange told; nil for none.
    var rights: KeyRights?
    /// A part of each warning, in any order, beside the one about the clock.
    var warnings: [String] = []
    /// A part of the cure; nil for any.
    var cure: String?
    /// How far the exchange's clock is ahead of this machine's, in milliseconds, to a second; nil for not reported.
    var offset: Int?
    /// The most requests that may have come; nil for any number.
    var mostRequests: Int?

    static func valid(_ rights: KeyRights? = nil, _ warnings: String...) -> Ending {
        Ending(outcome: .valid, rights: rights, warnings: warnings)
    }

    static func rejected(_ causes: VerificationCause...) -> Ending { Ending(outcome: .rejected, causes: causes) }

    static func inconclusive(_ causes: VerificationCause...) -> Ending {
        Ending(outcome: .inconclusive, causes: causes)
    }

    /// The same without a request: told on this machine.
    var offline: Ending {
        var ending = self
        ending.mostRequests = 0
        return ending
    }

    /// The same with these rights.
    func telling(_ rights: KeyRights) -> Ending {
        var ending = self
        ending.rights = rights
        return ending
    }

    /// The same with warnings that hold these parts.
    func warning(_ parts: String...) -> Ending {
        var ending = self
        ending.warnings = parts
        return ending
    }

    /// The same with a cure that holds this part.
    func advising(_ part: String) -> Ending {
        var ending = self
        ending.cure = part
        return ending
    }
}

/// How the troubles of an exchange end that have nothing to do with the key.
struct Troubles: Sendable {
    /// Too many requests.
    var rateLimited = Ending.inconclusive(.rateLimited)
    /// Shut out for a while.
    var banned = Ending.inconclusive(.rateLimited)
    /// Not served where the caller is; a firewall's page may mean either.
    var regionBlocked = Ending.inconclusive(.regionBlocked, .rateLimited)
    /// Down for maintenance.
    var maintenance = Ending.inconclusive(.exchangeUnavailable)

    var scenes: [Scene] {
        [
            Scene("too many requests", rateLimited) { $0.faults = [Fault(.rateLimited)] },
            Scene("a ban", banned) { $0.faults = [Fault(.banned)] },
            Scene("a region that is not served", regionBlocked) { $0.faults = [Fault(.regionBlocked)] },
            Scene("maintenance", maintenance) { $0.faults = [Fault(.maintenance)] },
            Scene("a firewall's page", .inconclusive(.regionBlocked, .rateLimited)) { $0.faults = [Fault(.firewall)] },
            Scene("a page where data should be", .inconclusive(.exchangeUnavailable)) { $0.faults = [Fault(.page)] },
            Scene("data of another shape", .inconclusive(.exchangeUnavailable)) { $0.faults = [Fault(.wrongType)] },
        ]
    }
}

extension KeyRights {
    /// A right that may be granted, refused or not told.
    enum Right: Sendable {
        case read
        case spot
        case derivatives
        case withdraw
        case transfer
        case transferOut

        var path: WritableKeyPath<KeyRights, Bool?> {
            switch self {
            case .read: \.read
            case .spot: \.tradeSpot
            case .derivatives: \.tradeDerivatives
            case .withdraw: \.withdraw
            case .transfer: \.transfer
            case .transferOut: \.transferOut
            }
        }
    }

    /// What an exchange told, and nothing beside it.
    static func told(
        _ granted: [Right], not refused: [Right], list: AddressList? = nil, created: Date? = nil,
        expires: Date? = nil, isSubAccount: Bool? = nil
    ) -> KeyRights {
        var rights = KeyRights()
        for right in granted { rights[keyPath: right.path] = true }
        for right in refused { rights[keyPath: right.path] = false }
        rights.addresses = list
        rights.created = created.map { UnixTime(milliseconds: Int($0.timeIntervalSince1970 * 1000)) }
        rights.expires = expires.map { UnixTime(milliseconds: Int($0.timeIntervalSince1970 * 1000)) }
        rights.isSubAccount = isSubAccount
        return rights
    }

    /// The same with some rights told otherwise.
    func but(_ granted: Right..., not refused: [Right] = []) -> KeyRights {
        var rights = self
        for right in granted { rights[keyPath: right.path] = true }
        for right in refused { rights[keyPath: right.path] = false }
        return rights
    }

    /// The same with something else told otherwise.
    func with<Value>(_ path: WritableKeyPath<KeyRights, Value>, _ value: Value) -> KeyRights {
        var rights = self
        rights[keyPath: path] = value
        return rights
    }
}
