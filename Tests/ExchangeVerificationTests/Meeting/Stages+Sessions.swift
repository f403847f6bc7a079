import ExchangeSimulators
import ExchangeVerification
import Foundation
import OrderedJSON

// The exchanges that hand out tokens or take the key alone, and those where a wallet signs the orders.
extension Stages {
    static let sessions: [Stage] = architect + evedex + grvt

    private static let architect: [Stage] = [
        ("architect_perpetual", ExchangeHost.architect), ("architect_perpetual_sandbox", .architectSandbox),
    ].map { connector, host in
        /// Architect documents no reasons.
        let merged = Ending.rejected(.wrongKey, .wrongSecret, .wrongEnvironment)
        return Stage(
            connector: connector, setting: Setting(host: host, keys: [key()]), good: .valid(),
            scenes: [
                unknown(merged), expired(merged), secret(merged),
                address(.rejected(.wrongKey, .wrongSecret, .wrongEnvironment)), suspended(merged),
                unread(.rejected(.missingRight, .wrongKey)),
                Scene("a login without a token", .inconclusive(.exchangeUnavailable)) {
                    $0.faults = [Fault(.custom, path: "/api/authenticate", text: #"{"status":"ok"}"#)]
                },
            ])
    }

    private static let evedex: [Stage] = {
        let refused = Ending.rejected(.wrongKey, .addressNotAllowed)
        return [
            Stage(
                connector: "evedex_perpetual",
                setting: Setting(host: .evedex, keys: [key(account: TestCredential.address)]), good: .valid(),
                scenes: [
                    unknown(refused), expired(refused), address(refused), suspended(refused),
                    unread(.rejected(.missingRight, .wrongKey)),
                    Scene("an account whose wallet is not named", .valid(nil, "could not be checked")) {
                        $0.key.account = nil
                    },
                    Scene("another wallet's private key", .inconclusive(.wrongAddress).advising("another wallet")) {
                        $0.key.account = otherWallet
                    },
                    entered(
                        "a private key that is none", ["evedex_perpetual_private_key": "0x1234"],
                        .rejected(.wrongSecret).offline),
                ])
        ]
    }()

    private static let grvt: [Stage] = [
        ("grvt_perpetual", ExchangeHost.grvt), ("grvt_perpetual_testnet", .grvtTestnet),
    ].map { connector, host in
        let refused = Ending.rejected(.wrongKey, .wrongEnvironment)
        return Stage(
            connector: connector,
            setting: Setting(host: host, keys: [key(account: TestCredential.accountNumber)]),
            good: .valid(nil, "private key could not be checked"),
            scenes: [
                unknown(refused), expired(refused), address(), suspended(.rejected(.missingRight)),
                unread(.rejected(.missingRight, .wrongAccount)),
                Scene("another trading account", .rejected(.wrongAccount)) { $0.key.account = "555" },
                Scene("a login without a cookie", .rejected(.wrongKey, .wrongEnvironment)) {
                    $0.faults = [Fault(.custom, path: "/auth/api_key/login", text: #"{"status":"failure"}"#)]
                },
                Scene("a fault at the login", .inconclusive(.exchangeUnavailable)) {
                    $0.faults = [
                        Fault(.custom, path: "/auth/api_key/login", text: #"{"code":9999,"message":"try later"}"#)
                    ]
                },
                entered(
                    "a private key that is none", ["\(connector)_private_key": "0x1234"],
                    .rejected(.wrongSecret).offline),
                entered(
                    "an account's name where its number belongs", ["\(connector)_trading_account_id": "main"],
                    .rejected(.wrongAccount).offline),
            ])
    }

    static let otherWallet = "0x1719884eb866cb12b2287399b15f7db5e7d775ea"

    static let aevo: [Stage] = [
        ("aevo_perpetual", ExchangeHost.aevo), ("aevo_perpetual_testnet", .aevoTestnet),
    ].map { connector, host in
        var good = key(account: TestCredential.address)
        good.signers = [.init(name: "bot", address: TestCredential.address, validUntil: inAYear)]
        let rights = KeyRights.told([.read, .derivatives], not: [], expires: inAYear)
        return Stage(
            connector: connector, setting: Setting(host: host, keys: [good]), good: .valid(rights),
            clock: .init(path: "/time", untold: .inconclusive(.wrongKey, .missingRight, .clockSkew)),
            scenes: [
                unknown(.rejected(.wrongKey, .wrongEnvironment)), expired(.rejected(.wrongKey, .wrongEnvironment)),
                secret(), address(), unread(.rejected(.wrongKey, .missingRight)),
                suspended(.rejected(.wrongKey, .missingRight)), noDerivatives(rights),
                Scene("another account's address", .rejected(.wrongAddress)) { $0.key.account = otherWallet },
                Scene(
                    "a signing key that is not registered",
                    .rejected(.wrongSecret).telling(rights.with(\.expires, nil)).advising("signing key")
                ) { $0.key.signers = [] },
                Scene(
                    "a signing key that ends in ten days",
                    .valid(
                        rights.with(\.expires, UnixTime(seconds: Int(inTenDays.timeIntervalSince1970))), "in 10 days")
                ) { $0.key.signers = [.init(name: "bot", address: TestCredential.address, validUntil: inTenDays)] },
                Scene(
                    "a signing key that ended yesterday",
                    .rejected(.expired).telling(
                        rights.with(\.expires, UnixTime(seconds: Int(yesterday.timeIntervalSince1970))))
                ) { $0.key.signers = [.init(name: "bot", address: TestCredential.address, validUntil: yesterday)] },
                entered(
                    "a signing key that is none", ["\(connector)_signing_key": "0x1234"],
                    .rejected(.wrongSecret).offline),
                entered(
                    "an address that is none", ["\(connector)_account_address": "0x1234"],
                    .rejected(.wrongAddress).offline),
            ])
    }

    static let derive: [Stage] = [
        ("derive", ExchangeHost.derive, true), ("derive_perpetual", .derive, false),
        ("derive_testnet", .deriveTestnet, true), ("derive_perpetual_testnet", .deriveTestnet, false),
    ].map { connector, host, _ in
        let rights = KeyRights.told(
            [.read, .spot, .derivatives], not: [.withdraw, .transfer, .transferOut], list: .on([ownAddress]),
            expires: inAYear)
        let session = SimulatedWallet.Agent(
            name: "bot", address: TestCredential.address, validUntil: inAYear, permissions: ["account"],
            ipAllowList: [ownAddress])
        let wallet = SimulatedWallet(
            address: otherWallet, role: .user, agents: [session], accountValue: "1000", subaccounts: [37799])
        let field = "\(connector)_wallet_address"
        @Sendable func enterOwnWallet(_ setting: inout Setting) {
            setting.fields[field] = .string(TestCredential.address)
            setting.wallet.address = TestCredential.address
            setting.wallet.agents = []
        }
        return Stage(
            connector: connector,
            setting: Setting(host: host, fields: [field: .string(otherWallet)], wallets: [wallet]),
            good: .valid(rights),
            troubles: Troubles(regionBlocked: .inconclusive(.regionBlocked)),
            // A session key's signature need not be fresh.
            clock: .init(path: "/v3/public/get_time", untold: nil),
            scenes: [
                Scene("the wallet's own key", .valid(nil, "wallet's own private key"), change: enterOwnWallet),
                Scene(
                    "the wallet's own key with a clock ten minutes off, where Derive does not tell its time",
                    .inconclusive(.wrongSecret, .clockSkew)
                ) {
                    enterOwnWallet(&$0)
                    $0.clockOffset = 600_000
                    $0.faults = [Fault(.custom, path: "/v3/public/get_time", text: "{}", status: 404)]
                },
                Scene(
                    "a session key that may do everything",
                    .rejected(.tooMuchPower).telling(rights.but(.withdraw, .transfer, .transferOut))
                        .warning("may withdraw")
                ) { $0.agent.permissions = ["admin"] },
                Scene(
                    "a session key that may only read",
                    .valid(rights.but(not: [.spot, .derivatives]), "may not trade")
                ) { $0.agent.permissions = ["read_only"] },
                Scene("a session key that nobody registered", .rejected(.wrongKey, .wrongAddress)) {
                    $0.wallet.agents = []
                },
                Scene("a session key that ended yesterday", .rejected(.expired)) { $0.agent.validUntil = yesterday },
                Scene(
                    "a session key that ends in ten days",
                    .valid(
                        rights.with(\.expires, UnixTime(seconds: Int(inTenDays.timeIntervalSince1970))), "in 10 days")
                ) { $0.agent.validUntil = inTenDays },
                Scene("an address that is not on the session key's list", .rejected(.addressNotAllowed)) {
                    $0.agent.ipAllowList = [otherAddress]
                },
                Scene(
                    "a session key without a list of addresses",
                    .valid(rights.with(\.addresses, .off), "not bound")
                ) { $0.agent.ipAllowList = nil },
                Scene("a wallet that Derive does not know", .rejected(.wrongAddress, .wrongEnvironment)) {
                    $0.wallets = []
                },
                Scene("a subaccount that does not exist", .rejected(.wrongAccount, .wrongEnvironment)) {
                    $0.wallet.subaccounts = [1]
                },
                Scene("another's subaccount", .rejected(.wrongAccount, .wrongAddress)) {
                    $0.wallet.subaccounts = [1]
                    $0.wallets.append(
                        SimulatedWallet(
                            address: "0x00000000000000000000000000000000000000bb", role: .user, subaccounts: [37799]))
                },
                Scene("an account that Derive has closed", .rejected(.accountSuspended)) {
                    $0.wallet.refusedWith = "16001"
                },
                Scene("a session key of another scope", .rejected(.missingRight)) { $0.wallet.refusedWith = "14031" },
                Scene(
                    "an interface that is gone", .inconclusive(.exchangeUnavailable).advising("update keys-manager")
                ) { $0.faults = [Fault(.custom, text: "gone", status: 410)] },
                entered(
                    "a private key in the field of the address", [field: .string(TestCredential.privateKey)],
                    .rejected(.wrongAddress).offline.advising("private key")),
                entered(
                    "an address in the field of the private key", ["session_private_key": .string(otherWallet)],
                    .rejected(.wrongSecret).offline.advising("address")),
                entered(
                    "a subaccount that is no number", ["subacct_id": "main"], .rejected(.wrongAccount).offline),
            ])
    }
}
