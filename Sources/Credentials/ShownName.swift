extension String {
    /// The text as it may be shown where it stands for a name that is not known: whole when it looks like one, else no
    /// more than its beginning, because it may be a secret that was pasted into the wrong place.
    package var shownAsName: String {
        let beginning = unicodeScalars.prefix(4)
        let isWhole = beginning.endIndex == unicodeScalars.endIndex || looksLikeName
        return isWhole ? printable : String(beginning).printable + "…"
    }

    /// Whether the text is short and made like `api_key`, `account 2` or `SOLO-XRP`. Keys, secrets and identifiers of
    /// exchanges are longer, or mix capitals with digits.
    private var looksLikeName: Bool {
        guard utf8.count <= 20, let first = utf8.first, first.isLetter || first.isCapital else { return false }
        let isPlain = utf8.allSatisfy { $0.isLetter || $0.isCapital || $0.isDigit || " -_".utf8.contains($0) }
        return isPlain && !(utf8.contains(where: \.isCapital) && utf8.contains(where: \.isDigit))
    }
}

extension UInt8 {
    fileprivate var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }
    fileprivate var isCapital: Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) }
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
