public import CredentialVault
internal import Credentials
internal import EthereumKeyfile

extension KeyManager {
    /// Checks the whole vault, the undo store included: that every file can be read, every secret opens and is a text
    /// that its field takes, and that the files which keys-manager wrote have the bytes that it wrote; modes, links,
    /// strays and leftovers. Changes nothing. Costs a derivation for each salt that was not used since unlocking.
    ///
    /// - Parameter progress: Called now and then.
    /// - Returns: What was found.
    /// - Throws: ``Failure`` of kind `locked`, `storage`.
    public func checkVault(progress: @escaping @Sendable (ResealProgress) -> Void) async throws -> VaultReport {
        try await Failure.translating {
            let snapshot = try await self.store.snapshot()
            let inspection = try await self.store.inspect()
            var check = VaultCheck(manager: self, inspection: inspection)
            try await check.checkDigests()
            try await check.checkSealed(progress)
            check.checkPlain()
            try await check.checkLog()
            return check.report(snapshot)
        }
    }
}

/// Gathers findings.
private struct VaultCheck {
    let manager: KeyManager
    let inspection: StoreInspection
    private var findings: [VaultReport.Finding] = []
    private var secretCount = 0
    /// The bytes that keys-manager says are its own.
    private var confirmed: Set<Revision> = []
    /// The files that it wrote once, by account and name.
    private var written: Set<String> = []
    private var writtenNames: Set<String> = []
    private var hasOtherKey = false

    init(manager: KeyManager, inspection: StoreInspection) {
        self.manager = manager
        self.inspection = inspection
        for sentence in inspection.problems { add(.problem, sentence) }
        for sentence in inspection.warnings { add(.warning, sentence) }
    }

    private mutating func add(_ severity: VaultReport.Finding.Severity, _ sentence: String) {
        findings.append(VaultReport.Finding(severity: severity, sentence: sentence))
    }

    mutating func checkLog() async throws {
        guard let log = try await manager.audit?.chain.verify() else { return }
        for broken in log.breaks.prefix(20) {
            add(.problem, "The audit log does not hold at line \(broken.line): \(broken.reason).")
        }
    }

    mutating func checkDigests() async throws {
        for (path, digest) in inspection.digests {
            guard let digest else {
                add(.problem, "\(path) was changed since keys-manager wrote it; it says which bytes a file must have.")
                continue
            }
            written.insert("\(digest.account)/\(digest.file)")
            writtenNames.insert(digest.file)
            switch try await manager.vault.confirms(digest) {
            case true?: confirmed.insert(digest.revision)
            case false?: add(.problem, "\(path) was changed since keys-manager wrote it.")
            case nil: hasOtherKey = true
            }
        }
        if hasOtherKey {
            add(
                .warning,
                "Some digests were made under another key, so they say nothing about the files; another program may "
                    + "have replaced .password_verification.")
        }
    }

    mutating func checkSealed(_ progress: @Sendable (ResealProgress) -> Void) async throws {
        for (position, file) in inspection.sealed.enumerated() {
            switch file.content {
            case .failure(let error): add(.problem, "\(file.path) cannot be read: \(error.reason).")
            case .success(let bytes):
                switch file.kind {
                case .verification: try await checkVerification(file, bytes)
                case .credential(let connector): try await checkCredential(file, connector, bytes)
                }
                await checkBytes(file, bytes)
            }
            if position % 8 == 7 { progress(ResealProgress(done: position + 1, total: inspection.sealed.count)) }
        }
        if !inspection.sealed.contains(where: \.isVaultsVerification) {
            add(.problem, "master_account has no .password_verification.")
        }
    }

    private mutating func checkVerification(_ file: SealedFile, _ bytes: [UInt8]) async throws {
        let keyfile: Keyfile
        do {
            keyfile = try PasswordVerification.keyfile(fromFile: bytes)
        } catch {
            return add(.problem, "\(file.path) is damaged.")
        }
        guard case .success(let plaintext)? = try await manager.vault.open([keyfile]).first else {
            return add(
                file.isVaultsVerification ? .problem : .warning,
                "\(file.path) belongs to another password than the vault's.")
        }
        if plaintext != Array("HummingBot".utf8) { add(.problem, "\(file.path) opens to another word than it must.") }
    }

    private mutating func checkCredential(
        _ file: SealedFile, _ connector: ConnectorName, _ bytes: [UInt8]
    ) async throws {
        let document: CredentialDocument
        do {
            document = try CredentialDocument(bytes: bytes)
        } catch {
            return add(.problem, "\(file.path): \(CredentialReading(error).problem ?? "it is damaged")")
        }
        let reading = CredentialReading(document, named: connector, connector: manager.catalog[connector])
        // Those of keys that the connector does not have, too.
        let all = try await manager.vault.open(document.keyfiles)
        let shut = all.count { if case .failure = $0 { true } else { false } }
        secretCount += all.count - shut
        var named = 0
        if reading.condition == .unknownConnector {
            add(.warning, "\(file.path): \(reading.problem ?? "the connector is not known")")
        } else {
            let opened = try await manager.open(reading, problem: reading.problem)
            named = opened.unopened.count
            for problem in opened.problems { add(.problem, "\(file.path): \(problem)") }
        }
        if shut > named {
            add(.problem, "\(file.path): \(shut - named) more of its secrets do not open under the vault's password.")
        }
    }

    /// Compares with what keys-manager said of the file when it wrote it.
    ///
    /// A file whose secrets all have salts of their own was written anew by another program; one that shares the vault's
    /// salt is ours, and somebody changed it.
    private mutating func checkBytes(_ file: SealedFile, _ bytes: [UInt8]) async {
        guard !confirmed.contains(Revision(of: bytes)), !hasOtherKey else { return }
        switch file.kind {
        case .verification:
            guard writtenNames.contains(file.fileName) else { return }
            add(.warning, "\(file.path) is not as keys-manager wrote it: another program wrote it, or it was damaged.")
        case .credential:
            guard written.contains("\(file.account)/\(file.fileName)") else { return }
            var isOurs = false
            for keyfile in (try? CredentialDocument(bytes: bytes))?.keyfiles ?? [] {
                if await manager.vault.sharesSalt(with: keyfile) { isOurs = true }
            }
            if isOurs {
                add(.problem, "\(file.path) was changed since keys-manager wrote it, by hand or by damage.")
            } else {
                add(
                    .warning,
                    "\(file.path) is not as keys-manager wrote it: another program wrote it, or it was damaged.")
            }
        }
    }

    /// Hummingbot completes these files, so that other bytes are nothing to worry about.
    mutating func checkPlain() {
        for file in inspection.plain
        where !confirmed.contains(file.revision) && writtenNames.contains(file.name) {
            add(.note, "\(file.path) is not as keys-manager wrote it; Hummingbot and people edit this one.")
        }
    }

    func report(_ snapshot: StoreSnapshot) -> VaultReport {
        let known = Set(findings.map(\.sentence))
        let more = (snapshot.warnings + snapshot.accounts.flatMap(\.warnings)).filter { !known.contains($0) }.map {
            VaultReport.Finding(severity: .warning, sentence: $0)
        }
        let sorted = (findings + more).enumerated().sorted {
            ($1.element.severity, $0.offset) < ($0.element.severity, $1.offset)
        }
        return VaultReport(
            fileCount: inspection.fileCount, secretCount: secretCount, findings: sorted.map(\.element))
    }
}
