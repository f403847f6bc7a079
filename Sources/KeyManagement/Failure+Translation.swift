public import CredentialVault
public import Credentials
internal import EthereumKeyfile
internal import Glibc

extension Failure {
    /// Runs a use case and turns whatever the lower modules throw into a failure.
    ///
    /// - Throws: ``Failure``; a cancellation stays what it is.
    static func translating<Value: Sendable>(_ work: @Sendable () async throws -> Value) async throws -> Value {
        do {
            return try await work()
        } catch let error as Failure {
            throw error
        } catch let error as StoreError {
            throw Failure(error)
        } catch let error as VaultError {
            throw Failure(error)
        } catch let error as InvalidCredential {
            throw Failure(error)
        } catch let error as InvalidName {
            throw Failure(error)
        } catch let error as KeyfileError {
            throw Failure(.damaged, "A sealed value cannot be used: \(error.sentence).")
        } catch let error as CancellationError {
            throw error
        } catch {
            throw Failure(.internal, "Something went wrong inside the program.")
        }
    }

    /// Hummingbot has no such connector.
    public static func noSuchConnector(_ connector: ConnectorName) -> Failure {
        Failure(
            .noSuchConnector, "Connector '\(connector)' not found.",
            hint: "See the names with `keys-manager connector list`.")
    }

    /// There is no such account.
    public static func noSuchAccount(_ account: AccountName) -> Failure { Failure(StoreError.noSuchAccount(account)) }

    /// The account has no such credential.
    public static func noSuchCredential(_ connector: ConnectorName, in account: AccountName) -> Failure {
        Failure(StoreError.noSuchCredential(connector, account))
    }

    /// Says what was wrong with a name.
    public init(_ error: InvalidName) {
        self.init(.invalidName, error.description)
    }

    /// Says what was wrong with a credential's values, field by field.
    public init(_ error: InvalidCredential) {
        self.init(
            .invalidInput, error.description, hint: "Nothing was saved.",
            fieldFaults: error.faults.map { FieldFaultText(field: $0.field, message: $0.description) })
    }

    /// Says why a store refused.
    public init(_ error: StoreError) {
        switch error {
        case .noSuchAccount(let account):
            self.init(
                .noSuchAccount, "There is no account \(account).", hint: "See them with `keys-manager account list`.")
        case .noSuchCredential(let connector, let account):
            self.init(
                .noSuchCredential, "\(account) has no credential for \(connector).",
                hint: "See them with `keys-manager credential list`.")
        case .noSuchTrashEntry(let id):
            self.init(
                .noSuchTrashEntry, "The undo store has no entry \(id).",
                hint: "See the entries with `keys-manager trash list`.")
        case .accountExists(let account):
            self.init(.accountExists, "There is an account \(account) already.")
        case .credentialExists(let connector, let account):
            self.init(
                .credentialExists, "\(account) has a credential for \(connector) already.",
                hint: "Replace it with `keys-manager credential replace`; the old one then goes to the undo store.")
        case .protectedAccount:
            self.init(.protectedAccount, "master_account holds the vault's password check and cannot be deleted.")
        case .conflict(let connector, let account):
            self.init(
                .conflict, "The credential \(connector) of \(account) was changed by someone else in the meantime.",
                hint: "Look at it again, then repeat what you meant to do; nothing was changed.")
        case .filesChanged(let path):
            self.init(
                .conflict, "\(path) was changed by another program at the same moment.",
                hint: "Try again; nothing was changed.")
        case .passwordChanged:
            self.init(
                .locked, "The vault's config password was changed in the meantime.",
                hint: "Unlock it with the new password, then try again; nothing was changed.")
        case .busy:
            self.init(
                .busy, "Another process is changing the vault and does not finish.",
                hint: "Try again in a moment; nothing was changed.")
        case .vaultExists:
            self.init(.accountExists, "There is a vault here already.", hint: "Unlock it with its config password.")
        case .differentFileSystems:
            self.init(
                .storage, "The vault's credentials and its .keys-manager folder lie on different file systems.",
                hint: "Mount the whole folder as one, so that a change can be made in one step.")
        case .cannotKeepOwner(let path):
            self.init(
                .storage, "The new file could not get the owner of the one that it replaces (\(path)).",
                hint: "Run as the owner of the file or as root; nothing was changed.")
        case .oneAccountOnly:
            self.init(
                .unsupported, "A conf folder holds the one account master_account.",
                hint: "Use a bots folder for several accounts.")
        case .oversizedLog(let path):
            self.init(
                .damaged, "\(path) is larger than keys-manager makes any file of the audit log.",
                hint: "Move it out of the folder; the log goes on without it.")
        case .file(let error): self.init(error)
        }
    }

    private init(_ error: FileError) {
        let place = "could not \(error.operation) \(error.path)"
        switch error.code {
        case ENOSPC, EDQUOT:
            self.init(
                .storage, "The disk is full: \(place).", hint: "Make room and try again; nothing was lost or changed.")
        case EROFS:
            self.init(.storage, "The file system is read-only: \(place).", hint: "Nothing was changed.")
        case EACCES, EPERM:
            self.init(
                .storage, "No permission: \(place).",
                hint: "Check who owns the vault's folder and run as that user; nothing was changed.")
        case ELOOP:
            self.init(
                .storage, "A symbolic link stands where a file or folder should be: \(error.path).",
                hint: "Links inside a vault are not followed; put the real file there.")
        case ENOTDIR:
            self.init(
                .storage, "A file or a symbolic link stands where a folder should be: \(error.path).",
                hint: "Links inside a vault are not followed; put the real folder there.")
        case EBUSY where error.operation == "replace":
            self.init(
                .storage, "\(error.path) is mounted on its own and cannot be replaced.",
                hint: "Mount its folder instead of the file, or take CONFIG_PASSWORD out of it; nothing was changed.")
        case EXDEV: self.init(StoreError.differentFileSystems)
        case EINVAL where error.operation == "read", EFBIG:
            self.init(
                .damaged, "\(error.path) cannot be used: \(error.reason).",
                hint: "Remove it, which moves it to the undo store, then add the credential again.")
        case EMFILE, ENFILE:
            self.init(
                .storage, "Too many files are open: \(place).", hint: "Raise the limit (ulimit -n) and try again.")
        case ENOENT:
            self.init(.storage, "There is no \(error.path).", hint: "Check the folder that --bots names.")
        default:
            self.init(.storage, "The operating system refused: \(place) (\(error.reason)).")
        }
    }

    /// Says why a vault could not be opened or used.
    public init(_ error: VaultError) {
        switch error {
        case .locked:
            self.init(
                .locked, "The vault is locked.",
                hint: "Unlock it with `keys-manager vault unlock`, or set CONFIG_PASSWORD before the start.")
        case .wrongPassword:
            self.init(
                .wrongPassword, "The config password is wrong.",
                hint: "It is the CONFIG_PASSWORD that Hummingbot was set up with.")
        case .emptyPassword: self.init(.wrongPassword, "The config password is empty.")
        case .damagedVerification(let error):
            self.init(
                .damaged, "The file .password_verification of master_account is damaged: \(error.sentence).",
                hint: "Restore it from a backup, or copy it from another account of the same password.")
        case .foreignVerification:
            self.init(
                .damaged, "The file .password_verification of master_account was not made by Hummingbot.",
                hint: "Restore it from a backup, or copy it from another account of the same password.")
        case .unknownField: self.init(.internal, "A field has no place in its connector.")
        }
    }
}
