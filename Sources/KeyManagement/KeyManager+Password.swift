public import CredentialVault
internal import Credentials
internal import EthereumKeyfile

extension KeyManager {
    /// How often files are read anew because another process changed one while they were being sealed.
    private static let attempts = 5

    /// Changes the vault's password: every secret of every account and of the undo store, and every verification file
    /// that opens under the old one, is sealed anew, all together or not at all.
    ///
    /// Costs one derivation for the new password, and one for each salt that Hummingbot used. Afterwards the vault is
    /// unlocked, unless somebody locks it meanwhile.
    public func changePassword(
        _ change: PasswordChange, progress: @escaping @Sendable (ResealProgress) -> Void
    ) async throws -> ResealOutcome {
        let outcome = try await recording(AuditSubject(.passwordChange)) { try await self.changing(change, progress) }
        note("config password changed", ["secrets": outcome.secretCount, "files": outcome.fileCount])
        return outcome
    }

    /// Seals the secrets that Hummingbot sealed under salts of their own anew under the vault's, so that one derivation
    /// opens everything. What does not open stays as it is.
    ///
    /// - Parameter progress: Called now and then.
    /// - Returns: What was done.
    /// - Throws: ``Failure`` of kind `locked`, `conflict`, `storage`.
    public func adopt(progress: @escaping @Sendable (ResealProgress) -> Void) async throws -> ResealOutcome {
        let outcome = try await recording(AuditSubject(.vaultAdopt)) {
            try await self.resealing(under: .vault, outside: nil, leavesUnreadable: true, progress)
        }
        note("secrets adopted", ["secrets": outcome.secretCount, "files": outcome.fileCount])
        return outcome
    }

    private func changing(
        _ change: PasswordChange, _ progress: @escaping @Sendable (ResealProgress) -> Void
    ) async throws -> ResealOutcome {
        guard !change.new.isEmpty else { throw Failure(.invalidInput, "The new config password is empty.") }
        guard change.new != change.current else {
            throw Failure(.invalidInput, "The new config password is the present one.", hint: "Nothing was changed.")
        }
        // It has to fit on a line of a .env, and a person must be able to type it.
        guard change.new.exposed().unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
            throw Failure(.invalidInput, "The new config password holds a line break or another control character.")
        }
        guard let file = try await store.verification(of: .master) else { throw Failure.noVault }
        let loan = try await vault.borrow(
            with: change.current, verification: try PasswordVerification.keyfile(fromFile: file),
            existing: { self.keyfiles(of: try await self.store.snapshot()) })
        do {
            return try await changingUnlocked(change, progress)
        } catch {
            await vault.giveBack(loan)
            throw error
        }
    }

    private func changingUnlocked(
        _ change: PasswordChange, _ progress: @escaping @Sendable (ResealProgress) -> Void
    ) async throws -> ResealOutcome {
        let outside = try outsideFile(for: change)
        let beginning = try await vault.begin(with: change.new)
        var outcome = try await resealing(
            under: .password(beginning), outside: outside, leavesUnreadable: change.leavesUnreadable, progress)
        outcome.passwordFile = outside?.path
        outcome.notices += Self.notices
        do {
            try await vault.open(beginning)
        } catch VaultError.locked {
            // What was sealed under the new key stands in the vault, whoever locked it meanwhile.
            outcome.notices.append("The vault was locked meanwhile: unlock it with the new password.")
        }
        return outcome
    }

    private static let notices = [
        "Bots that are deployed keep copies of their account under the old password: deploy them again, or start them with the old one.",
        "Backups made before open under the old password only: keep it as long as you keep them, or make new ones.",
        "A running Hummingbot API still has the old password: give it the new CONFIG_PASSWORD and restart it.",
        "A Gateway has a passphrase of its own, which stays what it was.",
    ]

    private func outsideFile(for change: PasswordChange) throws -> OutsideFile? {
        guard let passwordFile, let bytes = try passwordFile.read(),
            let replacement = try passwordFile.rewritten(bytes, change.current, change.new)
        else { return nil }
        return OutsideFile(path: passwordFile.path, current: bytes, replacement: replacement)
    }

    private func resealing(
        under target: ResealTarget, outside: OutsideFile?, leavesUnreadable: Bool,
        _ progress: @escaping @Sendable (ResealProgress) -> Void
    ) async throws -> ResealOutcome {
        var attempt = 1
        let verification = try await store.verification(of: .master)
        while true {
            let files = try await store.sealedFiles()
            // Somebody else's change of the password was quicker; theirs is not undone by the second one.
            guard try await store.verification(of: .master) == verification else { throw StoreError.passwordChanged }
            let resealed = try await vault.reseal(files, under: target, progress: progress)
            let left = zip(files, resealed).flatMap { file, resealed in
                resealed.unopened.map { reason in file.sentence(about: reason) }
            }
            // It opened a moment ago, so that somebody else's change of the password was quicker.
            let isVaultReplaced = zip(files, resealed).contains { $0.isVaultsVerification && $1.bytes != nil }
            if case .password = target, !isVaultReplaced { throw StoreError.passwordChanged }
            guard left.isEmpty || leavesUnreadable else { throw Failure.doesNotOpen(left) }
            let replacements = resealed.enumerated().compactMap { entry in
                entry.element.bytes.map { (entry.offset, $0) }
            }
            do {
                let kept =
                    replacements.isEmpty
                    ? []
                    : try await store.rewrite(
                        Rewrite(
                            seen: files, replacements: Dictionary(uniqueKeysWithValues: replacements),
                            outside: outside, digests: try await digests(of: files, replacements, under: target)))
                return ResealOutcome(
                    secretCount: resealed.map(\.secretCount).reduce(0, +), fileCount: replacements.count, left: left,
                    passwordFile: nil,
                    notices: kept.map { entry in
                        "Another program wrote \(entry.connector?.description ?? "a file") of \(entry.account) at the same moment; "
                            + "what it wrote is in the undo store (\(entry.id))."
                    })
            } catch StoreError.filesChanged where attempt < Self.attempts {
                // Every key is remembered by now, so another attempt takes moments.
                attempt += 1
            }
        }
    }
}

extension KeyManager {
    /// What is to be kept of the new bytes; and, under a new key, of the files that stay as they are and are ours.
    fileprivate func digests(
        of files: [SealedFile], _ replacements: [(Int, [UInt8])], under target: ResealTarget
    ) async throws -> [FileDigest] {
        var digests: [FileDigest] = []
        for (position, bytes) in replacements {
            let file = files[position]
            digests.append(
                try await vault.digest(of: bytes, file: file.fileName, account: file.account, under: target))
        }
        guard case .password = target else { return digests }
        let inspection = try await store.inspect()
        for file in inspection.plain {
            guard
                let known = inspection.digests.lazy.compactMap(\.digest).first(where: { $0.revision == file.revision }),
                try await vault.confirms(known) == true
            else { continue }
            digests.append(
                try await vault.digest(of: file.bytes, file: known.file, account: known.account, under: target))
        }
        return digests
    }
}

extension SealedFile {
    fileprivate func sentence(about reason: String) -> String {
        let place = trash == nil ? path : "\(path) (in the undo store)"
        return "\(place): \(reason)"
    }
}

extension Failure {
    /// How many secrets a refusal names.
    private static let namedCount = 20

    fileprivate static func doesNotOpen(_ sentences: [String]) -> Failure {
        let named = sentences.prefix(namedCount).joined(separator: "; ")
        let more = sentences.count > namedCount ? "; and \(sentences.count - namedCount) more" : ""
        return Failure(
            .damaged, "Not every secret opens under the present password, so nothing was changed: \(named)\(more).",
            hint: "Remove or replace what is named, or have it left as it is.")
    }
}
