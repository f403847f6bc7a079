public import OrderedJSON

/// What a check found out. It holds no secret and no text of an exchange that was not cleaned.
public struct VerificationReport: Sendable, Equatable {
    /// How the check came out.
    public var outcome: VerificationOutcome
    /// Why, likeliest first; empty when valid. Several when the exchange does not tell which it is.
    public var causes: [VerificationCause]
    /// The exchange's own code.
    public var exchangeCode: String?
    /// The exchange's own words, without secrets and control characters, shortened.
    public var exchangeMessage: String?
    /// What to do; `nil` when valid.
    public var cure: String?
    /// What the key may do; `nil` when the exchange does not tell.
    public var rights: KeyRights?
    /// What a person should know, each a sentence.
    public var warnings: [String]
    /// How many milliseconds the exchange's clock is ahead of this machine's; `nil` within a second or when unknown.
    public var clockOffsetMilliseconds: Int?
    /// When the check ended, by this machine's clock.
    public var checkedAt: UnixTime

    /// Describes an outcome.
    public init(
        outcome: VerificationOutcome, causes: [VerificationCause] = [], exchangeCode: String? = nil,
        exchangeMessage: String? = nil, cure: String? = nil, rights: KeyRights? = nil, warnings: [String] = [],
        clockOffsetMilliseconds: Int? = nil, checkedAt: UnixTime
    ) {
        self.outcome = outcome
        self.causes = causes
        self.exchangeCode = exchangeCode
        self.exchangeMessage = exchangeMessage
        self.cure = cure
        self.rights = rights
        self.warnings = warnings
        self.clockOffsetMilliseconds = clockOffsetMilliseconds
        self.checkedAt = checkedAt
    }

    /// Whether the credential may be saved without anybody insisting: it is valid, or nothing could ever prove it.
    public var allowsSaving: Bool { outcome == .valid || outcome == .inconclusive && causes == [.notProvable] }

    /// As it stands in answers and in the record of last outcomes.
    public var json: JSON {
        [
            "outcome": .string(outcome.rawValue), "causes": .array(causes.map { .string($0.rawValue) }),
            "exchange_code": exchangeCode.map { .string($0) } ?? .null,
            "exchange_message": exchangeMessage.map { .string($0) } ?? .null,
            "cure": cure.map { .string($0) } ?? .null, "rights": rights?.json ?? .null,
            "warnings": .array(warnings.map { .string($0) }),
            "clock_offset_ms": clockOffsetMilliseconds.map { .integer($0) } ?? .null,
            "checked_at": .string(checkedAt.description),
        ]
    }

    /// Reads what ``json`` made; `nil` for anything else.
    public init?(json: JSON) {
        guard let outcome = json["outcome"]?.stringValue.flatMap(VerificationOutcome.init),
            let checkedAt = json["checked_at"]?.stringValue.flatMap(UnixTime.init(iso8601:)),
            let causes = json["causes"]?.arrayValue, let warnings = json["warnings"]?.arrayValue
        else { return nil }
        self.init(
            outcome: outcome, causes: causes.compactMap { $0.stringValue.flatMap(VerificationCause.init) },
            exchangeCode: json["exchange_code"]?.stringValue, exchangeMessage: json["exchange_message"]?.stringValue,
            cure: json["cure"]?.stringValue, rights: json["rights"].flatMap(KeyRights.init(json:)),
            warnings: warnings.compactMap(\.stringValue),
            clockOffsetMilliseconds: json["clock_offset_ms"]?.integerValue, checkedAt: checkedAt)
    }
}
