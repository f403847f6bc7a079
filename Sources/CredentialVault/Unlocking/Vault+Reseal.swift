internal import EthereumKeyfile

/// A file whose secrets were sealed anew.
public struct ResealedFile: Sendable {
    /// The new bytes; `nil` when nothing in the file changes.
    public var bytes: [UInt8]?
    /// How many secrets were sealed anew.
    public var secretCount = 0
    /// What does not open, as the ends of sentences that begin with the file: `binance_api_key, which …`.
    public var unopened: [String] = []
}

/// Counts secrets that were opened, for people who wait.
public struct ResealProgress: Sendable, Equatable {
    /// Files that are done.
    public let done: Int
    /// Files in all.
    public let total: Int

    /// Counts.
    public init(done: Int, total: Int) {
        self.done = done
        self.total = total
    }
}

/// What secrets are sealed anew with.
public enum ResealTarget: Sendable {
    /// A new password: everything is sealed anew, and verification files that open become the new one.
    case password(VaultBeginning)
    /// The vault's own key: what is sealed under another salt is sealed anew.
    case vault
}

extension Vault {
    /// Opens what files hold and seals it anew. Costs a derivation for each salt that was not used since unlocking.
    ///
    /// A verification file that does not open belongs to another password and is left alone, without a word.
    ///
    /// - Parameters:
    ///   - files: All files of the vault, so that no IV of theirs is used again.
    ///   - target: What to seal with.
    ///   - progress: Called after every few files.
    /// - Returns: For each file what becomes of it, in the same order.
    /// - Throws: ``VaultError/locked``, or `KeyfileError`.
    public func reseal(
        _ files: [SealedFile], under target: ResealTarget, progress: @Sendable (ResealProgress) -> Void
    ) async throws -> [ResealedFile] {
        let contents = files.map(ResealingContent.init)
        var sealer: Resealer
        switch target {
        case .password(let beginning):
            let used = try PasswordVerification.keyfile(fromFile: beginning.verification).iv
            sealer = Resealer(
                derivation: beginning.derivation, key: beginning.key, usedIVs: [used],
                verification: beginning.verification)
        case .vault:
            let sealing = try sealing()
            let used = Set(contents.flatMap(\.keyfiles).map(\.iv)).union(sealing.usedIVs)
            sealer = Resealer(derivation: sealing.derivation, key: sealing.key, usedIVs: used, verification: nil)
            sealer.verification = try verification(among: files, contents, &sealer)
        }
        var resealed: [ResealedFile] = []
        var next = contents.startIndex
        while next < contents.endIndex {
            // A handful at a time, so that different salts are derived side by side and people see it move.
            let end = min(next + 8, contents.endIndex)
            let group = contents[next..<end]
            var opened = try await open(group.flatMap { $0.toOpen(unless: sealer.isOwn) })[...]
            for content in group {
                let count = content.toOpen(unless: sealer.isOwn).count
                resealed.append(try sealer.reseal(content, opened: Array(opened.prefix(count))))
                opened = opened.dropFirst(count)
            }
            next = end
            progress(ResealProgress(done: next, total: contents.count))
        }
        if case .vault = target { remember(sealedIVs: sealer.freshIVs) }
        return resealed
    }

    /// The vault's own verification file where that is sealed as secrets are, else a new one that is.
    private func verification(
        among files: [SealedFile], _ contents: [ResealingContent], _ sealer: inout Resealer
    ) throws -> [UInt8] {
        for (file, content) in zip(files, contents) where file.isVaultsVerification {
            if case .verification(let keyfile, let bytes) = content, sealer.isOwn(keyfile) { return bytes }
        }
        return Array(try sealer.seal(Array(PasswordVerification.word.utf8)).utf8)
    }
}

/// A file as far as sealing anew is concerned.
private enum ResealingContent {
    case verification(Keyfile, [UInt8])
    case credential(CredentialDocument, [SealedText], [UInt8])
    /// The end of a sentence that begins with the file.
    case unusable(String)
    /// A verification file that is none: it opens nothing under any password.
    case foreign

    init(_ file: SealedFile) {
        switch (file.content, file.kind) {
        case (.failure(let error), _): self = .unusable("which cannot be read: \(error.reason)")
        case (.success(let bytes), .verification):
            if let keyfile = try? PasswordVerification.keyfile(fromFile: bytes) {
                self = .verification(keyfile, bytes)
            } else {
                self = .foreign
            }
        case (.success(let bytes), .credential):
            do {
                let document = try CredentialDocument(bytes: bytes)
                self = .credential(document, document.sealedTexts, bytes)
            } catch {
                self = .unusable("which is damaged")
            }
        }
    }

    /// Every keyfile, whether it is to be opened or not.
    var keyfiles: [Keyfile] {
        switch self {
        case .verification(let keyfile, _): [keyfile]
        case .credential(_, let texts, _): texts.compactMap(\.keyfile)
        case .unusable, .foreign: []
        }
    }

    func toOpen(unless isOwn: (Keyfile) -> Bool) -> [Keyfile] { keyfiles.filter { !isOwn($0) } }
}

/// Seals opened texts anew.
private struct Resealer {
    private let derivation: KeyDerivation
    private let key: DerivedKey
    private var ivs: IVSource
    /// What verification files become that open.
    var verification: [UInt8]?

    init(derivation: KeyDerivation, key: DerivedKey, usedIVs: Set<[UInt8]>, verification: [UInt8]?) {
        self.derivation = derivation
        self.key = key
        self.verification = verification
        ivs = IVSource(usedIVs: usedIVs)
    }

    var freshIVs: Set<[UInt8]> { ivs.given }

    /// Whether a value is sealed as it should be already. One of the same salt and another password is, too: it would be
    /// opened and found not to.
    func isOwn(_ keyfile: Keyfile) -> Bool {
        keyfile.derivation == derivation && keyfile.authenticates(under: key)
    }

    mutating func seal(_ plaintext: [UInt8]) throws(KeyfileError) -> String {
        try Keyfile(sealing: plaintext, with: key, derivation: derivation, iv: ivs.next()).hexArmor
    }

    mutating func reseal(
        _ content: ResealingContent, opened: [Result<[UInt8], KeyfileError>]
    ) throws -> ResealedFile {
        switch content {
        case .foreign: return ResealedFile()
        case .unusable(let reason): return ResealedFile(unopened: [reason])
        case .verification(_, let bytes):
            guard case .success(let plaintext)? = opened.first, plaintext == Array(PasswordVerification.word.utf8)
            else { return ResealedFile() }
            return ResealedFile(bytes: verification == bytes ? nil : verification)
        case .credential(let document, let texts, let bytes):
            return try reseal(document, texts, bytes, opened)
        }
    }

    private mutating func reseal(
        _ document: CredentialDocument, _ texts: [SealedText], _ bytes: [UInt8],
        _ opened: [Result<[UInt8], KeyfileError>]
    ) throws -> ResealedFile {
        var file = ResealedFile()
        var fresh: [String: String] = [:]
        var rest = opened[...]
        for text in texts {
            guard let keyfile = text.keyfile else {
                file.unopened.append("\(text.path), which is damaged")
                continue
            }
            if isOwn(keyfile) { continue }
            switch rest.popFirst() {
            case .success(let plaintext)? where String(validating: plaintext, as: UTF8.self) != nil:
                if fresh[text.armor] == nil { fresh[text.armor] = try seal(plaintext) }
                file.secretCount += 1
            case .success?: file.unopened.append("\(text.path), which opens to bytes that are no text")
            case .failure(let error)?: file.unopened.append("\(text.path): \(error.sentence)")
            case nil: throw VaultError.locked
            }
        }
        guard !fresh.isEmpty else { return file }
        file.bytes = Self.bytes(bytes, of: document, replacing: fresh)
        if file.bytes == nil {
            file.secretCount = 0
            file.unopened.append("whose form cannot be written back")
        }
        return file
    }

    /// The file with other sealed texts and not one byte changed beside them, where it can be had so.
    private static func bytes(
        _ bytes: [UInt8], of document: CredentialDocument, replacing texts: [String: String]
    ) -> [UInt8]? {
        let wanted = document.replacing(texts: texts)
        var text = String(decoding: bytes, as: UTF8.self)
        for (old, new) in texts { text = text.replacing(old, with: new) }
        if (try? CredentialDocument(bytes: Array(text.utf8))) == wanted { return Array(text.utf8) }
        // A value that was folded over several lines by hand: the file is written as Hummingbot would.
        let written = wanted.bytes
        return (try? CredentialDocument(bytes: written)) == wanted ? written : nil
    }
}
