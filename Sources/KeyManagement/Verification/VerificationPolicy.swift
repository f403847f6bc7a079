/// How strictly credentials are checked before they are saved.
public struct VerificationPolicy: Sendable, Equatable {
    /// Whether the exchange is asked at all.
    public var asksExchange: Bool
    /// Whether a credential is saved when nobody could tell whether it works, and one that may not be used from this
    /// machine's address: it may be meant for another machine.
    public var savesUnverified: Bool
    /// Whether a key with which funds can leave the account may be used.
    public var allowsWithdrawals: Bool

    /// A policy; the strictest one unless said otherwise.
    public init(asksExchange: Bool = true, savesUnverified: Bool = false, allowsWithdrawals: Bool = false) {
        self.asksExchange = asksExchange
        self.savesUnverified = savesUnverified
        self.allowsWithdrawals = allowsWithdrawals
    }

    /// The policy for one request.
    ///
    /// - Parameter choice: What the request wants otherwise.
    /// - Returns: The choice where it says something, else this policy.
    func applying(_ choice: VerificationChoice) -> VerificationPolicy {
        VerificationPolicy(
            asksExchange: choice.asksExchange ?? asksExchange,
            savesUnverified: choice.savesUnverified ?? savesUnverified,
            allowsWithdrawals: choice.allowsWithdrawals ?? allowsWithdrawals)
    }
}

/// What one request wants otherwise than the policy in force; `nil` leaves it to the policy.
public struct VerificationChoice: Sendable, Equatable {
    /// See ``VerificationPolicy/asksExchange``.
    public var asksExchange: Bool?
    /// See ``VerificationPolicy/savesUnverified``.
    public var savesUnverified: Bool?
    /// See ``VerificationPolicy/allowsWithdrawals``.
    public var allowsWithdrawals: Bool?

    /// A choice; none unless said otherwise.
    public init(asksExchange: Bool? = nil, savesUnverified: Bool? = nil, allowsWithdrawals: Bool? = nil) {
        self.asksExchange = asksExchange
        self.savesUnverified = savesUnverified
        self.allowsWithdrawals = allowsWithdrawals
    }
}
