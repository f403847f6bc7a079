/// Everything that configures a run: flags first, then the environment, then the `.env` files, key by key.
struct Settings: Sendable {
    let apiURL: Setting?
    let apiUser: Setting?
    let apiPassword: Setting?
    let configPassword: Setting?
    /// The folder that holds the vault, absolute.
    let vaultFolder: String
    /// Sentences about `.env` files that are open to others or cannot be understood.
    let warnings: [String]

    init(flags: GlobalOptions, environment: [String: String], folders: WorkingFolders) {
        var warnings: [String] = []
        let files = DotEnvFile.all(in: folders) { warnings.append($0) }
        let finder = SettingFinder(environment: environment, files: files)
        apiURL = finder.find(flag: flags.apiURL, of: "--api-url", variable: "API_URL")
        // USERNAME and PASSWORD are the Hummingbot API's own words; in the environment a login shell sets the first.
        apiUser = finder.find(flag: flags.apiUser, of: "--api-user", variable: "API_USER", alsoInFiles: "USERNAME")
        apiPassword = finder.find(flag: flags.apiPass, of: "--api-pass", variable: "API_PASS", alsoInFiles: "PASSWORD")
        configPassword = finder.find(variable: "CONFIG_PASSWORD")
        vaultFolder = Self.vaultFolder(flags, environment, folders)
        self.warnings = warnings + Self.warnings(about: files, folders: folders)
    }

    /// The folder that holds the vault, absolute; no `.env` has a say in it.
    static func vaultFolder(
        _ flags: GlobalOptions, _ environment: [String: String], _ folders: WorkingFolders
    ) -> String {
        folders.resolve(
            flags.bots ?? environment["KEYS_MANAGER_BOTS"].flatMap { $0.isEmpty ? nil : $0 } ?? "~/.hummingbot/bots")
    }

    private static let secretNames = ["API_PASS", "PASSWORD", "CONFIG_PASSWORD"]
    private static let names = ["API_URL", "API_USER", "USERNAME"] + secretNames

    private static func warnings(about files: [DotEnvFile], folders: WorkingFolders) -> [String] {
        files.flatMap { file in
            let path = folders.abbreviate(file.path)
            var sentences = file.content.faults
                .filter { fault in fault.name.map { names.contains($0) } ?? false }
                .map { "Line \($0.line) of \(path) \($0.reason.rawValue), so \($0.name ?? "it") is not taken from it." }
            if file.isOpenToOthers, secretNames.contains(where: { file.content.values[$0] != nil }) {
                sentences.append("\(path) holds a password and other users may read it; `chmod 600 \(path)` closes it.")
            }
            return sentences
        }
    }
}

/// Looks for one key in all places.
private struct SettingFinder {
    let environment: [String: String]
    let files: [DotEnvFile]

    /// The first value that is not blank.
    func find(
        flag: String? = nil, of flagName: String = "", variable: String, alsoInFiles secondName: String? = nil
    ) -> Setting? {
        if let flag { return Setting(value: flag, source: .flag(flagName)) }
        if let value = environment[variable], !value.isEmpty {
            return Setting(value: value, source: .environment(variable))
        }
        for file in files {
            for name in [variable, secondName].compactMap({ $0 }) {
                if let value = file.content.values[name], !value.isEmpty {
                    return Setting(
                        value: value, source: .file(path: file.path, isOfCurrentFolder: file.isOfCurrentFolder))
                }
            }
        }
        return nil
    }
}
