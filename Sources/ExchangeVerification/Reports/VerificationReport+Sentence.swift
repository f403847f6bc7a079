public import Credentials

extension VerificationReport {
    /// What a person is told of a key: for a valid one, whether the exchange took it; else why it did not pass.
    ///
    /// - Parameter connector: Names the exchange.
    /// - Returns: A sentence with every cause that it may be, then the exchange's own words, if it said any.
    public func sentence(about connector: ConnectorName) -> String {
        let causes = Self.alternatives(causes.map { $0.clause(seenAddress: exchangeMessage) })
        let verdict =
            switch outcome {
            case .valid: Self.acceptance(of: connector) + "."
            case .rejected: "The \(connector) key was refused: \(causes)."
            case .inconclusive: "The \(connector) key could not be checked: \(causes)."
            }
        guard outcome != .valid, let words else { return verdict }
        return "\(verdict) \(words)"
    }

    /// What a valid outcome says of a key, as the beginning of a sentence; never more than the probe proves.
    ///
    /// - Parameter connector: The key's.
    /// - Returns: A clause without its full stop.
    public static func acceptance(of connector: ConnectorName) -> String {
        // Of a wallet only public data was asked: the exchange has not seen the key.
        let isSeen = ProbeRegistry.standard[connector]?.proof.parts.contains(.key) ?? false
        return isSeen ? "The exchange accepts the key" : "The key passed its check"
    }

    private var words: String? {
        switch (exchangeMessage, exchangeCode) {
        case (let message?, let code?): "The exchange says: \"\(message)\" (code \(code))."
        case (let message?, nil): "The exchange says: \"\(message)\"."
        case (nil, let code?): "The exchange's code is \(code)."
        case (nil, nil): nil
        }
    }

    private static func alternatives(_ clauses: [String]) -> String {
        guard clauses.count > 1, let last = clauses.last else { return clauses.first ?? "it does not say why" }
        return clauses.dropLast().joined(separator: ", ") + ", or " + last
    }
}

extension VerificationCause {
    /// The cause as a clause of a longer sentence, such as `the exchange does not know the API key`.
    public var clause: String { clause(seenAddress: nil) }

    /// The cause as a clause of a longer sentence.
    fileprivate func clause(seenAddress message: String?) -> String {
        switch self {
        case .wrongKey: "the exchange does not know the API key"
        case .wrongSecret: "the secret does not belong to the key, or has not the form of one"
        case .wrongPassphrase: "the passphrase does not belong to the key"
        case .addressNotAllowed:
            message.flatMap(ExchangeText.address(in:)).map { "the key may not be used from \($0)" }
                ?? "the key may not be used from this address"
        case .missingRight: "the key lacks a right that Hummingbot needs"
        case .expired: "the key has run out"
        case .wrongEnvironment: "the key belongs to another network or site of the exchange"
        case .accountSuspended: "the key or the account is suspended"
        case .wrongAddress: "the address is unknown or does not belong to the private key"
        case .wrongAccount: "the account that was entered is not the key's"
        case .unusableByHummingbot: "Hummingbot cannot use this kind of key"
        case .tooMuchPower: "funds can leave the account with it, which nobody has allowed here"
        case .clockSkew: "the exchange's clock and this machine's differ too much"
        case .nonceOutOfOrder: "the exchange has seen a higher request number of this key already"
        case .rateLimited: "the exchange wants fewer requests"
        case .regionBlocked: "the exchange does not serve this machine's region"
        case .exchangeUnavailable: "the exchange has a fault or answers something that it does not document"
        case .unreachable: "the exchange did not answer"
        case .rightsUnknown: "the exchange takes it, but does not tell what it may do"
        case .notProvable: "there is nothing to ask that would prove it"
        }
    }
}
