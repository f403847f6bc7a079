import CredentialVault
import Credentials
import EthereumKeyfile
import Fuzzing
import OrderedJSON

/// Everything that reads bytes of somebody else's and is public below the doors.
func targets(corpus: Corpus) throws -> [FuzzTarget] {
    [
        try json(corpus), try keyfileJSON(corpus), try hexArmor(corpus), try sealedValues(), try connectorFiles(corpus),
        try credentialValues(corpus), texts(),
    ]
}

private let jsonWords = [
    "{", "}", "[", "]", ":", ",", "\"", "\\u0000", "\\ud83d", "\\ude00", "\\", "null", "true", "false", "NaN",
    "Infinity",
    "{\"a\":", "[[", "1e999", "-", "\"\":", "//", "/**/",
]

/// What parses and is written again, in every layout, parses to the same.
private func json(_ corpus: Corpus) throws -> FuzzTarget {
    FuzzTarget("json", corpus: try corpus.inputs("json"), words: jsonWords) { input in
        let value: JSON
        do throws(JSONParsingError) {
            value = try JSON(parsing: input)
        } catch {
            try require(error.offset <= input.count, "a fault lies inside the text")
            return "\(error.reason) \(min(error.offset, 40))"
        }
        for layout in [JSON.Layout.compact, .python] {
            let again = try? JSON(parsing: value.bytes(layout))
            try require(again == value, "what is written parses to the same")
        }
        return "parsed \(min(value.bytes(.compact).count, 200))"
    }
}

private let keyfileWords =
    jsonWords + [
        "\"crypto\"", "\"Crypto\"", "\"cipher\"", "\"aes-128-ctr\"", "\"cipherparams\"", "\"iv\"", "\"ciphertext\"",
        "\"kdf\"", "\"pbkdf2\"", "\"scrypt\"", "\"kdfparams\"", "\"c\"", "\"n\"", "\"r\"", "\"p\"", "\"dklen\"",
        "\"prf\"",
        "\"hmac-sha256\"", "\"salt\"", "\"mac\"", "\"version\"", "00", "7b22", "3.0", "\"0x",
    ]

/// A keyfile that is read and written again is the same; none that is read asks for more work than the bounds allow.
private func checkKeyfile(_ read: () throws(KeyfileError) -> Keyfile) throws -> String {
    let keyfile: Keyfile
    do throws(KeyfileError) {
        keyfile = try read()
    } catch {
        try require(!error.sentence.isEmpty, "a refusal has a sentence")
        return "\(error)".prefix(60).description
    }
    try require(
        try Keyfile(jsonText: Array(keyfile.jsonText.utf8)) == keyfile, "the JSON text reads as the same keyfile")
    try require(try Keyfile(hexArmor: keyfile.hexArmor) == keyfile, "the armor reads as the same keyfile")
    try require((keyfile.iv.count, keyfile.mac.count) == (16, 32), "IV and MAC have their lengths")
    let limit = KeyDerivation.Limit.memoryByteCount + KeyDerivation.Limit.extraMemoryByteCount
    try require(keyfile.derivation.memoryByteCount <= limit, "the memory is bounded")
    if case .pbkdf2(let rounds) = keyfile.derivation.function {
        try require((1...KeyDerivation.Limit.rounds).contains(rounds), "the rounds are bounded")
        return
            "read, \(rounds.bitWidth - rounds.leadingZeroBitCount) bits of rounds, salt of \(keyfile.derivation.salt.count)"
    }
    return "read \(keyfile.derivation.function)"
}

private func keyfileJSON(_ corpus: Corpus) throws -> FuzzTarget {
    FuzzTarget("keyfile-json", corpus: try corpus.inputs("keyfile"), words: keyfileWords) { input in
        try checkKeyfile { () throws(KeyfileError) in try Keyfile(jsonText: input) }
    }
}

/// The armor of mutated texts, and mutated armor.
private func hexArmor(_ corpus: Corpus) throws -> FuzzTarget {
    let texts = try corpus.inputs("keyfile")
    return FuzzTarget(
        "hex-armor", corpus: texts + texts.map { Array(hex($0).utf8) },
        words: keyfileWords + ["7b", "7B", "7d", "2", "g"]
    ) { input in
        let isArmor = input.starts(with: Array("7b".utf8)) || input.starts(with: Array("7B".utf8))
        let armor = isArmor ? String(decoding: input, as: UTF8.self) : hex(input)
        return try checkKeyfile { () throws(KeyfileError) in try Keyfile(hexArmor: armor) }
    }
}

private func hex(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}

/// What opens, opens to what was sealed: each value is sealed, damaged somewhere, and opened.
private func sealedValues() throws -> FuzzTarget {
    let derivation = try KeyDerivation(.pbkdf2(rounds: 2), salt: Array(repeating: 7, count: 16))
    let key = try derivation.derive(from: "a password of the fuzzer")
    let iv = Array<UInt8>(1...16)
    let sealed = try Keyfile(sealing: Array("what was sealed, ü".utf8), with: key, derivation: derivation, iv: iv)
    let empty = try Keyfile(sealing: [], with: key, derivation: derivation, iv: iv)
    let plaintexts = [sealed.ciphertext: Array("what was sealed, ü".utf8), []: []]
    return FuzzTarget(
        "sealed-values", corpus: [sealed, empty].map { Array($0.jsonText.utf8) }, words: keyfileWords
    ) { input in
        // The input itself is sealed, too: any bytes come back.
        var freshIV = iv
        for (position, byte) in input.enumerated() { freshIV[position % 16] &+= byte }
        let roundTrip = try Keyfile(sealing: input, with: key, derivation: derivation, iv: freshIV)
        try require(try Keyfile(hexArmor: roundTrip.hexArmor).open(with: key) == input, "any bytes open to themselves")
        guard let damaged = try? Keyfile(jsonText: input) else { return "not read" }
        guard let opened = try? damaged.open(with: key) else { return "read, not opened" }
        // The MAC covers the ciphertext alone; a damaged IV garbles, which the format cannot show.
        try require(plaintexts[damaged.ciphertext] != nil, "no other ciphertext passes the MAC")
        try require(opened.count == damaged.ciphertext.count, "the lengths agree")
        guard damaged.iv == iv else { return "opened with another IV" }
        try require(opened == plaintexts[damaged.ciphertext], "what opens, opens to what was sealed")
        return "opened \(opened.count)"
    }
}

private let yamlWords = [
    "connector: ", "binance", "\n", "\n\n", "- ", "  ", "[]", "{}", "[", "]", "{", "}", "'", "\"", "''", "# ", "&a ",
    "*a", "<<: ", "? ", ": ", "!!", "!!binary ", "!!python/object:os.system ", "!<x>", "---\n", "...\n", "%YAML 1.1\n",
    "| ", "> ", "|+2\n", "null", "~", "yes", "0o7", "0x1F", "1:30", ".inf", "2026-11-21", "\\x00", "\\U00110000", "\t",
    "7b22", "7b", "account_type:\n  private_key: ", "binance_api_key: ", "wss_node_urls:\n- ",
    "custom_markets:\n  A-B:\n",
]

/// What is read and written again reads as the same; a reading of it as any connector's file is a sentence, no crash.
private func connectorFiles(_ corpus: Corpus) throws -> FuzzTarget {
    let connectors = try ["binance", "xrpl", "injective_v2", "hyperliquid_perpetual", "lighter", "kraken", "okx"]
        .map { try ConnectorName($0) }
    return FuzzTarget("connector-file", corpus: try corpus.inputs("connector-file"), words: yamlWords) { input in
        let document: CredentialDocument
        do throws(DocumentError) {
            document = try CredentialDocument(bytes: input)
        } catch {
            let problem = CredentialReading(error).problem ?? ""
            try require(!problem.isEmpty, "a refusal has a sentence")
            return problem
        }
        var kinds = ""
        for name in connectors {
            let reading = CredentialReading(document, named: name, connector: ConnectorCatalog.standard[name])
            try require((reading.problem == nil) == (reading.condition == .good), "what is wrong is said")
            kinds += "\(reading.condition)"
            if reading.condition == .good { kinds += " \(name) \(reading.keyfiles.count)" }
        }
        _ = document.keyfiles
        // Without any item only the header would be left, which is an empty file.
        let isWhole =
            !document.items.isEmpty
            && document.items.allSatisfy { isWritable($0.value) && isWritable($0.name) }
        if isWhole {
            try checkRoundTrip(of: document)
        }
        return "\(min(document.items.count, 20)) items, \(isWhole), \(kinds)"
    }
}

/// What is written reads as the same, unless it is refused for being denser than any credential (`YAMLShape`).
private func checkRoundTrip(of document: CredentialDocument) throws {
    let bytes = document.bytes
    let again: CredentialDocument
    do throws(DocumentError) {
        again = try CredentialDocument(bytes: bytes)
    } catch .tooComplex {
        let marks = bytes.reduce(into: [UInt8: Int]()) { $0[$1, default: 0] += 1 }
        func count(_ characters: String) -> Int { characters.utf8.reduce(0) { $0 + marks[$1, default: 0] } }
        try require(count("[{") > 200 || count("*") > 10 || count("-?:") > 100, "what is simple is read")
        return
    } catch {
        throw FuzzTarget.Violation("what is written is refused: \(error)")
    }
    try require(again == document, "what is written reads as the same")
}

/// Whether a value is of those that are written, and no bigger than what is read back.
private func isWritable(_ value: DocumentValue) -> Bool {
    switch value {
    case .other: false
    case .null, .integer, .boolean: true
    // The reader drops a byte order mark at the beginning of a text, which no value has once it is trimmed.
    case .text(let text): text.utf8.count < 10_000 && text.unicodeScalars.first != "\u{FEFF}"
    case .list(let elements): elements.count < 100 && elements.allSatisfy(isWritable)
    case .map(let items): items.count < 100 && items.allSatisfy { isWritable($0.name) && isWritable($0.value) }
    }
}

/// A name longer than this is no simple key of YAML.
private func isWritable(_ name: String) -> Bool {
    name.utf8.count < 128 && name.unicodeScalars.first != "\u{FEFF}"
}

private let valueWords =
    jsonWords + [
        "\"api_key\":", "\"binance_api_key\":", "\"api_secret\":", "\"private_key\":", "\"account_type\":",
        "\"subaccount_index\":", "\"network\":", "\"custom_markets\":", "\"wss_node_urls\":", "\"use_vault\":",
        "\"mode\":", "\"hyperliquid_perpetual_mode\":", "\"api_wallet\"", "HL:", "0x",
        "-----BEGIN EC PRIVATE KEY-----\\n",
        "-----END EC PRIVATE KEY-----", "yes", "\\n", "\\r", "\\t", " ", "=", "=====", "MHcCAQEEI", "\\u00a0",
        "\\u200b",
    ]

/// Values that are taken are taken again as they came out; a refusal names fields and never holds a value.
private func credentialValues(_ corpus: Corpus) throws -> FuzzTarget {
    let connectors = ConnectorCatalog.standard.connectors
    return FuzzTarget("values", corpus: try corpus.inputs("values"), words: valueWords) { input in
        // The first byte says for which connector the rest is meant.
        guard let first = input.first else { return "empty" }
        let connector = connectors[Int(first) % connectors.count]
        guard case .object(let object)? = try? JSON(parsing: input.dropFirst()) else { return "no object" }
        let credential: Credential
        do throws(InvalidCredential) {
            credential = try Credential(parsing: object, for: connector)
        } catch {
            try require(!error.faults.isEmpty, "a refusal says why")
            return "\(connector.name) " + error.faults.prefix(2).map { "\($0.problem)".prefix(12) }.joined()
        }
        let shown = credential.values.entries.map { ($0.name, $0.value.json { $0.exposed() }) }
        let again = try? Credential(parsing: JSONObject(shown), for: connector)
        try require(again?.values == credential.values, "values for \(connector.name) are taken as they came out")
        return "\(connector.name) taken"
    }
}

/// Any text stands in a file as it came, as a value, in a list and as a name.
private func texts() -> FuzzTarget {
    let samples = [
        "no", "1e5", " x ", "a: b", "a #b", "'", "\"", "-", "é\u{301}", "\u{85}", "\u{2028}", "🔑", "0x1", "7b22",
    ]
    return FuzzTarget("texts", corpus: samples.map { Array($0.utf8) }, words: yamlWords) { input in
        guard let text = String(validating: input, as: UTF8.self), isWritable(.text(text)) else { return "no text" }
        var items = [CredentialDocument.Item(name: "a", value: .text(text))]
        items.append(.init(name: "b", value: .list([.text(text), .text("")])))
        if isWritable(text) { items.append(.init(name: "c", value: .map([.init(name: text, value: .text(text))]))) }
        let document = CredentialDocument(title: nil, items: items)
        try checkRoundTrip(of: document)
        return "\(min(text.utf8.count, 30)) \(text.utf8.first ?? 0)"
    }
}
