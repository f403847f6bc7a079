import CredentialVault
import Credentials
import ExchangeVerification
import KeyManagement
import OrderedJSON

/// The schemas that several operations share.
enum ComponentSchemas {
    static let all: KeyValuePairs<String, Schema> = [
        "Detail": .object(["detail": .string, "request_id": .string], optional: ["request_id"]),
        "ValidationErrors": .object([
            "detail": .array(
                of: .object(
                    [
                        "type": .string, "loc": .array(of: .any), "msg": .string,
                        "input": .any.described("Never what was sent."), "ctx": .anyObject,
                    ], optional: ["ctx"]))
        ]),
        "Problem": .object(
            [
                "detail": .string.described("One sentence that names the cause."),
                "code": .string.described("What went wrong, for programs."),
                "hint": .optional(.string).described("One sentence that names the cure."),
                "fields": .array(of: .object(["field": .string, "message": .string])),
                "verification": .named("Verification"),
                "request_id": .string,
            ], optional: ["request_id", "verification"]),
        "Verification": .object(
            [
                "outcome": .one(of: VerificationOutcome.allCases.map(\.rawValue)),
                "causes": .array(of: .one(of: VerificationCause.allCases.map(\.rawValue))).described(
                    "What it may be, likeliest first; empty when valid."),
                "exchange_code": .optional(.string), "exchange_message": .optional(.string),
                "cure": .optional(.string).described("What to do; null when valid."),
                "rights": .optional(.named("KeyRights")), "warnings": .array(of: .string),
                "clock_offset_ms": .optional(.integer).described(
                    "How far the exchange's clock is ahead of this machine's; null within a second."),
                "checked_at": .timestamp,
                "sentence": .string.described(
                    "The outcome in words; absent where the error's `detail` is the sentence."),
            ], optional: ["sentence"]),
        "KeyRights": .object([
            "read": .optional(.boolean), "trade_spot": .optional(.boolean), "trade_derivatives": .optional(.boolean),
            "withdraw": .optional(.boolean), "transfer": .optional(.boolean), "transfer_out": .optional(.boolean),
            "ip_list": .optional(.object(["on": .boolean, "addresses": .array(of: .string)])),
            "created": .optional(.timestamp), "expires": .optional(.timestamp), "sub_account": .optional(.boolean),
        ]).described("What the key may do, as far as the exchange tells; null is unknown."),
        "Names": .array(of: .name),
        "Session": .object([
            "user": .string, "signed_in_at": .timestamp,
            "idle_seconds": .count.described("After so long without use the session ends."),
            "expires_at": .timestamp.described("Then it ends in any case."),
        ]),
        "Vault": .object([
            "state": .one(
                of: [
                    VaultStatus.State.locked, VaultStatus.State.unlocked, VaultStatus.State.uninitialized,
                ].map(\.rawValue)),
            "location": .string, "warnings": .array(of: .string),
        ]),
        "Resealed": .object([
            "secrets": .count, "files": .count, "left": .array(of: .string), "password_file": .optional(.string),
            "notices": .array(of: .string),
        ]),
        "Overview": .object([
            "generation": .count.described("Rises with every change of the content, until the server ends."),
            "version": .string.described("The server's."),
            "vault": .named("Vault"),
            "accounts": .array(
                of: .object([
                    "name": .name, "credentials": .array(of: .named("Credential")), "warnings": .array(of: .string),
                ])),
            "connectors": .map(of: .object(connector)).described(
                "What is known of the connectors that occur, by name; one that Hummingbot does not have is not there."),
        ]),
        "Credential": .object(credential),
        "CredentialDetails": .object(details),
        "NewCredential": .object(
            [
                "values": .named("FieldValues"), "verify": verify, "save_unverified": saveUnverified,
                "allow_withdrawals": allowWithdrawals,
            ], optional: ["verify", "save_unverified", "allow_withdrawals"]),
        "Replacement": .object(
            [
                "values": .named("FieldValues"), "revision": .revision, "verify": verify,
                "save_unverified": saveUnverified, "allow_withdrawals": allowWithdrawals,
            ], optional: ["revision", "verify", "save_unverified", "allow_withdrawals"]),
        "Check": .object(["allow_withdrawals": allowWithdrawals], optional: ["allow_withdrawals"]),
        "Round": .object(
            [
                "account": .name.described("Only this account's."),
                "connector": .name.described("Only this connector's."),
                "include_counted": .boolean.described(
                    "true checks keys, too, whose requests the exchange counts; stop their bots before."),
                "allow_withdrawals": allowWithdrawals,
            ], optional: ["account", "connector", "include_counted", "allow_withdrawals"]),
        "FieldValues": .anyObject.described(
            "Field names, with or without the connector's prefix, and their values. A blank value counts as absent."),
        "SavedCredential": .object([
            "account": .name, "connector": .name, "was_replaced": .boolean, "revision": .optional(.revision),
            "displaced": .optional(.named("TrashEntry")), "verification": .optional(.named("Verification")),
            "notices": .array(of: .string),
        ]),
        "TrashEntry": .object([
            "id": .string,
            "kind": .one(of: [TrashEntry.Kind.credential, .account].map(\.rawValue)),
            "reason": .one(of: [TrashEntry.Reason.removed, .replaced].map(\.rawValue)),
            "account": .name, "connector": .optional(.name), "deleted_at": .timestamp, "contents": .named("Names"),
        ]),
        "LogRecord": .object(
            [
                "n": .count, "time": .timestamp, "event": .one(of: ["intent", "outcome", "event"]),
                "action": .one(of: AuditAction.allCases.map(\.rawValue)), "door": .string, "user": .string,
                "login": .string, "address": .string, "account": .string, "connector": .string, "of": .count,
                "outcome": .one(of: ["done", "failed", "interrupted"]), "detail": .string, "count": .count,
            ],
            optional: [
                "action", "door", "user", "login", "address", "account", "connector", "of", "outcome", "detail",
                "count",
            ]
        ).described("A line of the audit log; it holds no secret."),
        "Connector": .object([
            "name": .name, "exchange": .string, "market": market, "testnet": .boolean, "decentralized": .boolean,
        ]),
        "ConfigMap": .map(
            of: .object(
                ["type": .string, "required": .boolean, "allowed_values": .array(of: .string)],
                optional: ["allowed_values"]
            ).open),
    ]

    private static let market = Schema.one(of: Connector.Market.allCases.map(\.rawValue))
    private static let connector: KeyValuePairs<String, Schema> = [
        "exchange": .string, "market": market, "testnet": .boolean, "decentralized": .boolean,
    ]

    private static let credential: KeyValuePairs<String, Schema> = [
        "connector": .name,
        "state": .one(of: states), "problem": .optional(.string), "modified_at": .timestamp,
        "revision": .optional(.revision), "verification": lastVerification,
    ]

    private static let verify = Schema.boolean.described(
        "false saves without asking the exchange. Left out, the server's setting holds.")
    private static let saveUnverified = Schema.boolean.described(
        "true saves, too, when nobody could tell whether the key works, or when it is bound to other addresses.")
    private static let allowWithdrawals = Schema.boolean.described(
        "true accepts a key with which funds can leave the account. Left out, the server's setting holds.")
    private static let lastVerification = Schema.optional(.named("Verification")).described(
        "What the last check of just these bytes found out; null when there was none.")

    private static let details: KeyValuePairs<String, Schema> = [
        "account": .name, "connector": .name,
        "state": .one(of: states), "problem": .optional(.string), "modified_at": .timestamp,
        "revision": .optional(.revision), "verification": lastVerification,
        "fields": .array(
            of: .object([
                "name": .string, "label": .string, "secret": .boolean, "present": .boolean,
                "value": .any.described("A plain value; secrets are never shown."), "problem": .optional(.string),
            ])),
    ]

    private static let states = [
        CredentialSummary.State.stored, .damaged, .unknownConnector, .misfit, .otherPassword,
    ].map(\.rawValue)
}
