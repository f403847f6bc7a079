package import Foundation

/// What a key may do, in words that hold for every exchange.
package enum SimulatedRight: String, CaseIterable, Codable, Sendable {
    /// Reads balances and orders.
    case read
    /// Places and cancels spot orders.
    case tradeSpot = "trade_spot"
    /// Places and cancels orders on futures and perpetuals.
    case tradeDerivatives = "trade_derivatives"
    /// Borrows, and trades on margin.
    case margin
    /// Sends funds to an address outside.
    case withdraw
    /// Sends funds to other people's accounts at the exchange.
    case transferOut = "transfer_out"
    /// Moves funds between the person's own accounts.
    case transferOwn = "transfer_own"
}

/// An API key as its exchange knows it.
package struct SimulatedKey: Codable, Sendable {
    /// Whether the exchange still serves the key.
    package enum State: String, Codable, Sendable {
        /// In use.
        case active
        /// The account behind it is frozen.
        case suspended
        /// Removed by its owner: the exchange no longer knows it.
        case deleted
    }

    /// What records and reports call the key; never the key itself.
    package var name: String
    /// The public half that a request carries; for Coinbase the key's name.
    package var key: String
    /// The secret half; for Coinbase a PEM, private or public, of P-256, or 64 bytes of Ed25519 in Base64.
    package var secret: String
    /// A third part: a passphrase, or BitMart's memo.
    package var passphrase: String?
    /// What the key may do.
    package var rights: Set<SimulatedRight>
    /// The exchange's own names of rights, in place of those that ``rights`` come to.
    package var exchangePermissions: [String]?
    /// The addresses it may be used from; empty for all.
    package var ipAllowList: [String]
    /// When it was made.
    package var created: Date
    /// When it lapses; nil for never.
    package var expires: Date?
    /// Whether the exchange still serves the key.
    package var state: State
    /// Whether it was made for OKX's demo trading.
    package var isDemo: Bool
    /// Whether it belongs to a sub-account.
    package var isSubAccount: Bool
    /// Whether the account is a unified one at Bybit.
    package var isUnified: Bool
    /// The account's number; decimal digits.
    package var user: String
    /// How far a nonce may lie below the highest one seen, for Kraken.
    package var nonceWindow: Int
    /// The highest nonce seen, for Kraken, Gemini and NDAX, without its fraction; 0 for none.
    package var highestNonce: Int
    /// Whether Gemini takes nonces near its clock in any order, instead of rising ones.
    package var hasTimeBasedNonce: Bool
    /// What the key belongs to beside ``user``: an address, a sub-account's or an account's number; nil for none.
    package var account: String?
    /// The wallets that may sign orders for the account; nil for none.
    package var signers: [SimulatedWallet.Agent]?
    /// A refusal in the exchange's own code, which the key meets wherever it would have been served; nil for none.
    package var refusedWith: String?

    /// A key that may read and trade, from anywhere, for ever, unless said otherwise.
    package init(
        name: String = "key", key: String, secret: String, passphrase: String? = nil,
        rights: Set<SimulatedRight> = [.read, .tradeSpot, .tradeDerivatives], exchangePermissions: [String]? = nil,
        ipAllowList: [String] = [], created: Date = Date(timeIntervalSince1970: 1_690_000_000), expires: Date? = nil,
        state: State = .active, isDemo: Bool = false, isSubAccount: Bool = false, isUnified: Bool = true,
        user: String = "1000001", nonceWindow: Int = 0, highestNonce: Int = 0, hasTimeBasedNonce: Bool = false,
        account: String? = nil, signers: [SimulatedWallet.Agent]? = nil, refusedWith: String? = nil
    ) {
        self.name = name
        self.key = key
        self.secret = secret
        self.passphrase = passphrase
        self.rights = rights
        self.exchangePermissions = exchangePermissions
        self.ipAllowList = ipAllowList
        self.created = created
        self.expires = expires
        self.state = state
        self.isDemo = isDemo
        self.isSubAccount = isSubAccount
        self.isUnified = isUnified
        self.user = user
        self.nonceWindow = nonceWindow
        self.highestNonce = highestNonce
        self.hasTimeBasedNonce = hasTimeBasedNonce
        self.account = account
        self.signers = signers
        self.refusedWith = refusedWith
    }

    /// Reads what is given and takes the defaults for the rest.
    ///
    /// - Parameter decoder: An object with at least `key` and `secret`.
    /// - Throws: `DecodingError` when one of those is missing or a value has the wrong type.
    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            key: try fields.decode(String.self, forKey: .key), secret: try fields.decode(String.self, forKey: .secret))
        func take<Value: Decodable>(_ field: CodingKeys, into value: inout Value) throws {
            value = try fields.decodeIfPresent(Value.self, forKey: field) ?? value
        }
        try take(.name, into: &name)
        try take(.rights, into: &rights)
        try take(.ipAllowList, into: &ipAllowList)
        try take(.created, into: &created)
        try take(.state, into: &state)
        try take(.isDemo, into: &isDemo)
        try take(.isSubAccount, into: &isSubAccount)
        try take(.isUnified, into: &isUnified)
        try take(.user, into: &user)
        try take(.nonceWindow, into: &nonceWindow)
        try take(.highestNonce, into: &highestNonce)
        try take(.hasTimeBasedNonce, into: &hasTimeBasedNonce)
        passphrase = try fields.decodeIfPresent(String.self, forKey: .passphrase)
        exchangePermissions = try fields.decodeIfPresent([String].self, forKey: .exchangePermissions)
        expires = try fields.decodeIfPresent(Date.self, forKey: .expires)
        account = try fields.decodeIfPresent(String.self, forKey: .account)
        signers = try fields.decodeIfPresent([SimulatedWallet.Agent].self, forKey: .signers)
        refusedWith = try fields.decodeIfPresent(String.self, forKey: .refusedWith)
    }
}
