import CredentialVault
import Credentials
import EthereumKeyfile
import Foundation
import Glibc
import KeyManagement
import Logging
import OrderedJSON
import Synchronization

/// A vault with cheap derivations and the `.env` that holds its password, as the command line opens both.
struct CrashVault {
    let folder: String

    var bots: String { folder + "/bots" }
    var env: String { folder + "/home/.env" }

    /// What stands in the folders: everything opened, so that what is torn or does not open shows.
    struct Content: Equatable {
        /// Account to connector to the value of its secret.
        var live: [String: [String: String]] = [:]
        /// The undo store, by the ids of its entries.
        var trash: [String: Entry] = [:]
        var password = ""

        /// Every value with the number of times it is there.
        var values: [String: Int] {
            (live.values.flatMap(\.values) + trash.values.flatMap(\.values.values)).reduce(into: [:]) {
                $0[$1, default: 0] += 1
            }
        }
    }

    /// What an entry of the undo store holds.
    struct Entry: Equatable {
        var account: String
        /// `nil` for an account.
        var connector: String?
        /// By connector.
        var values: [String: String] = [:]
    }

    enum Fault: Error, CustomStringConvertible {
        case found(String)

        var description: String {
            switch self {
            case .found(let text): text
            }
        }
    }

    func make() async throws {
        for path in [bots, folder + "/home"] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        try Data("# ours\nCONFIG_PASSWORD=p0\nLAST=1\n".utf8).write(to: URL(filePath: env))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: env)
        let manager = try manager()
        try await manager.createVault(with: Secret("p0"))
        for account in ["desk", "spare"] {
            try await manager.createAccount(AccountName(account))
            try await save(manager, account, "binance", "first \(account)", .add)
        }
        try await save(manager, "desk", "binance", "second desk", .replace)
    }

    /// Does one change and says so, or dies on the way.
    ///
    /// - Parameters:
    ///   - operation: The change.
    ///   - death: Where to die.
    /// - Throws: ``Fault``, or why the change was refused.
    func perform(_ operation: CrashOperation, dyingAt death: CrashPoint) async throws {
        try FileCredentialStore.finishInterruptedChange(path: bots)
        let count = Mutex(0)
        let isReady = Mutex(false)
        let manager = try manager(
            hooks: StoreHooks(hasRenameFlags: death.hasRenameFlags) { step in
                guard step == death.step, isReady.withLock({ $0 }) else { return }
                let occurrence = count.withLock { count in
                    count += 1
                    return count
                }
                guard occurrence == death.occurrence else { return }
                FileHandle.standardOutput.write(Data("\(step)\n".utf8))
                kill(getpid(), SIGKILL)
            })
        try await manager.unlock(with: Secret(try password()))
        isReady.withLock { $0 = true }
        switch operation {
        case .add(let account, let connector, let value): try await save(manager, account, connector, value, .add)
        case .replace(let account, let connector, let value):
            try await save(manager, account, connector, value, .replace)
        case .remove(let account, let connector):
            try await manager.remove(ConnectorName(connector), from: AccountName(account), expecting: nil)
        case .restore(let id):
            guard let id = TrashID(id) else { throw Fault.found("no id") }
            try await manager.restore(id, force: true)
        case .createAccount(let account): try await manager.createAccount(AccountName(account))
        case .deleteAccount(let account): try await manager.deleteAccount(AccountName(account))
        case .changePassword(let new):
            _ = try await manager.changePassword(
                PasswordChange(current: Secret(try password()), new: Secret(new)), progress: { _ in })
        case .adopt: _ = try await manager.adopt(progress: { _ in })
        case .importing:
            let source = try source()
            try await source.unlockForReading(with: Secret("source"))
            let outcomes = try await manager.importCredentials(from: source, account: nil, mayReplace: { _, _ in true })
            guard outcomes.map(\.outcome).allSatisfy({ $0 == .imported || $0 == .replaced }) else {
                throw Fault.found("the import failed: \(outcomes.compactMap(\.reason))")
            }
        }
        FileHandle.standardOutput.write(Data("acknowledged\n".utf8))
    }

    /// Makes the vault that an import takes from: one credential, under a password of its own.
    func makeSource(_ account: String, _ connector: String, value: String) async throws {
        let folder = folder + "/source"
        if FileManager.default.fileExists(atPath: folder) { try FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let manager = try source()
        try await manager.createVault(with: Secret("source"))
        if account != "master_account" { try await manager.createAccount(AccountName(account)) }
        try await save(manager, account, connector, value, .add)
    }

    private func source() throws -> KeyManager {
        KeyManager(
            store: try FileCredentialStore(path: folder + "/source"),
            vault: Vault(standard: SealingStandard(rounds: 1000), threadCount: 1), catalog: .standard,
            verification: nil, logger: Logger(label: "crash") { _ in SwiftLogNoOpLogHandler() })
    }

    /// Forgets the audit log, so that looking at all of it stays quick.
    func clearLog() throws { try FileManager.default.removeItem(atPath: bots + "/.keys-manager/log") }

    /// Opens everything, as the next start of any program would.
    ///
    /// - Throws: ``Fault`` for whatever is torn, missing, unsealed or does not open.
    func content() async throws -> Content {
        try FileCredentialStore.finishInterruptedChange(path: bots)
        var content = Content()
        content.password = try password()
        let manager = try manager()
        try await manager.unlock(with: Secret(content.password))
        for account in try await manager.overview().accounts {
            var values: [String: String] = [:]
            for credential in account.credentials {
                guard credential.state == .stored else {
                    throw Fault.found(
                        "\(account.name)/\(credential.connector) is \(credential.state): \(credential.problem ?? "")")
                }
                values[credential.connector.description] = try await value(
                    of: manager.reveal(credential.connector, in: account.name))
            }
            content.live[account.name.description] = values
        }
        let report = try await manager.checkVault(progress: { _ in })
        guard report.isSound else {
            throw Fault.found(report.findings.map(\.sentence).joined(separator: " "))
        }
        try await checkLog(of: manager)
        let files = try await FileCredentialStore(path: bots).sealedFiles()
        let key = try verificationKey(files, content.password)
        for entry in try await manager.trash() {
            var found = Entry(account: entry.account.description, connector: entry.connector?.description)
            for file in files where file.trash == entry.id.description {
                guard case .credential(let connector) = file.kind else { continue }
                found.values[connector.description] = try value(of: file, key)
            }
            content.trash[entry.id.description] = found
        }
        let env = String(decoding: try Data(contentsOf: URL(filePath: self.env)), as: UTF8.self)
        guard env == "# ours\nCONFIG_PASSWORD=\(content.password)\nLAST=1\n" else {
            throw Fault.found("the .env is torn")
        }
        return content
    }

    /// Unlocking was recorded, and whoever writes to the log ends what dead processes had announced.
    private func checkLog(of manager: KeyManager) async throws {
        guard let log = try await manager.auditLog?.chain.verify(), log.lineCount > 0 else {
            throw Fault.found("there is no audit log")
        }
        guard log.breaks.isEmpty else { throw Fault.found("the audit log is broken: \(log.breaks)") }
        guard log.open.isEmpty else { throw Fault.found("nobody ended the announcements \(log.open)") }
    }

    /// What a process that died may not leave behind once the next change is done.
    func leftovers() throws -> [String] {
        let own = bots + "/.keys-manager/"
        let names = try ["staging", "pending"].flatMap { folder in
            try FileManager.default.contentsOfDirectory(atPath: own + folder).map { "\(folder)/\($0)" }
        }
        let home = try FileManager.default.contentsOfDirectory(atPath: folder + "/home").filter { $0 != ".env" }
        return names + home + (FileManager.default.fileExists(atPath: own + "rewrite") ? ["rewrite"] : [])
    }

    /// Writes a credential as Hummingbot does, sealed under salts of its own.
    func writeForeign(_ account: String, _ connector: String, value: String) throws {
        let password = try password()
        let lines = try ["k", value].map { text in
            let derivation = try KeyDerivation(.pbkdf2(rounds: 1000), salt: Self.random(16))
            return try Keyfile(
                sealing: Array(text.utf8), with: derivation.derive(from: password), derivation: derivation,
                iv: Self.random(16)
            ).hexArmor
        }
        let text =
            "connector: \(connector)\n\n\(connector)_api_key: \(lines[0])\n\n\(connector)_api_secret: \(lines[1])\n"
        let path = bots + "/credentials/\(account)/connectors/\(connector).yml"
        try Data(text.utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }

    func password() throws -> String {
        let text = String(decoding: try Data(contentsOf: URL(filePath: env)), as: UTF8.self)
        let line = text.split(separator: "\n").first { $0.hasPrefix("CONFIG_PASSWORD=") }
        guard let line else { throw Fault.found("the .env has no password") }
        return String(line.dropFirst("CONFIG_PASSWORD=".count))
    }

    func manager(hooks: StoreHooks = StoreHooks()) throws -> KeyManager {
        let store = try FileCredentialStore(path: bots, hooks: hooks)
        return KeyManager(
            store: store,
            vault: Vault(standard: SealingStandard(rounds: 1000), threadCount: 1), catalog: .standard,
            verification: nil,
            logger: Logger(label: "crash") { _ in SwiftLogNoOpLogHandler() },
            passwordFile: PasswordFile(
                path: env, read: { [env] in Array(try Data(contentsOf: URL(filePath: env))) },
                rewritten: { bytes, old, new in
                    let text = String(decoding: bytes, as: UTF8.self)
                    let line = "CONFIG_PASSWORD=\(old.exposed())\n"
                    guard text.contains(line) else { return nil }
                    return Array(text.replacing(line, with: "CONFIG_PASSWORD=\(new.exposed())\n").utf8)
                }), audit: AuditLog(of: store))
    }

    private func save(
        _ manager: KeyManager, _ account: String, _ connector: String, _ value: String, _ mode: SaveRequest.Mode
    ) async throws {
        _ = try await manager.save(
            SaveRequest(
                account: AccountName(account), connector: ConnectorName(connector),
                input: JSONObject([("api_key", "k"), ("api_secret", .string(value))]), mode: mode))
    }

    private func value(of credential: RevealedCredential) throws -> String {
        guard credential.problems.isEmpty, credential.unopened.isEmpty,
            let value = credential.values["\(credential.connector)_api_secret"]?.stringValue
        else {
            throw Fault.found(
                "\(credential.account)/\(credential.connector): \(credential.problems.joined(separator: ", "))")
        }
        return value
    }

    private func verificationKey(_ files: [SealedFile], _ password: String) throws -> DerivedKey {
        guard let file = files.first(where: \.isVaultsVerification), case .success(let bytes) = file.content else {
            throw Fault.found("the vault has no verification file")
        }
        return try PasswordVerification.keyfile(fromFile: bytes).derivation.derive(from: password)
    }

    /// The secret in a file of the undo store, under the vault's key or one of its own.
    private func value(of file: SealedFile, _ key: DerivedKey) throws -> String {
        guard case .success(let bytes) = file.content else { throw Fault.found("\(file.path) cannot be read") }
        let keyfiles = try CredentialDocument(bytes: bytes).keyfiles
        guard keyfiles.count == 2 else { throw Fault.found("\(file.path) has \(keyfiles.count) secrets") }
        let plaintext =
            keyfiles[1].authenticates(under: key)
            ? try keyfiles[1].open(with: key) : try keyfiles[1].open(password: password())
        return String(decoding: plaintext, as: UTF8.self)
    }

    private static func random(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255) } }
}
