public import OrderedJSON

/// How an exchange tells its time.
public struct ServerClock: Sendable {
    /// The public request.
    public let call: ProbeCall
    /// Finds the milliseconds since 1970 in an answer; `nil` when they are not there.
    public let milliseconds: @Sendable (ProbeResponse) -> Int?

    /// A clock that is read from an answer's body.
    ///
    /// - Parameters:
    ///   - call: The public request.
    ///   - milliseconds: Finds the milliseconds since 1970; `nil` when they are not there.
    public init(_ call: ProbeCall, milliseconds: @escaping @Sendable (JSON) -> Int?) {
        self.call = call
        self.milliseconds = { $0.json.flatMap(milliseconds) }
    }

    /// A clock that is read from the header `Date`, where an exchange tells its time nowhere else.
    ///
    /// - Parameter call: Any public request. The header has whole seconds, so half a second is added.
    public init(dateOf call: ProbeCall) {
        self.call = call
        milliseconds = { $0.header("Date").flatMap(UnixTime.init(httpDate:)).map { $0.milliseconds + 500 } }
    }

    /// Milliseconds from a number of seconds, milliseconds, microseconds or nanoseconds since 1970, told by its size.
    ///
    /// - Parameter number: Of a time between 1973 and the year 5000.
    /// - Returns: The same time in milliseconds.
    static func milliseconds(ofAnyUnit number: Int) -> Int {
        switch number {
        case 100_000_000_000_000_000...: number / 1_000_000
        case 100_000_000_000_000...: number / 1000
        case 100_000_000_000...: number
        default: UnixTime(seconds: number).milliseconds
        }
    }
}
