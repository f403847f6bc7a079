internal import Credentials
internal import Glibc

/// Finds its way in a vault's folder: a whole `bots/` tree, or a `conf/` folder of one account.
struct VaultFolders: Sendable {
    /// Which of the two layouts a folder has.
    enum Layout: Sendable {
        case bots
        /// A standalone client's `conf/`, or that of a bot instance: the folder itself is master_account.
        case conf
    }

    static let credentials = "credentials"
    static let connectors = "connectors"
    static let verification = ".password_verification"
    /// Our own folder, beside `credentials/` and never below it: there every folder counts as an account.
    static let own = ".keys-manager"
    static let configurationFiles = ["conf_client.yml", "conf_fee_overrides.yml", "hummingbot_logs.yml"]

    let root: Folder
    let layout: Layout

    init(root: Folder) throws(FileError) {
        self.root = root
        let connectors = try root.status(of: Self.connectors)
        let clientConfiguration = try root.status(of: "conf_client.yml")
        let verification = try root.status(of: Self.verification)
        let looksLikeConf = verification != nil || connectors?.isFolder == true && clientConfiguration != nil
        layout = try root.status(of: Self.credentials)?.isFolder != true && looksLikeConf ? .conf : .bots
    }

    /// The folder that holds the accounts, or `nil` when there is none yet.
    func accountsFolder() throws(FileError) -> Folder? {
        try root.existingFolder(Self.credentials)
    }

    /// An account's folder.
    ///
    /// - Throws: ``StoreError/noSuchAccount(_:)``, or the operating system's refusal.
    func account(_ name: AccountName) throws(StoreError) -> Folder {
        do {
            switch layout {
            case .conf:
                guard name.isMaster else { throw StoreError.noSuchAccount(name) }
                return root
            case .bots:
                guard let folder = try accountsFolder()?.folder(name.description) else {
                    throw StoreError.noSuchAccount(name)
                }
                return folder
            }
        } catch let error as FileError where [ENOENT, ENOTDIR, ELOOP].contains(error.code) {
            throw .noSuchAccount(name)
        } catch let error as FileError {
            throw .file(error)
        } catch let error as StoreError {
            throw error
        } catch {
            // Both calls above throw one of the two.
            throw .noSuchAccount(name)
        }
    }

    /// The name of a connector's file.
    static func file(of connector: ConnectorName) -> String { "\(connector).yml" }

    /// The connector that a file name stands for, or `nil`.
    static func connector(ofFile name: String) -> ConnectorName? {
        guard name.hasSuffix(".yml") else { return nil }
        return try? ConnectorName(String(name.dropLast(4)))
    }
}

extension stat {
    /// Whether the entry is a folder (and no link to one).
    var isFolder: Bool { st_mode & S_IFMT == S_IFDIR }

    /// Whether the entry is a regular file.
    var isRegularFile: Bool { st_mode & S_IFMT == S_IFREG }
}
