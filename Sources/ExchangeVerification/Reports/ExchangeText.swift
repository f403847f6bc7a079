/// Makes a text of an exchange fit to be shown: no secret, no control character, no longer than a line or two.
enum ExchangeText {
    /// The longest text that is shown, in characters.
    static let characterLimit = 200
    /// Shorter secrets are hidden only where they stand as words of their own: elsewhere that would garble others.
    private static let shortestPart = 4
    /// From this length on, an unbroken run of letters and digits is taken for a key, whatever it is; but not one of
    /// small letters only, which is a long code such as `base-request-exceed-frequency-limit`.
    private static let shortestToken = 32

    /// Cleans a text.
    ///
    /// - Parameters:
    ///   - text: As it came.
    ///   - secrets: What must not be seen in it, whatever the case of its letters.
    /// - Returns: `nil` when nothing is left.
    static func cleaned(_ text: String, hiding secrets: [String]) -> String? {
        var scalars = visible(text.unicodeScalars.prefix(4096))
        for secret in secrets.map({ visible($0.unicodeScalars.prefix(.max)) })
            .filter({ !$0.isEmpty }).sorted(by: { $0.count > $1.count })
        {
            scalars = replacing(secret, in: scalars)
        }
        let words = String(String.UnicodeScalarView(scalars)).split(whereSeparator: \.isWhitespace).map(hidingTokens)
        let line = words.joined(separator: " ")
        guard !line.isEmpty else { return nil }
        return line.count > characterLimit ? line.prefix(characterLimit - 1) + "…" : line
    }

    /// Without control characters and marks that steer terminals or writing direction; other white space as spaces.
    private static func visible(_ scalars: some Sequence<Unicode.Scalar>) -> [Unicode.Scalar] {
        scalars.compactMap { scalar in
            if scalar.properties.isWhitespace { return " " }
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
                return nil
            default: return scalar
            }
        }
    }

    private static func replacing(_ secret: [Unicode.Scalar], in scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
        let wanted = secret.map(lowered)
        // Where a short secret begins or ends with a letter or digit, a neighbour that is one, too, makes another word.
        func joins(_ position: Int, _ neighbour: Int) -> Bool {
            scalars.indices.contains(neighbour) && isOfWord(scalars[position]) && isOfWord(scalars[neighbour])
        }
        func isWord(from start: Int, to end: Int) -> Bool {
            wanted.count >= shortestPart || !joins(start, start - 1) && !joins(end - 1, end)
        }
        var output: [Unicode.Scalar] = []
        var position = 0
        while position < scalars.count {
            let end = position + wanted.count
            if end <= scalars.count, zip(scalars[position..<end], wanted).allSatisfy({ lowered($0) == $1 }),
                isWord(from: position, to: end)
            {
                output.append("…")
                position = end
            } else {
                output.append(scalars[position])
                position += 1
            }
        }
        return output
    }

    private static func isOfWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }

    private static func lowered(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        ("A"..."Z").contains(scalar) ? Unicode.Scalar(UInt8(scalar.value) + 32) : scalar
    }

    /// A word with long unbroken runs of a key's characters replaced.
    private static func hidingTokens(_ word: Substring) -> String {
        var output = ""
        var run = ""
        func flush() {
            let isToken = run.utf8.count >= shortestToken && run.contains { $0.isNumber || $0.isUppercase }
            output += isToken ? "…" : run
            run = ""
        }
        for character in word {
            if character.isASCII, character.isLetter || character.isNumber || "+/=_-".contains(character) {
                run.append(character)
            } else {
                flush()
                output.append(character)
            }
        }
        flush()
        return output
    }

    /// The internet address that an exchange names in a refusal, or `nil`.
    static func address(in text: String) -> String? {
        let words = text.prefix(1000).split { !($0.isHexDigit || $0 == "." || $0 == ":") }
        for word in words {
            let trimmed = word.drop { $0 == "." || $0 == ":" }.reversed().drop { $0 == "." || $0 == ":" }.reversed()
            let candidate = String(trimmed)
            let parts = candidate.split(separator: ".", omittingEmptySubsequences: false)
            if parts.count == 4, parts.allSatisfy({ UInt8($0) != nil }) { return candidate }
            let groups = candidate.split(separator: ":", omittingEmptySubsequences: false)
            if groups.count >= 4, groups.count <= 8, groups.allSatisfy({ $0.count <= 4 }), candidate.count >= 7 {
                return candidate
            }
        }
        return nil
    }
}
