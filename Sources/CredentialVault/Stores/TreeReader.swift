internal import Credentials
internal import Glibc
internal import Synchronization

/// Reads a whole tree, and reads a file's bytes again only when the operating system says that it changed.
final class TreeReader: Sendable {
    private struct Cached<Content: Sendable>: Sendable {
        let signature: FileSignature
        let content: Content
    }

    /// What was read of the files, by their paths.
    private struct Files: Sendable {
        var credentials: [String: Cached<StoredCredential>] = [:]
        var verifications: [String: Cached<[UInt8]>] = [:]
        var outcomes: [Revision: Cached<[UInt8]>] = [:]
    }

    /// All that a tree holds.
    struct Tree: Sendable {
        /// master_account first, then by name.
        var accounts: [StoredAccount]
        /// What does not belong there.
        var warnings: [String]
        /// What was found out about credential files.
        var outcomes: [Revision: [UInt8]]
    }

    /// One pass over the tree: what was known before it, and what is known after it.
    private struct Pass {
        let before: Files
        var after = Files()
    }

    /// A file that was written this shortly before it was read may be written again without its times moving on:
    /// kernels take file times from a clock of up to 10 ms.
    private static let settlingNanoseconds = 100_000_000

    private let cache = Mutex(Files())

    /// The tree as it is now.
    ///
    /// - Parameters:
    ///   - folders: The vault.
    ///   - visit: Called with every folder before its content is looked at.
    /// - Returns: What the tree holds.
    /// - Throws: ``FileError`` when the accounts cannot be listed, or when there are too few open files to tell what is
    ///   there; a single unreadable file is part of the result.
    func read(
        _ folders: VaultFolders, visiting visit: (Folder) -> Void
    ) throws(FileError) -> Tree {
        visit(folders.root)
        var pass = Pass(before: cache.withLock { $0 })
        var accounts: [StoredAccount] = []
        var warnings: [String] = []
        switch folders.layout {
        case .conf:
            accounts = [try account(.master, folders.root, &pass, visit)]
        case .bots:
            guard let parent = try folders.accountsFolder() else { break }
            visit(parent)
            for name in try parent.names() {
                let folder: Folder
                do {
                    folder = try parent.folder(name)
                } catch  where error.code == ENOTDIR || error.code == ELOOP {
                    if !VaultFolders.toleratedFiles.contains(name) {
                        warnings.append("\(parent.joined(name).printable) is no account: it is a file or a link.")
                    }
                    continue
                } catch  where error.code == ENOENT && !name.contains("\u{FFFD}") {
                    // It went away since the folder was listed; a repaired name would never be found.
                    continue
                } catch  where error.isExhaustion {
                    throw error
                } catch {
                    warnings.append("\(parent.joined(name).printable) cannot be opened: \(error.reason).")
                    continue
                }
                guard let accountName = try? AccountName(name) else {
                    warnings.append(
                        "\(folder.path.printable) has a name that Hummingbot's API refuses, so it is left alone.")
                    continue
                }
                accounts.append(try account(accountName, folder, &pass, visit))
            }
        }
        let outcomes = try outcomes(folders.root, &pass, visit)
        cache.withLock { [after = pass.after] in $0 = after }
        if !accounts.isEmpty, !accounts.contains(where: \.name.isMaster) {
            warnings.append("There are accounts but no master_account, which holds the vault's password check.")
        }
        return Tree(accounts: accounts.sorted { $0.name < $1.name }, warnings: warnings, outcomes: outcomes)
    }

    /// The findings about credential files. They are a convenience: what cannot be read, or was changed since it was
    /// written, counts as absent.
    private func outcomes(
        _ root: Folder, _ pass: inout Pass, _ visit: (Folder) -> Void
    ) throws(FileError) -> [Revision: [UInt8]] {
        let own = try unlessRefused { () throws(FileError) in try root.existingFolder(VaultFolders.own) }
        guard let own else { return [:] }
        visit(own)
        let folder = try unlessRefused { () throws(FileError) in try own.existingFolder(OwnFolder.outcomes) }
        guard let folder else { return [:] }
        visit(folder)
        var found: [Revision: [UInt8]] = [:]
        for name in try unlessRefused({ () throws(FileError) in try folder.names() }) ?? [] {
            guard let revision = OwnFolder.revision(ofOutcome: name), let status = try? folder.status(of: name) else {
                continue
            }
            if let known = pass.before.outcomes[revision], known.signature == FileSignature(status) {
                pass.after.outcomes[revision] = known
                found[revision] = known.content
                continue
            }
            let settlingTime = Self.settlingTime()
            let content = try unlessRefused { () throws(FileError) in
                try folder.read(name, limit: OwnFolder.outcomeByteLimit)
            }
            guard let content, OwnFolder.isIntact(content.bytes, about: revision) else { continue }
            found[revision] = content.bytes
            if let signature = Self.settled(content.status, settlingTime) {
                pass.after.outcomes[revision] = Cached(signature: signature, content: content.bytes)
            }
        }
        return found
    }

    private func account(
        _ name: AccountName, _ folder: Folder, _ pass: inout Pass, _ visit: (Folder) -> Void
    ) throws(FileError) -> StoredAccount {
        visit(folder)
        var account = StoredAccount(name: name, credentials: [], verification: nil, warnings: [])
        account.verification = try verification(folder, &pass, &account.warnings)
        do throws(FileError) {
            let connectors = try folder.folder(VaultFolders.connectors)
            visit(connectors)
            for file in try connectors.names() {
                guard let connector = VaultFolders.connector(ofFile: file) else {
                    if !VaultFolders.toleratedFiles.contains(file) {
                        account.warnings.append(
                            "\(connectors.joined(file).printable) is no connector file; Hummingbot may refuse the whole "
                                + "account for it.")
                    }
                    continue
                }
                if let found = try credential(connector, file, connectors, &pass, &account.warnings) {
                    account.credentials.append(found)
                }
            }
        } catch  where error.isExhaustion {
            throw error
        } catch  where error.code == ENOENT {
            account.warnings.append("\(folder.path.printable) has no connectors folder.")
        } catch {
            account.warnings.append("\(error.path.printable) cannot be read: \(error.reason).")
        }
        return account
    }

    /// - Returns: `nil` for a file that went away since the folder was listed.
    private func credential(
        _ connector: ConnectorName, _ file: String, _ folder: Folder, _ pass: inout Pass,
        _ warnings: inout [String]
    ) throws(FileError) -> StoredCredential? {
        let path = folder.joined(file)
        let settlingTime = Self.settlingTime()
        let content: FileContent
        do throws(FileError) {
            guard let status = try folder.status(of: file) else { return nil }
            if status.st_mode & 0o077 != 0, status.isRegularFile {
                warnings.append("\(path) can be read by other users of this machine (mode \(status.st_mode.octal)).")
            }
            if let known = pass.before.credentials[path], known.signature == FileSignature(status) {
                pass.after.credentials[path] = known
                return known.content
            }
            guard let found = try folder.read(file, limit: CredentialDocument.byteLimit) else { return nil }
            content = found
        } catch  where error.isExhaustion {
            throw error
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
        if let signature = Self.settled(content.status, settlingTime) {
            pass.after.credentials[path] = Cached(signature: signature, content: read)
        }
        return read
    }

    private func verification(
        _ folder: Folder, _ pass: inout Pass, _ warnings: inout [String]
    ) throws(FileError) -> [UInt8]? {
        let path = folder.joined(VaultFolders.verification)
        let settlingTime = Self.settlingTime()
        do {
            guard let status = try folder.status(of: VaultFolders.verification) else { return nil }
            if let known = pass.before.verifications[path], known.signature == FileSignature(status) {
                pass.after.verifications[path] = known
                return known.content
            }
            let found = try folder.read(VaultFolders.verification, limit: VaultFolders.verificationByteLimit)
            guard let found else { return nil }
            if let signature = Self.settled(found.status, settlingTime) {
                pass.after.verifications[path] = Cached(signature: signature, content: found.bytes)
            }
            return found.bytes
        } catch  where error.isExhaustion {
            throw error
        } catch {
            warnings.append("\(path) cannot be read: \(error.reason).")
            return nil
        }
    }

    /// What tells the version of a file; `nil` when it may still be in the making.
    ///
    /// - Parameters:
    ///   - status: The file's.
    ///   - settlingTime: What ``settlingTime()`` told before the file was read.
    /// - Returns: The version.
    private static func settled(_ status: stat, _ settlingTime: FileTime) -> FileSignature? {
        let signature = FileSignature(status)
        return max(signature.modified, signature.changed) < settlingTime ? signature : nil
    }

    /// A file that was changed before this time is settled now.
    private static func settlingTime() -> FileTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        time.tv_nsec -= settlingNanoseconds
        if time.tv_nsec < 0 {
            time.tv_sec -= 1
            time.tv_nsec += 1_000_000_000
        }
        return FileTime(time)
    }
}

extension mode_t {
    /// The permission bits in the usual notation, such as `0644`.
    var octal: String { "0" + String(self & 0o7777, radix: 8) }
}
