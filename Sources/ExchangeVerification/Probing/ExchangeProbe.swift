public import Credentials

/// How to check a credential of one connector: which requests to send and what the answers mean.
///
/// Pure: it does no input or output, looks at no clock and draws no random number, so that every exchange is tested
/// without a network. A new exchange is one file with a conformer, and its line in ``ProbeRegistry/standard``.
public protocol ExchangeProbe: Sendable {
    /// The connector whose credentials it checks.
    var connector: ConnectorName { get }

    /// Everything that it may ever send. The verifier refuses to send anything else.
    var routes: [ProbeCall.Route] { get }

    /// How to ask for the exchange's time.
    ///
    /// - Parameter credential: Tells the site, where an exchange has several.
    /// - Returns: `nil` when signing needs no time.
    func clock(for credential: Credential) -> ServerClock?

    /// Whether the exchange counts the key's requests, so that a probe can disturb a bot that uses the same key.
    var nonceRule: NonceRule { get }

    /// What a valid outcome proves.
    var proof: ProbeProof { get }

    /// The text by which the exchange knows the key; requests with the same one never run at once.
    func identity(of credential: Credential) -> Secret

    /// What comes next, from everything that was answered so far.
    ///
    /// - Parameters:
    ///   - answers: In the order of asking; empty at first, when whatever can be told without asking is told.
    ///   - credential: The credential to check.
    /// - Returns: The next request, or the judgement.
    func next(after answers: [ProbeAnswer], for credential: Credential) -> ProbeStep

    /// What the answers so far have told of the key's rights. It stays with the verdict, so that nothing that goes wrong
    /// after it hides what the key may do.
    ///
    /// - Parameter answers: In the order of asking.
    /// - Returns: `nil` while none has told anything, and where only the last answer does.
    func rights(toldBy answers: [ProbeAnswer]) -> KeyRights?

    /// Puts a request together, with its signature where the call is signed.
    ///
    /// - Parameters:
    ///   - call: What is asked.
    ///   - credential: Whose key signs.
    ///   - stamp: The time, the nonce and the random bytes to use.
    /// - Returns: What shall be sent, to the exchange's own server.
    /// - Throws: ``UnusableSecret`` when the secret cannot sign at all.
    func request(
        for call: ProbeCall, of credential: Credential, stamp: ProbeStamp
    ) throws(UnusableSecret) -> ProbeRequest
}

extension ExchangeProbe {
    /// No nonces.
    public var nonceRule: NonceRule { .none }

    /// Nothing before the last answer.
    public func rights(toldBy answers: [ProbeAnswer]) -> KeyRights? { nil }
}

/// The secret does not have the form in which it could sign a request.
public struct UnusableSecret: Error, Equatable {
    /// Says so.
    public init() {}
}

/// Whether an exchange counts a key's requests.
public enum NonceRule: Sendable, Equatable {
    /// It does not; requests with one key may come in any order.
    case none
    /// Each request needs a number above all before. Hummingbot uses this machine's time in whole seconds, so a probe
    /// must do the same: a finer number would lock the bot out for good, a corrected time for a while.
    case wholeSeconds
    /// Each request may need a number above all before; Hummingbot uses the exchange's time in seconds with a fraction.
    /// The nonce counts milliseconds, so that a probe's number stays below those that a bot sends after it.
    case milliseconds
}

/// What a signature may depend on beside key and request.
public struct ProbeStamp: Sendable {
    /// The time, corrected to the exchange's clock.
    public let time: UnixTime
    /// The nonce, where the exchange counts requests; else 0.
    public let nonce: Int
    /// 32 random bytes.
    public let random: [UInt8]
    /// What was answered so far; a login's answer holds the token for what follows.
    public let answers: [ProbeAnswer]

    /// Puts a stamp together.
    public init(time: UnixTime, nonce: Int = 0, random: [UInt8], answers: [ProbeAnswer] = []) {
        self.time = time
        self.nonce = nonce
        self.random = random
        self.answers = answers
    }
}

/// One request and what came back.
public struct ProbeAnswer: Sendable {
    /// What was asked.
    public let call: ProbeCall
    /// What was answered.
    public let response: ProbeResponse
    /// When it was answered, by the exchange's clock as far as that is known.
    public let time: UnixTime

    /// Pairs a request with its answer.
    public init(_ call: ProbeCall, _ response: ProbeResponse, at time: UnixTime) {
        self.call = call
        self.response = response
        self.time = time
    }
}

/// What comes next in a check.
public enum ProbeStep: Sendable {
    /// Ask this, after a pause.
    case ask(ProbeCall, after: Duration = .zero)
    /// The check is over.
    case judge(ProbeVerdict)
}
