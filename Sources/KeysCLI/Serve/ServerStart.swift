import CredentialVault
import Credentials
import KeyManagement
import Logging

/// Decides with which login and config password a server starts, and opens its vault.
struct ServerStart {
    let session: Session
    let login: ServerClient.Login
    /// `nil`: the server runs locked.
    private let configPassword: Secret?
    /// Whether the password may make a vault: one that came with the current folder may not.
    private let mayCreateVault: Bool

    /// Takes what is configured and generates what is missing.
    ///
    /// A config password is generated only for a vault without a password check and without any credential.
    init(session: Session, passwords: PasswordOptions) throws {
        self.session = session
        let given = try passwords.given(in: session.program)
        let servedPassword =
            session.options.apiPassStdin ? try session.program.console.standardInput.secretLine() : nil
        var settings = session.settings
        let folders = session.program.folders
        let isNewVault = try Self.isNewVault(at: settings.vaultFolder, folders: folders)
        let needsConfigPassword = { (settings: Settings) in
            given == nil && settings.configPassword == nil && isNewVault
        }
        let needsLogin = { (settings: Settings) in servedPassword == nil && settings.apiPassword == nil }
        if needsLogin(settings) || needsConfigPassword(settings) {
            let firstStart = FirstStart(folders: folders)
            var written: [String] = []
            try firstStart.append {
                // Another start may have written them while this one waited.
                settings = Settings(
                    flags: session.options, environment: session.program.environment, folders: folders)
                var pairs: [(String, Secret)] = []
                if needsLogin(settings) {
                    if settings.apiUser == nil { pairs.append(("API_USER", Secret("admin"))) }
                    pairs.append(("API_PASS", FirstStart.randomPassword()))
                    written.append("the login")
                }
                if needsConfigPassword(settings) {
                    pairs.append(("CONFIG_PASSWORD", FirstStart.randomPassword()))
                    written.append(Self.configPasswordName)
                }
                return pairs
            }
            if !written.isEmpty {
                let path = folders.abbreviate(firstStart.path)
                let reason =
                    written.contains(Self.configPasswordName)
                    ? "Keep that file: the config password opens every key." : "Keep that file private."
                session.output.note("Generated \(written.joined(separator: " and ")); see \(path). \(reason)")
                settings = Settings(
                    flags: session.options, environment: session.program.environment, folders: folders)
                // A file that held no secret so far may be open to others.
                for warning in settings.warnings where !session.settings.warnings.contains(warning) {
                    session.output.warning(warning)
                }
            }
        }
        guard let password = servedPassword ?? settings.apiPassword?.secret else {
            throw Failure(.internal, "The generated login could not be read back.")
        }
        login = ServerClient.Login(user: settings.apiUser?.value ?? "admin", password: password)
        configPassword = given ?? settings.configPassword?.secret
        mayCreateVault = given != nil || settings.configPassword?.isFromCurrentFolder == false
    }

    private static let configPasswordName = "the config password"

    /// Opens the vault, creating it where there is none.
    ///
    /// - Parameters:
    ///   - access: The way to the exchanges.
    ///   - logger: Takes notes of changes.
    /// - Returns: The use cases; locked when there is no password, or none that opens the vault.
    /// - Throws: ``Failure`` when the folder cannot be used or the vault not be made.
    func openVault(asking access: ExchangeAccess?, logger: Logger) async throws -> KeyManager {
        let folder = session.settings.vaultFolder
        do {
            try FileCredentialStore.makeFolder(path: folder)
        } catch let error as StoreError {
            throw Failure(error)
        }
        let manager = try LocalVault.manager(
            of: folder, sealing: session.program.sealing, asking: access, mayBeEmpty: true, watching: true,
            passwordFile: .own(in: session.program.folders, of: folder), logger: logger)
        let overview = try await manager.overview()
        for warning in overview.status.warnings { session.output.warning(warning) }
        let hasCredentials = overview.accounts.contains { !$0.credentials.isEmpty }
        switch (overview.status.state, configPassword) {
        case (.uninitialized, _) where hasCredentials:
            session.output.warning(
                "\(folder) holds keys but no password check, so the server runs locked; keys-manager vault create makes "
                    + "the check once the password has opened every key.")
        case (.uninitialized, .some) where !mayCreateVault:
            session.output.warning(
                "The CONFIG_PASSWORD of the current folder's .env makes no vault, so there is none yet; keys-manager "
                    + "vault create makes one.")
        case (.uninitialized, let password?):
            try await manager.createVault(with: password)
            session.output.note("Created the vault at \(folder).")
        case (.uninitialized, nil):
            session.output.warning(
                "There is no vault at \(folder) yet and no config password is configured, so the server runs locked; "
                    + "keys-manager vault create --bots \(folder) makes one.")
        case (_, let password?): try await unlock(manager, with: password)
        case (_, nil):
            session.output.warning(
                "No config password is configured, so the server runs locked; keys-manager vault unlock opens it.")
        }
        return manager
    }

    private func unlock(_ manager: KeyManager, with password: Secret) async throws {
        do {
            try await manager.unlock(with: password)
        } catch let failure as Failure {
            session.output.warning("\(failure.message) The server runs locked until keys-manager vault unlock.")
        }
    }

    /// Whether nothing was ever sealed in a vault: no verification file and no credential. A missing folder counts.
    ///
    /// A vault beside the usual one gets no generated password where that one has its own: both would share one
    /// setting.
    private static func isNewVault(at folder: String, folders: WorkingFolders) throws -> Bool {
        for place in Set([folder, folders.usualVault]) where try !place.isEmpty && VaultTraces.exist(in: place) {
            return false
        }
        return true
    }
}
