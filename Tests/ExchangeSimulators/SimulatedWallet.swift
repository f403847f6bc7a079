package import Foundation

/// An address on Hyperliquid and what the exchange's public endpoint says of it.
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

    /// An API wallet that the account approved.
    package struct Agent: Codable, Sendable {
        /// The name that the person gave it.
        package var name: String
        /// Its address, `0x` and 40 hexadecimal digits.
        package var address: String
        /// Until when it may act.
        package var validUntil: Date

        /// An approved API wallet.
        ///
        /// - Parameters:
        ///   - name: The name that the person gave it.
        ///   - address: Its address.
        ///   - validUntil: Until when it may act.
        package init(name: String, address: String, validUntil: Date) {
            self.name = name
            self.address = address
            self.validUntil = validUntil
        }
    }

    /// The address, `0x` and 40 hexadecimal digits.
    package var address: String
    /// What it is.
    package var role: Role
    /// The account behind an agent, a sub-account or a vault; nil for the others.
    package var master: String?
    /// The API wallets with a name; nil for none.
    package var agents: [Agent]?
    /// What the account is worth, in USDC; nil for nothing.
    package var accountValue: String?

    /// An address as the exchange knows it.
    ///
    /// - Parameters:
    ///   - address: `0x` and 40 hexadecimal digits.
    ///   - role: What it is.
    ///   - master: The account behind an agent, a sub-account or a vault.
    ///   - agents: The API wallets with a name.
    ///   - accountValue: What the account is worth, in USDC.
    package init(
        address: String, role: Role, master: String? = nil, agents: [Agent]? = nil, accountValue: String? = nil
    ) {
        self.address = address
        self.role = role
        self.master = master
        self.agents = agents
        self.accountValue = accountValue
    }
}
