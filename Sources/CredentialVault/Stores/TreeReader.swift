internal import Credentials
internal import Glibc
internal import Synchronization

/// Reads a whole tree, and reads a file's bytes again only when the operating system says that it changed.
final class TreeReader: Sendable {
    private struct CachedFile {
        let signature: FileSignature
        let credential: StoredCredential
    }

    /// A file that was written this shortly before it was read may be written again without its times moving on:
    /// kernels take file times from a clock of up to 10 ms.
    private static let settlingNanoseconds: Int64 = 100_000_000

    private let cache = Mutex<[String: CachedFile]>([:])

    /// The tree as it is now.
    ///
    /// - Parameters:
    ///   - folders: The vault.
    ///   - visit: Called with every folder before its content is looked at.
    /// - Returns: The accounts, master_account first, and what does not belong there.
    /// - Throws: ``FileError`` when the accounts cannot be listed; a single unreadable file is part of the result.
    func read(
        _ folders: VaultFolders, visiting visit: (Folder) -> Void
    ) throws(FileError) -> (accounts: [StoredAccount], warnings: [String]) {
        visit(folders.root)
        var next: [String: CachedFile] = [:]
        let previous = cache.withLock { $0 }
        var accounts: [StoredAccount] = []
        var warnings: [String] = []
        switch folders.layout {
        case .conf:
            accounts = [account(.master, folders.root, previous, &next, visit)]
        case .bots:
            guard let parent = try folders.accountsFolder() else { break }
            visit(parent)
            for name in try parent.names() {
                let folder: Folder
                do {
                    folder = try parent.folder(name)
                } catch where error.code == ENOTDIR || error.code == ELOOP {
                    if name != ".gitignore" && name != ".dockerignore" {
                        warnings.append("\(parent.joined(name).printable) is no account: it is a file or a link.")
                    }
                    continue
                } catch {
                    warnings.append("\(parent.joined(name).printable) cannot be opened: \(error.reason).")
                    continue
                }
                guard let accountName = try? AccountName(name) else {
                    warnings.append(
                        "\(folder.path.printable) has a name that Hummingbot's API refuses, so it is left alone.")
                    continue
                }
                accounts.append(account(accountName, folder, previous, &next, visit))
            }
        }
        cache.withLock { $0 = next }
        return (accounts.sorted { $0.name < $1.name }, warnings)
    }

    private func account(
        _ name: AccountName, _ folder: Folder, _ previous: [String: CachedFile], _ next: inout [String: CachedFile],
        _ visit: (Folder) -> Void
    ) -> StoredAccount {
        visit(folder)
        var account = StoredAccount(name: name, credentials: [], warnings: [])
        do {
            let connectors = try folder.folder(VaultFolders.connectors)
            visit(connectors)
            for file in try connectors.names() {
                guard let connector = VaultFolders.connector(ofFile: file) else {
                    if !Self.ignoredNames.contains(file) {
                        account.warnings.append(
                            "\(connectors.joined(file).printable) is no connector file; Hummingbot may refuse the whole "
                                + "account for it.")
                    }
                    continue
                }
                account.credentials.append(credential(connector, file, connectors, previous, &next, &account.warnings))
            }
        } catch where error.code == ENOENT {
            account.warnings.append("\(folder.path.printable) has no connectors folder.")
        } catch {
            account.warnings.append("\(error.path.printable) cannot be read: \(error.reason).")
        }
        return account
    }

    private static let ignoredNames: Set<String> = [".gitignore", ".dockerignore", "__init__.py", ".DS_Store"]

    private func credential(
        _ connector: ConnectorName, _ file: String, _ folder: Folder, _ previous: [String: CachedFile],
        _ next: inout [String: CachedFile], _ warnings: inout [String]
    ) -> StoredCredential {
        let path = folder.joined(file)
        let startedAt = Self.now()
        let content: FileContent
        do throws(FileError) {
            if let status = try folder.status(of: file) {
                if status.st_mode & 0o077 != 0, status.isRegularFile {
                    warnings.append("\(path) can be read by other users of this machine (mode \(status.st_mode.octal)).")
                }
                if let known = previous[path], known.signature == FileSignature(status) {
                    next[path] = known
                    return known.credential
                }
            }
            guard let found = try folder.read(file, limit: CredentialDocument.byteLimit) else {
                throw FileError("read", path, code: ENOENT)
            }
            content = found
        } catch {
            return StoredCredential(
                connector: connector, modifiedAt: 0, revision: nil, content: .failure(.unreadable(error)))
        }
        let document: Result<CredentialDocument, StoredFault>
        do {
            document = .success(try CredentialDocument(bytes: content.bytes))
        } catch {
            document = .failure(.document(error))
        }
        let read = StoredCredential(
            connector: connector, modifiedAt: content.status.st_mtim.tv_sec, revision: Revision(of: content.bytes),
            content: document)
        let signature = FileSignature(content.status)
        if max(signature.modified, signature.changed) < startedAt - Self.settlingNanoseconds {
            next[path] = CachedFile(signature: signature, credential: read)
        }
        return read
    }

    private static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

extension String {
    /// The text with control characters replaced, for showing names that other programs chose.
    var printable: String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
    }
}

extension mode_t {
    /// The permission bits in the usual notation, such as `0644`.
    fileprivate var octal: String { "0" + String(self & 0o7777, radix: 8) }
}
