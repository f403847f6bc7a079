/// The words in which people and YAML say yes and no.
enum Boolean {
    /// The truth of a word, in any case, or `nil` when it is neither.
    static func parse(_ text: some StringProtocol) -> Bool? {
        switch text.lowercased() {
        case "true", "yes", "on", "1": true
        case "false", "no", "off", "0": false
        default: nil
        }
    }
}
