import CredentialVault
import Credentials
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
                "request_id": .string,
            ], optional: ["request_id"]),
        "Names": .array(of: .name),
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
            "vault": .named("Vault"),
            "accounts": .array(
                of: .object([
                    "name": .name, "credentials": .array(of: .named("Credential")), "warnings": .array(of: .string),
                ])),
        ]),
        "Credential": .object(credential),
        "CredentialDetails": .object(details),
        "NewCredential": .object(["values": .named("FieldValues")]),
        "Replacement": .object(["values": .named("FieldValues"), "revision": .revision], optional: ["revision"]),
        "FieldValues": .anyObject.described(
            "Field names, with or without the connector's prefix, and their values. A blank value counts as absent."),
        "SavedCredential": .object([
            "account": .name, "connector": .name, "was_replaced": .boolean, "revision": .optional(.revision),
            "displaced": .optional(.named("TrashEntry")), "notices": .array(of: .string),
        ]),
        "TrashEntry": .object([
            "id": .string,
            "kind": .one(of: [TrashEntry.Kind.credential, .account].map(\.rawValue)),
            "reason": .one(of: [TrashEntry.Reason.removed, .replaced].map(\.rawValue)),
            "account": .name, "connector": .optional(.name), "deleted_at": .timestamp, "contents": .named("Names"),
        ]),
        "Connector": .object([
            "name": .name, "exchange": .string, "market": .one(of: Connector.Market.allCases.map(\.rawValue)),
            "testnet": .boolean, "decentralized": .boolean,
        ]),
        "ConfigMap": .map(
            of: .object(
                ["type": .string, "required": .boolean, "allowed_values": .array(of: .string)],
                optional: ["allowed_values"]
            ).open),
    ]

    private static let credential: KeyValuePairs<String, Schema> = [
        "connector": .name,
        "state": .one(of: states), "problem": .optional(.string), "modified_at": .timestamp,
        "revision": .optional(.revision),
    ]

    private static let details: KeyValuePairs<String, Schema> = [
        "account": .name, "connector": .name,
        "state": .one(of: states), "problem": .optional(.string), "modified_at": .timestamp,
        "revision": .optional(.revision),
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
