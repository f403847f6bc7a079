public import OrderedJSON

extension KeyRights {
    /// As it stands in answers and in the record of last outcomes; `null` for what the exchange does not tell.
    public var json: JSON {
        [
            "read": Self.json(read), "trade_spot": Self.json(tradeSpot),
            "trade_derivatives": Self.json(tradeDerivatives), "withdraw": Self.json(withdraw),
            "transfer": Self.json(transfer), "transfer_out": Self.json(transferOut),
            "ip_list": addresses.map { addresses in
                switch addresses {
                case .off: ["on": false, "addresses": []]
                case .on(let list): ["on": true, "addresses": .array(list.map { .string($0) })]
                }
            } ?? .null,
            "created": created.map { .string($0.description) } ?? .null,
            "expires": expires.map { .string($0.description) } ?? .null,
            "sub_account": Self.json(isSubAccount),
        ]
    }

    /// Reads what ``json`` made; `nil` for anything else.
    public init?(json: JSON) {
        guard case .object(let members) = json else { return nil }
        read = members["read"]?.boolValue
        tradeSpot = members["trade_spot"]?.boolValue
        tradeDerivatives = members["trade_derivatives"]?.boolValue
        withdraw = members["withdraw"]?.boolValue
        transfer = members["transfer"]?.boolValue
        transferOut = members["transfer_out"]?.boolValue
        created = members["created"]?.stringValue.flatMap(UnixTime.init(iso8601:))
        expires = members["expires"]?.stringValue.flatMap(UnixTime.init(iso8601:))
        isSubAccount = members["sub_account"]?.boolValue
        addresses =
            switch members["ip_list"]?["on"]?.boolValue {
            case true?: .on(members["ip_list"]?["addresses"]?.arrayValue?.compactMap(\.stringValue) ?? [])
            case false?: .off
            case nil: nil
            }
    }

    private static func json(_ truth: Bool?) -> JSON { truth.map { .bool($0) } ?? .null }
}
