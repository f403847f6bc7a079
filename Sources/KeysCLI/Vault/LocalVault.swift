import CredentialVault
import Credentials
import Glibc
import KeyManagement
import Logging

/// Opens the vault in a folder of this machine.
enum LocalVault {
    /// The use cases on a folder that is there.
    ///
    /// - Parameters:
    ///   - folder: Absolute.
    ///   - sealing: What secrets are sealed with.
    ///   - access: The way to the exchanges; `nil` for work that neither saves nor checks keys, or must not ask.
    ///   - mayBeEmpty: Whether a folder without a vault will do.
    ///   - watching: Whether to watch the tree for changes, for a server.
    ///   - passwordFile: The `.env` that follows a change of the password, or `nil`.
    ///   - logger: Takes notes of changes; without one they go nowhere.
    /// - Returns: The use cases, the vault locked.
    /// - Throws: ``Failure`` of kind `notConfigured` when there is no such folder.
    static func manager(
        of folder: String, sealing: SealingStandard, asking access: ExchangeAccess?, mayBeEmpty: Bool = false,
        watching: Bool = false, passwordFile: PasswordFile? = nil,
        logger: Logger = Logger(label: "vault") { _ in SwiftLogNoOpLogHandler() }
    ) throws -> KeyManager {
        let isThere = mayBeEmpty ? VaultTraces.exists(folder) : VaultTraces.isVault(folder)
        guard isThere else {
            throw Failure(
                .notConfigured, "There is no vault at \(folder).",
                hint: "keys-manager vault create makes one; --bots names another folder.")
        }
        let cores = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        do {
            let store = try FileCredentialStore(path: folder, watching: watching)
            return KeyManager(
                store: store, vault: Vault(standard: sealing, threadCount: cores), catalog: .standard,
                verification: access?.verification(remembering: StoredNonces(in: store)), logger: logger,
                passwordFile: passwordFile, audit: AuditLog(of: store))
        } catch let error as StoreError {
            throw Failure(error)
        }
    }
}
