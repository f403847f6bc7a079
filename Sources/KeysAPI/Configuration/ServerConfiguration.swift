/// What a server must know besides the vault that it serves.
public struct ServerConfiguration: Sendable {
    /// The address to listen on: a name or an IP address without brackets.
    public var host: String
    /// The TCP port to listen on; 0 takes any free one.
    public var port: Int
    /// The one login that every route but the open ones asks for.
    public var login: APILogin
    /// Further names that a Host header may carry, without port; see ``HostRule``.
    public var allowedHosts: [String]
    /// The origins (`https://keys.example:8443`) whose pages may call the API; empty turns CORS off.
    public var corsOrigins: [String]
    /// The proxies whose `X-Forwarded-For` and `Forwarded` headers count.
    public var trustedProxies: [AddressRange]
    /// The largest request body, in bytes.
    public var bodyLimit: Int
    /// How long a client may take.
    public var deadlines: Deadlines
    /// How long a browser stays signed in.
    public var sessions: SessionLimits
    /// How many answers may be open at once that go on for as long as there is something to tell.
    public var maximumStreams: Int
    /// Whether the server itself speaks TLS, so that its cookies are for TLS only.
    public var speaksTLS: Bool
    /// How many connections may be open at once; further ones wait in the listening socket's backlog.
    public var maximumConnections: Int
    /// How long requests in flight may go on after a signal to stop; below 10 seconds.
    public var shutdownGrace: Duration
    /// The program's version, as `/` and `/openapi.json` tell it.
    public var version: String

    /// How long a client may take before its connection is closed.
    public struct Deadlines: Sendable {
        /// From the connection, or its TLS handshake, to the end of the first request's header.
        public var header: Duration
        /// From a request's header to the end of its body.
        public var body: Duration
        /// From a part of a response being sent to its being taken by the client's side; most responses have one part.
        public var write: Duration
        /// From a response to the end of the next request's header.
        public var idle: Duration

        /// Deadlines that a person at a slow line meets and a stalling client does not.
        public init(
            header: Duration = .seconds(15), body: Duration = .seconds(30), write: Duration = .seconds(60),
            idle: Duration = .seconds(75)
        ) {
            self.header = header
            self.body = body
            self.write = write
            self.idle = idle
        }
    }

    /// How long a browser stays signed in.
    ///
    /// OWASP's session management cheat sheet gives 15 to 30 minutes without use where little is at stake, 2 to 5 where
    /// much is, and wants a limit for the whole session, such as a working day's. A session here shows no secret, and who
    /// makes a key at an exchange is away from the page for a while: hence the longest of the times.
    public struct SessionLimits: Sendable {
        /// From the last request that a person caused.
        public var idle: Duration
        /// From signing in, whatever happens.
        public var lifetime: Duration
        /// How many sessions there may be; beyond, the one that was not used for the longest time ends.
        public var count: Int

        /// Half an hour without use, half a day as a whole.
        public init(idle: Duration = .seconds(1800), lifetime: Duration = .seconds(43_200), count: Int = 64) {
            self.idle = idle
            self.lifetime = lifetime
            self.count = count
        }
    }

    /// Why a server cannot be built as configured.
    public enum Fault: Error, Equatable {
        /// This is no `scheme://host[:port]` with http or https.
        case invalidOrigin(String)
        /// This is no host name or address.
        case invalidHost(String)
    }

    /// Describes a server.
    public init(
        host: String = "127.0.0.1", port: Int = 8000, login: APILogin, allowedHosts: [String] = [],
        corsOrigins: [String] = [], trustedProxies: [AddressRange] = [], bodyLimit: Int = 1 << 20,
        deadlines: Deadlines = Deadlines(), sessions: SessionLimits = SessionLimits(), maximumStreams: Int = 64,
        speaksTLS: Bool = false, maximumConnections: Int = 512, shutdownGrace: Duration = .seconds(8), version: String
    ) {
        self.host = host
        self.port = port
        self.login = login
        self.allowedHosts = allowedHosts
        self.corsOrigins = corsOrigins
        self.trustedProxies = trustedProxies
        self.bodyLimit = bodyLimit
        self.deadlines = deadlines
        self.sessions = sessions
        self.maximumStreams = maximumStreams
        self.speaksTLS = speaksTLS
        self.maximumConnections = maximumConnections
        self.shutdownGrace = shutdownGrace
        self.version = version
    }
}
