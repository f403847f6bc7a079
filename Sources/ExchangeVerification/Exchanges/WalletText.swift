internal import WalletKeys

/// What people paste into the fields of wallets, judged before anybody is asked. No sentence repeats what was entered.
enum WalletText {
    /// What is wrong with a field.
    struct Fault: Error {
        let verdict: ProbeVerdict

        /// Something is wrong with the field of the key.
        static func secret(_ cure: String) -> Fault { Fault(verdict: .failed([.wrongSecret], cure: cure)) }
        /// Something is wrong with the field of the address.
        static func address(_ cure: String) -> Fault { Fault(verdict: .failed([.wrongAddress], cure: cure)) }
    }

    // MARK: Private keys

    /// Reads a private key of the Ethereum family.
    static func ethereumKey(_ text: String) throws(Fault) -> EthereumPrivateKey {
        if EthereumAddress(text) != nil {
            throw .secret(
                "The field of the private key holds an address. Enter the private key there, 64 hex digits, and the "
                    + "address in its own field.")
        }
        if isPhrase(text) {
            throw .secret(
                "The field of the private key holds a secret phrase. Enter the private key of the one account that the bot "
                    + "shall use, as the wallet exports it: 64 hex digits.")
        }
        do {
            return try EthereumPrivateKey(hex: text)
        } catch .outOfRange {
            throw .secret("These 64 hex digits are no private key; copy it once more.")
        } catch {
            throw .secret(VerificationCause.privateKeyForm)
        }
    }

    /// Reads a secret phrase of a length that Hummingbot takes.
    static func phrase(_ text: String) throws(Fault) -> SecretPhrase {
        let phrase: SecretPhrase
        do {
            phrase = try SecretPhrase(text)
        } catch {
            throw .secret(cure(for: error, in: text))
        }
        guard phrase.wordCount == 12 || phrase.wordCount == 24 else {
            throw Fault(
                verdict: .failed(
                    [.unusableByHummingbot],
                    cure:
                        "The secret phrase has \(phrase.wordCount) words, and Hummingbot takes phrases of 12 or 24: use "
                        + "another wallet, or the private key of this one where the field takes that, too."))
        }
        return phrase
    }

    private static func cure(for error: SecretPhraseError, in text: String) -> String {
        switch error {
        case .wrongWordCount(let count) where count <= 1:
            return isHexKey(text)
                ? "The field of the secret phrase holds a private key; enter the wallet's 12 or 24 words."
                : "Enter the wallet's secret phrase: 12 or 24 words with spaces between them."
        case .wrongWordCount(let count):
            return "The secret phrase has \(count) words, but phrases have 12 or 24: a word is missing or too many."
        case .unknownWords(let positions):
            let list = positions.prefix(6).map { String($0) }.joined(separator: ", ")
            return positions.count == 1
                ? "Word \(list) of the secret phrase is not in the list of words that phrases are made of; check its spelling."
                : "Words \(list)\(positions.count > 6 ? " and more" : "") of the secret phrase are not in the list of words "
                    + "that phrases are made of; check their spelling."
        case .wrongChecksum:
            return
                "Each word of the secret phrase is a known one, but together they fail the phrase's own checksum: one "
                + "word, perhaps the last, is another than it should be, or two are exchanged. Compare them with your backup."
        }
    }

    // MARK: Addresses

    /// Reads an address of the Ethereum family.
    static func ethereumAddress(_ text: String) throws(Fault) -> EthereumAddress {
        try refuseSecret(text, inFieldOfAddress: "0x and 40 hex digits")
        guard let address = EthereumAddress(text) else { throw .address("Enter the address: 0x and 40 hex digits.") }
        if EthereumAddress.isMistyped(text) {
            throw .address(
                "A digit of the address is wrong: the case of its letters is a checksum, which does not fit. Copy it once "
                    + "more.")
        }
        return address
    }

    /// Reads an address of the Cosmos family.
    ///
    /// - Parameters:
    ///   - text: What was entered.
    ///   - prefix: What the chain's addresses begin with.
    ///   - chain: The chain's name.
    /// - Returns: The address.
    /// - Throws: ``Fault``.
    static func cosmosAddress(_ text: String, prefix: String, chain: String) throws(Fault) -> CosmosAddress {
        try refuseSecret(text, inFieldOfAddress: "it begins with \(prefix)1")
        if EthereumAddress(text) != nil {
            throw .address(
                "This is an Ethereum address. Enter the one that \(chain) shows for the wallet; it begins with \(prefix)1."
            )
        }
        guard let address = CosmosAddress(text) else {
            throw .address(
                text.lowercased().hasPrefix(prefix + "1")
                    ? "A character of the address is wrong: its checksum does not fit. Copy it once more."
                    : "Enter the address on \(chain): it begins with \(prefix)1.")
        }
        guard address.prefix == prefix else {
            throw .address(
                "This is an address of another chain; enter the one on \(chain), which begins with \(prefix)1.")
        }
        return address
    }

    /// Private keys and phrases do not belong where they are shown.
    ///
    /// - Parameters:
    ///   - text: What was entered as the address.
    ///   - form: How an address looks.
    /// - Throws: ``Fault`` for a private key and for a phrase.
    static func refuseSecret(_ text: String, inFieldOfAddress form: String) throws(Fault) {
        guard isHexKey(text) || isPhrase(text) || text.hasPrefix(Ed25519PrivateKey.aptosPrefix) else { return }
        throw .address(
            "The field of the address holds a \(isPhrase(text) ? "secret phrase" : "private key"). Enter the address there "
                + "(\(form)) and keep the secret to its own field.")
    }

    /// Whether a text has the form of a private key in hex: 64 digits, with or without `0x`.
    static func isHexKey(_ text: String) -> Bool { isHex(text, digitCount: 64) }

    /// Whether a text is so many hex digits, with or without `0x`.
    static func isHex(_ text: String, digitCount: Int) -> Bool {
        let digits = text.hasPrefix("0x") || text.hasPrefix("0X") ? text.dropFirst(2) : text[...]
        return digits.utf8.count == digitCount
            && digits.utf8.allSatisfy { character in
                switch character {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
                    UInt8(ascii: "A")...UInt8(ascii: "F"):
                    true
                default: false
                }
            }
    }

    /// Whether a text looks like a secret phrase, right or wrong.
    static func isPhrase(_ text: String) -> Bool {
        let words = text.split(whereSeparator: \.isWhitespace)
        return words.count >= 6 && words.allSatisfy { $0.allSatisfy(\.isLetter) }
    }
}
