internal import OrderedJSON

extension Keyfile {
    /// Reads the hex armor that Hummingbot wraps around the JSON text. Computes nothing costly.
    ///
    /// - Parameter armor: Hex digits of either case; white space around them is skipped.
    /// - Throws: ``KeyfileError`` that names the first thing that is not as the format says.
    public init(hexArmor armor: String) throws(KeyfileError) {
        guard armor.utf8.count <= 2 * Self.textByteLimit else { throw .tooLong }
        let trimmed = armor.drop(while: \.isWhitespace)
        let end = trimmed.lastIndex { !$0.isWhitespace }.map { trimmed.index(after: $0) } ?? trimmed.startIndex
        guard let text = Hex.decode(trimmed[..<end]), !text.isEmpty else { throw .notHex }
        try self.init(jsonText: text)
    }

    /// Reads the JSON text. Computes nothing costly; every parameter is bounded before anyone can derive with it.
    ///
    /// Unknown members are ignored, `Crypto` is accepted for `crypto`, an IV that lost leading zero bytes is padded.
    ///
    /// - Parameter text: UTF-8, at most ``textByteLimit`` bytes.
    /// - Throws: ``KeyfileError`` that names the first thing that is not as the format says.
    public init(jsonText text: [UInt8]) throws(KeyfileError) {
        guard text.count <= Self.textByteLimit else { throw .tooLong }
        let json: JSON
        do {
            json = try JSON(parsing: text)
        } catch {
            throw .notJSON(offset: error.offset)
        }
        guard case .object = json else { throw .wrongType("keyfile") }
        let reader = MemberReader(json: json, path: "")
        guard try reader.integer("version") == 3 else { throw .unsupportedVersion }
        let crypto = try reader.object(json["crypto"] == nil ? "Crypto" : "crypto", named: "crypto")
        guard try crypto.text("cipher") == "aes-128-ctr" else { throw .unsupportedCipher }
        let iv = try crypto.object("cipherparams").bytes("iv")
        guard iv.count <= 16 else { throw .wrongLength("crypto.cipherparams.iv") }
        self.iv = [UInt8](repeating: 0, count: 16 - iv.count) + iv
        ciphertext = try crypto.bytes("ciphertext")
        mac = try crypto.bytes("mac")
        guard mac.count == 32 else { throw .wrongLength("crypto.mac") }
        derivation = try Self.derivation(kdf: crypto.text("kdf"), parameters: crypto.object("kdfparams"))
    }

    private static func derivation(kdf: String, parameters: MemberReader) throws(KeyfileError) -> KeyDerivation {
        let salt = try parameters.bytes("salt")
        let keyByteCount = try parameters.integer("dklen")
        switch kdf {
        case "pbkdf2":
            guard try parameters.text("prf") == "hmac-sha256" else { throw .unsupportedPRF }
            let rounds = try parameters.integer("c")
            return try KeyDerivation(.pbkdf2(rounds: rounds), salt: salt, keyByteCount: keyByteCount)
        case "scrypt":
            let (n, r, p) = (try parameters.integer("n"), try parameters.integer("r"), try parameters.integer("p"))
            return try KeyDerivation(.scrypt(n: n, r: r, p: p), salt: salt, keyByteCount: keyByteCount)
        default: throw .unsupportedKDF
        }
    }

    /// The JSON text as Hummingbot writes it: Python's default spacing, its order of members, an empty alias.
    public var jsonText: String { json.text(.python) }

    /// The JSON text in lower-case hex: the form of a value in Hummingbot's files.
    public var hexArmor: String { Hex.encode(json.bytes(.python)) }

    private var json: JSON {
        let (kdf, parameters): (JSON, JSON) =
            switch derivation.function {
            case .pbkdf2(let rounds):
                (
                    "pbkdf2",
                    [
                        "c": .integer(rounds), "dklen": .integer(derivation.keyByteCount), "prf": "hmac-sha256",
                        "salt": .string(Hex.encode(derivation.salt)),
                    ]
                )
            case .scrypt(let n, let r, let p):
                (
                    "scrypt",
                    [
                        "dklen": .integer(derivation.keyByteCount), "n": .integer(n), "r": .integer(r),
                        "p": .integer(p), "salt": .string(Hex.encode(derivation.salt)),
                    ]
                )
            }
        return [
            "crypto": [
                "cipher": "aes-128-ctr", "cipherparams": ["iv": .string(Hex.encode(iv))],
                "ciphertext": .string(Hex.encode(ciphertext)), "kdf": kdf, "kdfparams": parameters,
                "mac": .string(Hex.encode(mac)),
            ],
            "version": 3, "alias": "",
        ]
    }
}

/// Reads typed members of one JSON object and names what is wrong by its path.
private struct MemberReader {
    let json: JSON
    let path: String

    private func value(_ name: String) throws(KeyfileError) -> JSON {
        guard let value = json[name] else { throw .missing(path + name) }
        return value
    }

    func object(_ name: String, named shownName: String? = nil) throws(KeyfileError) -> MemberReader {
        let shown = path + (shownName ?? name)
        guard let value = json[name] else { throw .missing(shown) }
        guard case .object = value else { throw .wrongType(shown) }
        return MemberReader(json: value, path: shown + ".")
    }

    func text(_ name: String) throws(KeyfileError) -> String {
        guard let text = try value(name).stringValue else { throw .wrongType(path + name) }
        return text
    }

    func integer(_ name: String) throws(KeyfileError) -> Int {
        guard let number = try value(name).integerValue else { throw .wrongType(path + name) }
        return number
    }

    func bytes(_ name: String) throws(KeyfileError) -> [UInt8] {
        guard let bytes = Hex.decode(try text(name)) else { throw .notHexMember(path + name) }
        return bytes
    }
}
