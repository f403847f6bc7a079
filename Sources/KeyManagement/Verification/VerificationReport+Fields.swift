internal import Credentials
internal import ExchangeVerification

extension VerificationReport {
    /// The fields that the causes concern, each with the first cause that does, in the catalogue's order.
    ///
    /// A cause that concerns no field, such as a missing right, is not among them. Where it may be several things, each is
    /// told as a mere possibility.
    func faults(of connector: Connector) -> [Failure.FieldFaultText] {
        let fields = connector.fields.flatMap { $0.roles(in: "") }
        return fields.compactMap { field in
            guard let cause = causes.first(where: { $0.roles(among: fields.map(\.role)).contains(field.role) }) else {
                return nil
            }
            return Failure.FieldFaultText(
                field: field.name, message: causes.count > 1 ? "perhaps \(cause.clause)" : cause.clause)
        }
    }
}

extension VerificationCause {
    /// What the fields are for that a cause concerns.
    ///
    /// - Parameter present: What the connector's fields are for: where the wallet's own key signs there is no other, and
    ///   an exchange that does not know the key does not know that one.
    /// - Returns: The roles; none for a cause that no field is to blame for.
    fileprivate func roles(among present: [ConfigField.Role]) -> [ConfigField.Role] {
        switch self {
        case .wrongKey: present.contains(.key) ? [.key] : [.privateKey]
        case .wrongSecret: [.secret, .privateKey]
        case .wrongPassphrase: [.passphrase]
        case .wrongAddress: [.address, .privateKey]
        case .wrongAccount: present.contains(.account) ? [.account] : [.address]
        case .addressNotAllowed, .missingRight, .expired, .wrongEnvironment, .accountSuspended, .unusableByHummingbot,
            .tooMuchPower, .clockSkew, .nonceOutOfOrder, .rateLimited, .regionBlocked, .exchangeUnavailable,
            .unreachable, .rightsUnknown, .notProvable:
            []
        }
    }
}

extension ConfigField {
    /// The fields of a role, this one and those inside it, by the names that faults have.
    fileprivate func roles(in path: String) -> [(name: String, role: Role)] {
        let ownPath = path + name
        var found = role.map { [(ownPath, $0)] } ?? []
        if case .modes(let modes, _) = kind {
            found += modes.flatMap(\.fields).flatMap { $0.roles(in: ownPath + ".") }
        }
        return found.map { (name: $0.0, role: $0.1) }
    }
}
