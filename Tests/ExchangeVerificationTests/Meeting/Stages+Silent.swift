import CryptoExtras
import ExchangeSimulators
import ExchangeVerification
import Foundation
import OrderedJSON

// The exchanges that do not tell what a key may do.
extension Stages {
    static let bitmart: [Stage] = ["bitmart", "bitmart_perpetual"].map { connector in
        let memo = "\(connector)_memo"
        return Stage(
            connector: connector,
            setting: Setting(
                host: .bitMart, fields: [memo: .string(TestCredential.passphrase)],
                keys: [key(passphrase: TestCredential.passphrase)]),
            good: .valid(), clock: .init(path: "/system/time"),
            scenes: [
                unknown(.rejected(.wrongKey)), secret(.rejected(.wrongSecret, .wrongPassphrase)),
                passphrase(.rejected(.wrongSecret, .wrongPassphrase).advising("memo")), address(), unread(),
                suspended(), expired(), own("30019", .rejected(.missingRight)),
                own("30014", .inconclusive(.exchangeUnavailable)), own("30008", .inconclusive(.clockSkew)),
            ])
    }

    static let simpleExchanges: [Stage] =
        bingX + [
            Stage(
                connector: "mexc", setting: Setting(host: .mexc, keys: [key()]), good: .valid(),
                clock: .init(path: "/api/v3/time"),
                scenes: [
                    malformed(.rejected(.wrongKey)), unknown(.rejected(.wrongKey)),
                    secret(.rejected(.wrongSecret, .expired)), expired(.rejected(.wrongSecret, .expired)),
                    address(.rejected(.addressNotAllowed).advising(ownAddress)), unread(),
                    suspended(.rejected(.missingRight, .addressNotAllowed)), own("401", .rejected(.missingRight)),
                    own("402", .rejected(.expired)), own("406", .rejected(.addressNotAllowed)),
                    own("602", .rejected(.wrongSecret)),
                ]),
            Stage(
                connector: "bitrue", setting: Setting(host: .bitrue, keys: [key()]), good: .valid(),
                clock: .init(path: "/api/v1/time"),
                scenes: {
                    let merged = Ending.rejected(.wrongKey, .addressNotAllowed, .missingRight)
                    return [
                        unknown(merged), address(merged), unread(merged), suspended(merged), expired(merged), secret(),
                        own("-1002", .rejected(.missingRight)), own("-2008", .rejected(.wrongKey)),
                        own("-2014", .rejected(.wrongKey)), own("-1015", .inconclusive(.rateLimited)),
                    ]
                }()),
            Stage(
                connector: "bitstamp", setting: Setting(host: .bitstamp, keys: [key()]), good: .valid(),
                clock: .init(path: "/api/v2/status/"),
                scenes: [
                    malformed(.rejected(.wrongKey)), unknown(.rejected(.wrongKey)), expired(.rejected(.wrongKey)),
                    secret(), address(), unread(), suspended(), own("API0004", .inconclusive(.nonceOutOfOrder)),
                    own("API0008", .rejected(.wrongKey)),
                    own("API0009", .rejected(.accountSuspended).advising("FATCA")),
                    own("API0018", .inconclusive(.clockSkew)),
                ]),
            Stage(
                connector: "btc_markets",
                setting: Setting(host: .btcMarkets, keys: [key(secret: TestCredential.btcMarketsSecret)]),
                good: .valid(), clock: .init(path: "/v3/time"),
                scenes: [
                    unknown(.rejected(.wrongKey)), expired(.rejected(.wrongKey)),
                    secret(.rejected(.wrongSecret, .wrongKey), other: "b3RoZXIgc2VjcmV0"), unread(),
                    // BTC Markets has one word for both.
                    address(.rejected(.missingRight)),
                    suspended(.rejected(.wrongKey, .wrongSecret)),
                    own("InvalidTimestamp", .inconclusive(.clockSkew)),
                    own("ThrottleLimit", .inconclusive(.rateLimited)),
                    entered(
                        "a secret that is no base64", ["btc_markets_api_secret": "*"],
                        .rejected(.wrongSecret).offline),
                ]),
            Stage(
                connector: "foxbit", setting: Setting(host: .foxbit, keys: [key()]), good: .valid(nil, "user id"),
                clock: .init(path: "/rest/v3/system/time"),
                scenes: [
                    unknown(.rejected(.wrongKey)), expired(.rejected(.wrongKey)), secret(),
                    address(.rejected(.addressNotAllowed).advising(ownAddress)), unread(),
                    suspended(), own("2001", .rejected(.wrongKey, .wrongSecret)),
                    own("3002", .rejected(.accountSuspended).advising("owner")),
                    own("5003", .inconclusive(.exchangeUnavailable)),
                ]),
        ]

    static let ed25519: [Stage] =
        ["backpack", "backpack_perpetual"].map { connector in
            /// One word for what the key may not, for an address and, it may be, for a region.
            let forbidden = Ending.inconclusive(.missingRight, .addressNotAllowed, .regionBlocked)
            return Stage(
                connector: connector,
                setting: Setting(
                    host: .backpack, keys: [key(TestCredential.backpackKey, secret: TestCredential.backpackSeed)]),
                good: .valid(), troubles: Troubles(regionBlocked: forbidden), clock: .init(path: "/api/v1/time"),
                scenes: [
                    unknown(.rejected(.wrongKey)), expired(.rejected(.wrongKey)), address(forbidden),
                    unread(forbidden), suspended(forbidden),
                    own("INVALID_SIGNATURE", .rejected(.wrongKey, .wrongSecret)),
                    entered(
                        "another secret",
                        ["backpack_api_secret": .string(Data(repeating: 9, count: 32).base64EncodedString())],
                        .rejected(.wrongKey, .wrongSecret).offline),
                    entered(
                        "a secret of another length", ["backpack_api_secret": "c2hvcnQ="],
                        .rejected(.wrongSecret).offline),
                    entered(
                        "a text that is no key", ["backpack_api_key": "c2hvcnQ="], .rejected(.wrongKey).offline),
                ])
        } + [
            Stage(
                connector: "lambdaplex",
                setting: Setting(host: .lambdaplex, keys: [key(secret: TestCredential.ed25519Body)]), good: .valid(),
                clock: .init(path: "/api/v1/time"),
                scenes: {
                    let merged = Ending.rejected(.wrongKey, .addressNotAllowed, .missingRight)
                    let seed = Data([
                        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22,
                    ])
                    return [
                        unknown(merged), address(merged), unread(merged), suspended(merged), expired(merged),
                        secret(
                            .rejected(.wrongSecret, .wrongKey),
                            other: (seed + Data([0x04, 0x20] + [UInt8](repeating: 9, count: 32)))
                                .base64EncodedString()), own("-2014", .rejected(.wrongKey)),
                        entered(
                            "a private key of another kind", ["lambdaplex_private_key": "c2hvcnQ="],
                            .rejected(.wrongSecret).offline),
                    ]
                }()),
            Stage(
                connector: "kalshi_perpetual",
                setting: Setting(host: .kalshi, keys: [key(secret: TestCredential.rsaPEM)]), good: .valid(),
                clock: .init(
                    path: "/trade-api/v2/margin/exchange/status",
                    untold: .inconclusive(.wrongKey, .wrongSecret, .clockSkew)),
                scenes: {
                    /// Kalshi documents no reasons.
                    let merged = Ending.rejected(.wrongKey, .wrongSecret)
                    return [
                        unknown(merged.advising("clock")), expired(merged), address(merged), suspended(merged),
                        secret(
                            merged, other: (try? _RSA.Signing.PrivateKey(keySize: .bits2048))?.pemRepresentation ?? ""),
                        unread(.rejected(.missingRight, .wrongKey)),
                        entered(
                            "a private key that is none", ["kalshi_perpetual_private_key": "c2hvcnQ="],
                            .rejected(.wrongSecret).offline),
                    ]
                }()),
        ]

    static let ndax: [Stage] = [("ndax", ExchangeHost.ndax), ("ndax_testnet", .ndaxTestnet)].map { connector, host in
        var key = key(user: TestCredential.accountNumber)
        key.name = TestCredential.accountName
        let note = connector == "ndax" ? [] : ["main network"]
        var good = Ending.valid()
        good.warnings = note
        /// NDAX does not tell which of the three is wrong.
        let merged = Ending.rejected(.wrongKey, .wrongSecret, .wrongAccount)
        var renamed = good
        renamed.warnings.append("no account of the name")
        return Stage(
            connector: connector, setting: Setting(host: host, keys: [key]), good: good,
            scenes: [
                unknown(merged), expired(merged), secret(merged), address(), suspended(),
                unread(.rejected(.missingRight, .wrongKey)),
                Scene("another user id", merged) { $0.key.user = "555" },
                Scene("another account's name", renamed) { $0.key.name = "another" },
                Scene("a key that another program used with higher numbers", .inconclusive(.nonceOutOfOrder)) {
                    $0.key.highestNonce = 1_700_000_000_123
                },
                own("2FA", .rejected(.unusableByHummingbot).advising("second factor")),
                own("101", .inconclusive(.exchangeUnavailable)), own("102", .inconclusive(.exchangeUnavailable)),
            ])
    }
}
