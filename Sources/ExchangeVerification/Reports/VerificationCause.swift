/// Why a key was refused or could not be judged; the raw value stands in JSON.
public enum VerificationCause: String, Sendable, CaseIterable {
    /// The exchange does not know the key.
    case wrongKey = "wrong_key"
    /// The secret does not belong to the key, or has not the form of one.
    case wrongSecret = "wrong_secret"
    /// The passphrase does not belong to the key.
    case wrongPassphrase = "wrong_passphrase"
    /// The key may only be used from other internet addresses.
    case addressNotAllowed = "address_not_allowed"
    /// The key lacks a right without which Hummingbot cannot work.
    case missingRight = "missing_right"
    /// The key's time has run out.
    case expired
    /// The key is one of another network or site: testnet, demo, another region.
    case wrongEnvironment = "wrong_environment"
    /// The exchange has suspended the key or the account.
    case accountSuspended = "account_suspended"
    /// The address does not belong to the private key, has not the form of one, or is not known to the exchange.
    case wrongAddress = "wrong_address"
    /// The number or name of the account that was entered is not that of the key.
    case wrongAccount = "wrong_account"
    /// The exchange would take the key, but Hummingbot cannot use it.
    case unusableByHummingbot = "unusable_by_hummingbot"
    /// The key may withdraw or send funds away, and nobody allowed that.
    case tooMuchPower = "too_much_power"
    /// The exchange holds the request for too old or too new.
    case clockSkew = "clock_skew"
    /// The exchange counts the key's requests and had a higher number already.
    case nonceOutOfOrder = "nonce_out_of_order"
    /// The exchange wants fewer requests.
    case rateLimited = "rate_limited"
    /// The exchange does not serve the place where the request seems to come from.
    case regionBlocked = "region_blocked"
    /// The exchange is down, or answers something that it does not document.
    case exchangeUnavailable = "exchange_unavailable"
    /// No answer came.
    case unreachable
    /// The exchange takes the key, but does not tell what it may do, withdrawing included.
    case rightsUnknown = "rights_unknown"
    /// There is nothing to ask that would prove the key.
    case notProvable = "not_provable"

    /// Whether the cause lies in the credential; else the check can simply be repeated later or elsewhere.
    public var isFaultOfCredential: Bool {
        switch self {
        case .wrongKey, .wrongSecret, .wrongPassphrase, .addressNotAllowed, .missingRight, .expired, .wrongEnvironment,
            .accountSuspended, .wrongAddress, .wrongAccount, .unusableByHummingbot, .tooMuchPower:
            true
        case .clockSkew, .nonceOutOfOrder, .rateLimited, .regionBlocked, .exchangeUnavailable, .unreachable,
            .rightsUnknown, .notProvable:
            false
        }
    }

    /// What to do about it, in a trader's words.
    public var cure: String {
        switch self {
        case .wrongKey:
            "Copy the API key once more from the exchange's page and check there that it still exists."
        case .wrongSecret:
            "Enter the secret once more; it is shown only once, so make a new key if it is lost."
        case .wrongPassphrase:
            "Enter the passphrase that was chosen for this key; it is not the login's password."
        case .addressNotAllowed:
            "Add this machine's public IP address to the key's list on the exchange's page."
        case .missingRight:
            "Give the key the rights to read and to trade on the exchange's page."
        case .expired:
            "The key, or its right to trade, has run out: renew it or make a new one on the exchange's page, and bind it to "
                + "this machine's IP address."
        case .wrongEnvironment:
            "Use a key of the network and site that the connector is for: main network, testnet, demo and regional "
                + "sites have keys of their own."
        case .accountSuspended:
            "Ask the exchange's support why the key or the account is suspended."
        case .wrongAddress:
            "Enter the address that belongs to this private key, or the private key that belongs to this address."
        case .wrongAccount:
            "Enter the number or name of the account to which the key belongs, as the exchange's page shows it."
        case .unusableByHummingbot:
            "Make a key of the kind that Hummingbot can use."
        case .tooMuchPower:
            "Take the rights to withdraw and to transfer out away from the key on the exchange's page, or allow them here."
        case .clockSkew:
            "Set this machine's clock (for example by switching on time synchronisation) and try again."
        case .nonceOutOfOrder:
            "Stop other programs that use the same key, wait a moment and try again; give every program a key of its own."
        case .rateLimited:
            "Wait a few minutes and try again."
        case .regionBlocked:
            "The exchange does not serve the country or network that this machine seems to be in; check it from where the "
                + "bot runs."
        case .exchangeUnavailable:
            "The exchange has a fault or answered something that it does not document; try again in a few minutes."
        case .unreachable:
            "Check this machine's connection to the internet, its proxy and its firewall, and try again."
        case .rightsUnknown:
            "Check on the exchange's page that the key may trade and not withdraw, then save it unverified; or make a new "
                + "key whose rights the exchange tells."
        case .notProvable:
            "keys-manager cannot check keys of this connector; start a bot with it to see whether the key works."
        }
    }
}

extension VerificationCause {
    /// What to do about a text that is no private key of a wallet at all.
    static let privateKeyForm = "Enter the private key: 64 hex digits, with or without 0x before them."
}

/// How a check came out; the raw value stands in JSON.
public enum VerificationOutcome: String, Sendable, CaseIterable {
    /// The exchange took the key.
    case valid
    /// The exchange refused the key, or it must not or cannot be used.
    case rejected
    /// Nobody can tell.
    case inconclusive
}
