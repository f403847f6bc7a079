import ExchangeSimulators
import ExchangeVerification
import Foundation
import OrderedJSON

// The exchanges that tell the rights of their keys, second half.
extension Stages {
    static let bitget: [Stage] = {
        let rights = KeyRights.told(
            [.read, .spot, .derivatives], not: [.withdraw, .transfer], list: .on([ownAddress]))
        let unified = Ending.rejected(.unusableByHummingbot, .missingRight).advising("classic")
        return [("bitget", true), ("bitget_perpetual", false)].map { connector, isSpot in
            Stage(
                connector: connector,
                setting: Setting(host: .bitget, keys: [key(passphrase: TestCredential.passphrase)]),
                good: .valid(rights), clock: .init(path: "/api/v2/public/time"),
                scenes: power(rights, .withdraw) + [
                    malformed(.rejected(.wrongKey)), unknown(.rejected(.wrongKey)), expired(.rejected(.wrongKey)),
                    secret(), passphrase(.rejected(.wrongPassphrase, .wrongKey)), address(), suspended(),
                    unbound(rights), transfers(rights), isSpot ? noSpot(rights) : noDerivatives(rights),
                    Scene(
                        "a key that may not read spot",
                        // For futures the key works all the same, but its rights stay in the dark.
                        isSpot ? .rejected(.missingRight) : .inconclusive(.rightsUnknown).advising("withdraw")
                    ) { $0.key.exchangePermissions = ["coor", "cpor", "coow", "cpow"] },
                    Scene(
                        "an older key, of which Bitget does not tell whether it may withdraw",
                        .inconclusive(.rightsUnknown).telling(rights.with(\.withdraw, nil).with(\.transfer, nil))
                            .advising("make a new key")
                    ) { $0.key.exchangePermissions = ["trade"] },
                    Scene("a demo key", .rejected(.wrongEnvironment)) { $0.key.isDemo = true },
                    own("40016", .rejected(.missingRight).advising("phone")), own("40084", unified),
                    own("40085", unified), own("40010", .inconclusive(.exchangeUnavailable)),
                ])
        }
    }()

    static let gate: [Stage] = {
        let rights = KeyRights.told(
            [.read, .spot, .derivatives], not: [.withdraw, .transfer], list: .on([ownAddress]), created: created,
            isSubAccount: false)
        let unknownKey = Ending.rejected(.wrongKey, .wrongEnvironment)
        let common =
            power(rights, .withdraw) + [
                unknown(unknownKey), expired(unknownKey), secret(),
                address(.rejected(.addressNotAllowed).advising(ownAddress)), suspended(), unbound(rights),
                transfers(rights),
                Scene("a sub-account's key", .inconclusive(.rightsUnknown).advising("sub-account")) {
                    $0.key.isSubAccount = true
                },
                Scene("an account with two keys", .valid(rights)) {
                    $0.keys.append(SimulatedKey(key: "another-key", secret: "x", rights: [.read, .withdraw]))
                    $0.keys[1].user = $0.keys[0].user
                },
            ]
        return [
            Stage(
                connector: "gate_io", setting: Setting(host: .gate, keys: [key()]), good: .valid(rights),
                clock: .init(path: "/api/v4/spot/time"),
                scenes: common + [
                    noSpot(rights),
                    Scene("a key for futures alone", .rejected(.missingRight)) { $0.key.rights = [.tradeDerivatives] },
                    Scene("a key that may not read the account", .inconclusive(.rightsUnknown)) {
                        $0.key.exchangePermissions = ["spot"]
                    },
                ]),
            Stage(
                connector: "gate_io_perpetual",
                setting: Setting(host: .gate, keys: [key(user: TestCredential.accountNumber)]), good: .valid(rights),
                clock: .init(path: "/api/v4/spot/time"),
                scenes: common + [
                    Scene("another user id", .rejected(.wrongAccount).advising("user id")) { $0.key.user = "555" },
                    Scene("a key that may not trade futures", .rejected(.missingRight)) {
                        $0.key.rights = [.read, .tradeSpot]
                    },
                    Scene("a futures account that was never used", .valid(rights, "never used")) {
                        $0.faults = [
                            Fault(
                                .custom, path: "/api/v4/futures",
                                text: #"{"label":"USER_NOT_FOUND","message":"please transfer funds first"}"#,
                                status: 400)
                        ]
                    },
                ]),
        ]
    }()

    static let htx: [Stage] = {
        let rights = KeyRights.told(
            [.read, .spot], not: [.withdraw], list: .on([ownAddress]), created: created, isSubAccount: false)
        return [
            Stage(
                connector: "htx", setting: Setting(host: .htx, keys: [key()]), good: .valid(rights),
                clock: .init(path: "/v1/common/timestamp"),
                scenes: power(rights, .withdraw) + [
                    unknown(.rejected(.wrongKey)), secret(),
                    address(.rejected(.addressNotAllowed).advising(ownAddress)), unread(),
                    // HTX has one sentence for both.
                    expired(.rejected(.expired, .accountSuspended)), suspended(.rejected(.expired, .accountSuspended)),
                    unbound(rights), noSpot(rights),
                    // HTX tells whole days, of which the tenth has begun.
                    Scene(
                        "a key that ends in ten days",
                        .valid(
                            rights.with(\.expires, UnixTime(milliseconds: 1_700_000_000_123 + 9 * 86_400_000)),
                            "in 9 days")
                    ) { $0.key.expires = inTenDays },
                    Scene("a sub-user's key", .inconclusive(.rightsUnknown).advising("sub-user")) {
                        $0.key.isSubAccount = true
                    },
                    own("1002", .rejected(.missingRight)), own("1003", .rejected(.wrongSecret, .wrongKey)),
                    own("gateway-internal-error", .inconclusive(.exchangeUnavailable)),
                ])
        ]
    }()

    static let okx: [Stage] = {
        let rights = KeyRights.told(
            [.read, .spot, .derivatives], not: [.withdraw], list: .on([ownAddress]), isSubAccount: false)
        let unknownKey = Ending.rejected(.wrongKey, .wrongEnvironment)
        let good = key(passphrase: TestCredential.passphrase)
        let sites: [Scene] = [("app", ExchangeHost.okxUS), ("my", .okxEEA)].flatMap { site, host in
            [
                Scene("a key of the site \(site)", .valid(rights)) {
                    $0.host = host
                    $0.fields["okx_registration_sub_domain"] = .string(site)
                },
                Scene("a key of another site than \(site)", unknownKey.advising("site")) {
                    $0.host = host
                    $0.fields["okx_registration_sub_domain"] = .string(site)
                    $0.fields["okx_api_key"] = "0e4c6a2f-5b1d-4c3e-8f7a-9d2b1c0e3f4a"
                    $0.keys = []
                },
            ]
        }
        return [("okx", true), ("okx_perpetual", false)].map { connector, isSpot in
            Stage(
                connector: connector, setting: Setting(host: .okx, keys: [good]), good: .valid(rights),
                clock: .init(path: "/api/v5/public/time"),
                scenes: power(rights, .withdraw) + (isSpot ? sites : []) + [
                    malformed(.rejected(.wrongKey)), unknown(unknownKey), expired(unknownKey), secret(), passphrase(),
                    address(.rejected(.addressNotAllowed).advising(ownAddress)), unread(), suspended(),
                    unbound(rights),
                    Scene("a demo key", .rejected(.wrongEnvironment).advising("live trading")) {
                        $0.key.isDemo = true
                    },
                    Scene(
                        "a key that may only read",
                        .valid(
                            rights.but(not: [.spot, .derivatives]),
                            isSpot ? "may not trade spot" : "may not trade futures")
                    ) { $0.key.rights = [.read] },
                    Scene("a sub-account's key", .valid(rights.with(\.isSubAccount, true))) {
                        $0.key.isSubAccount = true
                    },
                ])
        }
    }()

    static let bingX: [Stage] = {
        let rights = KeyRights.told(
            [.read, .spot, .derivatives], not: [.withdraw, .transfer], list: .on([]), created: created)
        let old = KeyRights.told(
            [.read, .spot], not: [.derivatives, .withdraw, .transfer], list: .on([ownAddress]))
        return [
            Stage(
                connector: "bing_x", setting: Setting(host: .bingX, keys: [key()]), good: .valid(rights),
                clock: .init(path: "/openApi/swap/v2/server/time"),
                scenes: power(rights, .withdraw) + [
                    unknown(.rejected(.wrongKey)), expired(.rejected(.wrongKey)), secret(),
                    address(.rejected(.addressNotAllowed).advising(ownAddress)), unread(), suspended(),
                    unbound(rights), transfers(rights), noSpot(rights),
                    Scene("an answer of the older form", .valid(old)) { $0.key.exchangePermissions = ["1", "2"] },
                    Scene(
                        "an answer of the older form, with the right to withdraw",
                        .rejected(.tooMuchPower).telling(old.but(.withdraw)).warning("may withdraw")
                    ) { $0.key.exchangePermissions = ["1", "2", "5"] },
                ])
        ]
    }()
}
