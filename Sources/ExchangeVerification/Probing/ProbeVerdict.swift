/// What a probe concludes from the answers, before the rules that hold for all exchanges are applied.
public struct ProbeVerdict: Sendable {
    /// How the check came out.
    public var outcome: VerificationOutcome
    /// Why, likeliest first; empty when valid.
    public var causes: [VerificationCause]
    /// The exchange's own code, as it came.
    public var code: String?
    /// The exchange's own words, as they came; cleaned before anyone sees them.
    public var message: String?
    /// What to do, where the cause's own sentence does not fit.
    public var cure: String?
    /// What the key may do, where the exchange tells.
    public var rights: KeyRights?
    /// What a person should know, each a sentence.
    public var warnings: [String]

    /// The key works.
    public static func valid(_ rights: KeyRights?, warnings: [String] = []) -> ProbeVerdict {
        ProbeVerdict(outcome: .valid, causes: [], rights: rights, warnings: warnings)
    }

    /// The key does not work, or nobody can tell: rejected when every one of the causes is a fault of the key.
    ///
    /// - Parameters:
    ///   - causes: What it may be, likeliest first.
    ///   - code: The exchange's own code.
    ///   - message: The exchange's own words.
    ///   - cure: What to do, where the causes' own sentences do not fit.
    ///   - rights: What the key may do, as far as it was told.
    /// - Returns: The verdict.
    public static func failed(
        _ causes: [VerificationCause], code: String? = nil, message: String? = nil, cure: String? = nil,
        rights: KeyRights? = nil
    ) -> ProbeVerdict {
        ProbeVerdict(
            outcome: causes.allSatisfy(\.isFaultOfCredential) ? .rejected : .inconclusive, causes: causes, code: code,
            message: message, cure: cure, rights: rights)
    }

    /// Nobody can tell, although the causes alone would be faults of the key.
    public static func inconclusive(
        _ causes: [VerificationCause], code: String? = nil, message: String? = nil, cure: String? = nil
    ) -> ProbeVerdict {
        ProbeVerdict(outcome: .inconclusive, causes: causes, code: code, message: message, cure: cure)
    }

    /// The same with the rights that an earlier answer told, so that a later failure does not hide them.
    func knowing(_ rights: KeyRights?) -> ProbeVerdict {
        var verdict = self
        verdict.rights = verdict.rights ?? rights
        return verdict
    }

    private init(
        outcome: VerificationOutcome, causes: [VerificationCause], code: String? = nil, message: String? = nil,
        cure: String? = nil, rights: KeyRights? = nil, warnings: [String] = []
    ) {
        self.outcome = outcome
        self.causes = causes
        self.code = code
        self.message = message
        self.cure = cure
        self.rights = rights
        self.warnings = warnings
    }
}
