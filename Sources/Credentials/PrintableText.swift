extension Unicode.Scalar {
    /// Whether the character steers a terminal or a page instead of being seen: control characters, line separators,
    /// and the format characters, among which are the marks that turn the direction of text around.
    package var steersText: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}

extension String {
    /// The text with `?` for each character that steers, for showing what other programs and people named.
    package var printable: String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0.steersText ? "?" : $0 }))
    }
}
