import ArgumentParser

/// The six scripts of the skill.
enum SkillScript: String, CaseIterable, ExpressibleByArgument, Sendable {
    case setupConnector = "setup_connector"
    case listConnectors = "list_connectors"
    case getConnectorConfig = "get_connector_config"
    case addCredentials = "add_credentials"
    case removeCredentials = "remove_credentials"
    case listAccountCredentials = "list_account_credentials"

    /// The script's own options that take a value; all scripts take those of ``SkillArguments/serverOptions``.
    var options: [String] {
        switch self {
        case .setupConnector, .addCredentials: ["--connector", "--credentials", "--account"]
        case .listConnectors: []
        case .getConnectorConfig: ["--connector"]
        case .removeCredentials: ["--connector", "--account"]
        case .listAccountCredentials: ["--account"]
        }
    }

    /// Whether the script may save a key.
    var savesKeys: Bool { self == .setupConnector || self == .addCredentials }

    /// The script's options that take no value.
    var flags: [String] { savesKeys ? SkillArguments.flags : [] }
}
