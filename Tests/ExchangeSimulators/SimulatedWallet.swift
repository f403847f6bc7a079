package import Foundation

/// An address on an exchange or a chain, and what is known of it there.
package struct SimulatedWallet: Codable, Sendable {
    /// What an address is to the exchange.
    package enum Role: String, Codable, Sendable {
        /// An account of its own.
        case user
        /// An API wallet that may act for ``SimulatedWallet/master``.
        case agent
        /// A vault that ``SimulatedWallet/master`` leads.
        case vault
        /// A sub-account of ``SimulatedWallet/master``.
        case subAccount
        /// An address that was never used.
        case missing
    }

    /// Another key that the account approved: an API wallet, a session key, a slot, the grantee of an authorisation.
    package struct Agent: Codable, Sendable {
        /// The name that the person gave it.
        package var name: String
        /// Its address or public key, written as the exchange writes it.
        package var address: String
        /// Until when it may act.
        package var validUntil: Date
        /// What it may do, in the exchange's names; nil for all that it can be approved for.
        package var permissions: [String]?
        /// The addresses that it may be used from; nil for all.
        package var ipAllowList: [String]?
        /// Its place among the account's keys, for Lighter.
        package var slot: Int?

        /// An approved key.
        ///
        /// - Parameters:
        ///   - name: The name that the person gave it.
        ///   - address: Its address or public key.
        ///   - validUntil: Until when it may act.
        ///   - permissions: What it may do, in the exchange's names.
        ///   - ipAllowList: The addresses that it may be used from.
        ///   - slot: Its place among the account's keys.
        package init(
            name: String, address: String, validUntil: Date, permissions: [String]? = nil,
            ipAllowList: [String]? = nil, slot: Int? = nil
        ) {
            self.name = name
            self.address = address
            self.validUntil = validUntil
            self.permissions = permissions
            self.ipAllowList = ipAllowList
            self.slot = slot
        }
    }

    /// The address, written as the exchange writes it.
    package var address: String
    /// What it is.
    package var role: Role
    /// The account behind an agent, a sub-account or a vault; nil for the others.
    package var master: String?
    /// The other keys that the account approved; nil for none.
    package var agents: [Agent]?
    /// What the account is worth, in USDC, or in drops on the XRP Ledger; nil for nothing.
    package var accountValue: String?
    /// The numbers of its accounts or sub-accounts; nil for none.
    package var subaccounts: [Int]?
    /// The address of the key that may sign in its place, for the XRP Ledger; nil for none.
    package var regularKey: String?
    /// Whether its own key no longer signs, for the XRP Ledger; nil for no.
    package var isMasterDisabled: Bool?
    /// A refusal in the exchange's own code, which the address meets wherever it would have been served; nil for none.
    package var refusedWith: String?

    /// An address as the exchange knows it.
    ///
    /// - Parameters:
    ///   - address: `0x` and 40 hexadecimal digits.
    ///   - role: What it is.
    ///   - master: The account behind an agent, a sub-account or a vault.
    ///   - agents: The other keys that the account approved.
    ///   - accountValue: What the account is worth, in USDC or drops.
    ///   - subaccounts: The numbers of its accounts or sub-accounts.
    ///   - regularKey: The address of the key that may sign in its place.
    ///   - isMasterDisabled: Whether its own key no longer signs.
    ///   - refusedWith: A refusal in the exchange's own code.
    package init(
        address: String, role: Role, master: String? = nil, agents: [Agent]? = nil, accountValue: String? = nil,
        subaccounts: [Int]? = nil, regularKey: String? = nil, isMasterDisabled: Bool? = nil,
        refusedWith: String? = nil
    ) {
        self.address = address
        self.role = role
        self.master = master
        self.agents = agents
        self.accountValue = accountValue
        self.subaccounts = subaccounts
        self.regularKey = regularKey
        self.isMasterDisabled = isMasterDisabled
        self.refusedWith = refusedWith
    }
}
