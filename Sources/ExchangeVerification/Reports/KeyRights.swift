/// What an exchange lets a key do. `nil` everywhere means that the exchange does not tell.
public struct KeyRights: Sendable, Equatable {
    /// Whether a key is bound to internet addresses.
    public enum AddressList: Sendable, Equatable {
        /// It may be used from anywhere.
        case off
        /// It may be used only from these addresses; empty when the exchange does not tell which.
        case on([String])
    }

    /// Sees balances and orders.
    public var read: Bool?
    /// Buys and sells coins.
    public var tradeSpot: Bool?
    /// Trades futures and the like.
    public var tradeDerivatives: Bool?
    /// Sends funds to the outside.
    public var withdraw: Bool?
    /// Moves funds between the person's own accounts at the exchange.
    public var transfer: Bool?
    /// Moves funds out of the person's own accounts, such as to other users.
    public var transferOut: Bool?
    /// The internet addresses that the key is bound to.
    public var addresses: AddressList?
    /// When it was made.
    public var created: UnixTime?
    /// When it, or its right to trade, runs out; `nil` also when never.
    public var expires: UnixTime?
    /// Whether the key is a sub-account's.
    public var isSubAccount: Bool?

    /// Nothing known yet.
    public init() {}

    /// Whether the exchange says that funds can leave the account with this key.
    public var letsFundsLeave: Bool { withdraw == true || transferOut == true }
}
