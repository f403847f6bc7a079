public import OrderedJSON

/// What an exchange answered, whole and within the limits. It may hold an account's data, so it never prints itself.
public struct ProbeResponse: Sendable {
    /// The HTTP status.
    public let status: Int
    /// The body read as JSON; `nil` when it is none.
    public let json: JSON?
    /// The body as it came.
    public let body: [UInt8]
    /// How many seconds the exchange asks to wait, or `nil`.
    public let retryAfterSeconds: Int?

    /// Reads an answer.
    ///
    /// - Parameters:
    ///   - status: The HTTP status.
    ///   - body: The whole body.
    ///   - retryAfterSeconds: The header `Retry-After`, when it is a number of seconds.
    public init(status: Int, body: [UInt8], retryAfterSeconds: Int? = nil) {
        self.status = status
        self.body = body
        self.retryAfterSeconds = retryAfterSeconds
        json = try? JSON(parsing: body)
    }
}

extension ProbeResponse: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Status and length only.
    public var description: String { "<status \(status), \(body.count) bytes>" }
    /// The same as `description`.
    public var debugDescription: String { description }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
