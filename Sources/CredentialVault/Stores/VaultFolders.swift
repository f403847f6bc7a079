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
    /// The longest configuration file that is copied to a new account, in bytes.
    static let configurationByteLimit = 1 << 20
    /// The longest verification file that is read, in bytes; every dialect needs less than a thousand.
    static let verificationByteLimit = 1 << 16
    /// What lies among accounts and connectors without harm; nobody is warned of it.
    static let toleratedFiles: Set<String> = [".gitignore", ".dockerignore", "__init__.py", ".DS_Store"]
    static let configurationFiles = ["conf_client.yml", "conf_fee_overrides.yml", "hummingbot_logs.yml"]

    let root: Folder
    let layout: Layout

    /// Looks at what is there.
    ///
    /// - Throws: ``FileError`` with `ENOENT` when the folder was deleted since it was opened.
    init(root: Folder) throws(FileError) {
        self.root = root
        guard try root.status().st_nlink > 0 else { throw FileError("open", root.path, code: ENOENT) }
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
    /// - Throws: ``StoreError/noSuchAccount(_:)``; ``StoreError/file(_:)`` for a link or a file of that name, too.
    func account(_ name: AccountName) throws(StoreError) -> Folder {
        switch layout {
        case .conf:
            guard name.isMaster else { throw .noSuchAccount(name) }
            return root
        case .bots:
            let found: Folder?
            do {
                found = try accountsFolder()?.existingFolder(name.description)
            } catch {
                throw .file(error)
            }
            guard let found else { throw .noSuchAccount(name) }
            return found
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
