import Crypto
import ExchangeSimulators
import ExchangeVerification
import Foundation
import OrderedJSON

// The exchanges that tell the rights of their keys, first half.
extension Stages {
    static let binance: [Stage] = {
        let rights = KeyRights.told(
            [.read, .spot, .derivatives], not: [.withdraw, .transfer], list: .on([]), created: created)
        let region = Troubles(regionBlocked: .inconclusive(.regionBlocked))
        /// What Binance says in one sentence of three causes, and of keys of the other network.
        let merged = Ending.rejected(.wrongKey, .addressNotAllowed, .missingRight)
        let mergedFutures = Ending.rejected(.wrongKey, .addressNotAllowed, .missingRight, .wrongEnvironment)
        let pem: JSON = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAAB\n-----END PRIVATE KEY-----"
        let unreadable = Ending.rejected(.missingRight).telling(rights.but(not: [.read])).advising("Enable Reading")
        let told = power(rights, .withdraw) + [secret(), unbound(rights), transfers(rights)]
        return [
            Stage(
                connector: "binance", setting: Setting(host: .binance, keys: [key()]), good: .valid(rights),
                troubles: region, clock: .init(path: "/api/v3/time"),
                scenes: told + [
                    soon(rights),
                    Scene(
                        "a right to trade that ended yesterday",
                        .valid(rights.but(not: [.spot]), "may not trade spot", "ended on 2023-11-13")
                    ) { $0.key.expires = yesterday },
                    unknown(merged), malformed(.rejected(.wrongKey)), address(merged), suspended(merged),
                    noSpot(rights), unread(unreadable),
                    entered(
                        "a key of another kind", ["binance_api_secret": pem],
                        .rejected(.unusableByHummingbot).offline.advising("HMAC")),
                ]),
            Stage(
                connector: "binance_perpetual", setting: Setting(host: .binance, keys: [key()]), good: .valid(rights),
                troubles: region, clock: .init(path: "/fapi/v1/time"),
                scenes: told + [
                    // It is the right to trade spot and margin that ends.
                    Scene("a right to trade spot that ends in ten days", .valid(rights)) { $0.key.expires = inTenDays },
                    Scene("a right to trade spot that ended yesterday", .valid(rights.but(not: [.spot]))) {
                        $0.key.expires = yesterday
                    },
                    unknown(mergedFutures), malformed(.rejected(.wrongKey, .wrongEnvironment)),
                    address(mergedFutures), noDerivatives(rights), unread(unreadable),
                    entered(
                        "a key of another kind", ["binance_perpetual_api_secret": pem],
                        .rejected(.unusableByHummingbot).offline),
                ]),
            Stage(
                connector: "binance_perpetual_testnet",
                setting: Setting(host: .binanceFuturesTestnet, keys: [key()]), good: .valid(), troubles: region,
                clock: .init(path: "/fapi/v1/time"),
                scenes: [
                    unknown(mergedFutures), malformed(.rejected(.wrongKey, .wrongEnvironment)), secret(),
                    address(mergedFutures), unread(mergedFutures),
                    Scene("a key without the right to futures", mergedFutures) {
                        $0.key.rights.remove(.tradeDerivatives)
                    },
                ]),
        ]
    }()

    static let bybit: [Stage] = {
        let rights = KeyRights.told(
            [.read, .spot, .derivatives], not: [.withdraw, .transfer], list: .on([ownAddress]), created: created,
            isSubAccount: false)
        let connectors: [(String, ExchangeHost, Bool)] = [
            ("bybit", .bybit, true), ("bybit_testnet", .bybitTestnet, true), ("bybit_perpetual", .bybit, false),
            ("bybit_perpetual_testnet", .bybitTestnet, false),
        ]
        return connectors.map { connector, host, isSpot in
            Stage(
                connector: connector, setting: Setting(host: host, keys: [key()]), good: .valid(rights),
                troubles: Troubles(
                    banned: .inconclusive(.regionBlocked, .rateLimited),
                    regionBlocked: .inconclusive(.regionBlocked)),
                clock: .init(path: "/v5/market/time"),
                scenes: power(rights, .withdraw) + [
                    unknown(.rejected(.wrongKey, .wrongEnvironment).advising("network")), secret(), address(),
                    suspended(), expired(), soon(rights), unbound(rights), transfers(rights),
                    isSpot ? noSpot(rights) : noDerivatives(rights),
                    Scene(
                        "a key that may only read",
                        .valid(
                            rights.but(not: [.spot, .derivatives]),
                            isSpot ? "may not trade spot" : "may not trade futures")
                    ) { $0.key.rights = [.read] },
                    Scene("a classic account", .valid(rights, "classic")) { $0.key.isUnified = false },
                    Scene("a sub-account's key", .valid(rights.with(\.isSubAccount, true))) {
                        $0.key.isSubAccount = true
                    },
                    entered(
                        "a key of another kind",
                        [
                            connector + (isSpot ? "_api_secret" : "_secret_key"):
                                "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----"
                        ], .rejected(.unusableByHummingbot).offline),
                ])
        }
    }()

    static let coinbase: [Stage] = {
        let rights = KeyRights.told([.read, .spot], not: [.withdraw, .transferOut])
        /// What Coinbase says in one word.
        let merged = Ending.rejected(.wrongKey, .wrongSecret, .addressNotAllowed)
        let ed25519 = Data(repeating: 7, count: 64).base64EncodedString()
        let connector = "coinbase_advanced_trade"
        return [
            Stage(
                connector: connector,
                setting: Setting(host: .coinbase, keys: [key(TestCredential.keyName, secret: TestCredential.pem)]),
                good: .valid(rights),
                clock: .init(
                    path: "/api/v3/brokerage/time",
                    untold: .inconclusive(.wrongKey, .wrongSecret, .addressNotAllowed, .clockSkew)),
                scenes: power(rights, right: .transferOut, .withdraw, .transferOut) + [
                    unknown(merged), address(merged), suspended(merged), expired(merged),
                    secret(merged, other: P256.Signing.PrivateKey().pemRepresentation), noSpot(rights),
                    unread(.rejected(.missingRight).telling(rights.but(not: [.read])).advising("View")),
                    Scene("a refusal that does not come again", .valid(rights)) {
                        $0.faults = [
                            Fault(
                                .custom, count: 1, path: "/api/v3/brokerage/key_permissions", text: "Unauthorized\n",
                                status: 401)
                        ]
                    },
                    Scene("a key without the scope", .rejected(.missingRight)) {
                        $0.faults = [
                            Fault(
                                .custom, path: "/api/v3/brokerage/key_permissions",
                                text: #"{"error":"PERMISSION_DENIED","message":"Missing required scopes"}"#,
                                status: 403)
                        ]
                    },
                    entered(
                        "an Ed25519 key", ["\(connector)_api_secret": .string(ed25519)],
                        .rejected(.unusableByHummingbot).offline.advising("ECDSA")),
                    entered(
                        "an Ed25519 key as PEM",
                        [
                            "\(connector)_api_secret":
                                .string(Curve25519.Signing.PrivateKey().pem)
                        ], .rejected(.unusableByHummingbot).offline.advising("ECDSA")),
                    entered(
                        "a secret of the older kind", ["\(connector)_api_secret": "abcdefgh12345678"],
                        .rejected(.wrongSecret).offline),
                ])
        ]
    }()

    static let gemini: [Stage] = {
        let rights = KeyRights.told([.read, .spot], not: [.withdraw])
        return [
            Stage(
                connector: "gemini",
                setting: Setting(host: .gemini, keys: [key(TestCredential.geminiKey)]), good: .valid(rights),
                clock: .init(path: "/v1/symbols", untold: nil),
                scenes: power(rights, .withdraw) + [
                    unknown(.rejected(.wrongKey)), secret(), address(), suspended(.rejected(.wrongKey)),
                    expired(.rejected(.wrongKey)),
                    Scene("an auditor's key", .valid(rights.but(not: [.spot]), "may not trade spot")) {
                        $0.key.rights = [.read]
                    },
                    Scene(
                        "a key without a role",
                        .rejected(.missingRight).telling(rights.but(not: [.read, .spot])).advising("Trader")
                            .warning("may not trade spot")
                    ) { $0.key.rights = [] },
                    entered(
                        "a master key", ["gemini_api_key": "master-HbTestGeminiKey0123"],
                        .rejected(.unusableByHummingbot).offline.advising("account-")),
                    own("MissingAccounts", .rejected(.unusableByHummingbot)),
                    Scene("a key that another program used with higher numbers", .inconclusive(.nonceOutOfOrder)) {
                        $0.key.highestNonce = Int(now.timeIntervalSince1970) + 3600
                    },
                    Scene("a key with time-based numbers", .valid(rights)) { $0.key.hasTimeBasedNonce = true },
                    Scene(
                        "time-based numbers with a clock that is a minute off", offset(60_000, .valid(rights))
                    ) {
                        $0.key.hasTimeBasedNonce = true
                        $0.clockOffset = 60_000
                    },
                    Scene(
                        "time-based numbers ten minutes off, where the exchange does not tell its time",
                        .inconclusive(.nonceOutOfOrder, .clockSkew)
                    ) {
                        $0.key.hasTimeBasedNonce = true
                        $0.clockOffset = 600_000
                        $0.faults = [Fault(.custom, path: "/v1/symbols", text: "{}", status: 404)]
                    },
                ])
        ]
    }()

    static let kraken: [Stage] = {
        let rights = KeyRights.told([.read, .spot], not: [.withdraw], list: .on([ownAddress]), created: created)
        let needed = [
            "query-funds", "query-open-trades", "query-closed-trades", "modify-trades", "close-trades",
            "create-ws-token",
        ]
        /// Kraken says the same of a key that ran out; what it says to another address is not documented.
        let unknownKey = Ending.rejected(.wrongKey, .expired).advising("IP addresses")
        return [
            Stage(
                connector: "kraken",
                setting: Setting(host: .kraken, keys: [key(secret: TestCredential.krakenSecret)]),
                good: .valid(rights), clock: .init(path: "/0/public/Time", untold: nil),
                scenes: power(rights, .withdraw) + [
                    unknown(unknownKey), expired(unknownKey), address(unknownKey), suspended(),
                    secret(other: Data(repeating: 3, count: 64).base64EncodedString()), soon(rights),
                    unbound(rights), noSpot(rights),
                    entered(
                        "a secret of another length", ["kraken_secret_key": "c2hvcnQ="],
                        .rejected(.wrongSecret).offline.advising("88 characters")),
                    Scene(
                        "a key that may not see the balance",
                        .rejected(.missingRight).telling(rights.but(not: [.read])).advising("Query Funds")
                    ) { $0.key.exchangePermissions = needed.filter { $0 != "query-funds" } },
                    Scene("a key without what Hummingbot's streams need", .valid(rights, "WebSocket")) {
                        $0.key.exchangePermissions = needed.filter { $0 != "create-ws-token" }
                    },
                    Scene("a key that may add addresses to withdraw to", .valid(rights, "addresses for withdrawals")) {
                        $0.key.exchangePermissions = needed + ["add-withdraw-address"]
                    },
                    Scene("a bot whose number is two ahead", .valid(rights)) {
                        $0.key.highestNonce = Int(now.timeIntervalSince1970) + 1
                    },
                    Scene("a key that another program used with finer numbers", .inconclusive(.nonceOutOfOrder)) {
                        $0.key.highestNonce = 1_700_000_000_123
                    },
                    Scene("a key with finer numbers and a wide window", .valid(rights, "finer request numbers")) {
                        $0.key.highestNonce = 1_700_000_000_123
                        $0.key.nonceWindow = 1_700_000_000_000
                    },
                ])
        ]
    }()

    static let kucoin: [Stage] = {
        let rights = KeyRights.told(
            [.read, .spot, .derivatives], not: [.withdraw, .transfer, .transferOut], list: .on([ownAddress]),
            created: created, isSubAccount: false)
        return [("kucoin", true), ("kucoin_hft", true), ("kucoin_perpetual", false)].map { connector, isSpot in
            Stage(
                connector: connector,
                setting: Setting(host: .kucoin, keys: [key(passphrase: TestCredential.passphrase)]),
                good: .valid(rights), troubles: Troubles(regionBlocked: .inconclusive(.regionBlocked)),
                clock: .init(path: "/api/v1/timestamp"),
                scenes: power(rights, right: .transferOut, .transferOut)
                    + [
                        unknown(.rejected(.wrongKey)), expired(.rejected(.wrongKey)), secret(), passphrase(),
                        address(.rejected(.addressNotAllowed).advising(ownAddress)), unread(), suspended(),
                        unbound(rights), transfers(rights), isSpot ? noSpot(rights) : noDerivatives(rights),
                        Scene("an older key with one right to trade", .valid(rights.but(not: [.derivatives]))) {
                            $0.key.exchangePermissions = ["General", "Trade"]
                        },
                        Scene("a sub-account's key", .valid(rights.with(\.isSubAccount, true))) {
                            $0.key.isSubAccount = true
                        },
                    ].filter { isSpot || !$0.name.hasPrefix("an older key") })
        }
    }()

    static func offset(_ milliseconds: Int, _ ending: Ending) -> Ending {
        var ending = ending
        ending.offset = milliseconds
        return ending
    }
}

extension Curve25519.Signing.PrivateKey {
    /// The key in PKCS #8.
    fileprivate var pem: String {
        let der: [UInt8] = [
            0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
        ]
        let body = Data(der + rawRepresentation).base64EncodedString()
        return "-----BEGIN PRIVATE KEY-----\n\(body)\n-----END PRIVATE KEY-----"
    }
}
