import Credentials
import OrderedJSON
import Testing

@Suite("Faults")
struct CanaryTests {
    private static let canary = "c4n4ry"

    /// Values that are wrong for one kind or another, all with the canary in them.
    private static let wrong: [JSON] = [
        .string("\(canary)\u{0}"), .string(canary), .array([.string(canary)]), .array([.integer(1), .string(canary)]),
        .object(["mode": .string(canary)]),
        .object(["private_key": .string(canary), "subaccount_index": .string(canary)]),
        .object(["A-B": .object(["base": .string(canary + "\n" + canary)])]), .number("1.5"), true, 7,
        .string("-----BEGIN \(canary)"), .string("-----BEGIN EC PRIVATE KEY-----\(canary)"), .string("{\"\(canary)"),
        .string("[\"\(canary)\", 1]"), .string("{\"testnet_node\": \"\(canary)\"}"),
        .string(String(repeating: canary, count: 4000)), .string("wss://\(canary)@"),
    ]

    @Test(
        "a fault names its field and never carries the value or a part of it",
        arguments: ConnectorCatalog.standard.connectors)
    func faults(_ connector: Connector) {
        for field in connector.fields {
            for value in Self.wrong {
                for fault in connector.faults([field.name: value]) {
                    #expect(fault.field.hasPrefix(field.name))
                    #expect(fault.description.hasPrefix(fault.field))
                    #expect(fault.description.hasSuffix("."))
                    var dumped = ""
                    dump(fault, to: &dumped)
                    for text in [fault.description, dumped, String(reflecting: InvalidCredential(fault))] {
                        #expect(!text.contains(Self.canary))
                    }
                }
            }
        }
    }

    @Test("the value of an unknown field is not shown either")
    func unknownField() throws {
        let error = try #require(throws: InvalidCredential.self) {
            try Credential(parsing: ["nope": .string(Self.canary)], for: try .named("binance"))
        }
        #expect(!error.description.contains(Self.canary))
        #expect(
            error.description.hasPrefix("nope is not a field here; there are: binance_api_key, binance_api_secret."))
        #expect(error.description.contains("binance_api_key is required and was not given."))
    }
}

extension InvalidCredential {
    fileprivate init(_ fault: FieldFault) { self.init(faults: [fault]) }
}
