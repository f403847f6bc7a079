public import Credentials
public import Hummingbird
public import HummingbirdCore
public import KeyManagement
public import Logging
import NIOCore

/// Builds the server: routes, login, rules for browsers, deadlines. It opens nothing until it is run.
///
/// - Parameters:
///   - configuration: Where and for whom.
///   - keys: The vault that is served.
///   - catalog: The connectors that `/connectors/` lists.
///   - logger: Gets one line a request.
///   - clock: Times the answers to failed logins and wrong passwords.
///   - onListening: Called with the port once connections are accepted.
///   - onFailedLogin: Called with the client's address after a wrong login.
///   - onSession: Called when somebody signs in or out by the page.
///   - transport: Makes the server from the settings of its connections; the place to wrap it in TLS.
/// - Throws: ``ServerConfiguration/Fault``; whatever `transport` throws.
/// - Returns: The application; run it with ``runServer(_:configuration:logger:)``.
public func buildApplication(
    configuration: ServerConfiguration, keys: any KeyOperations, catalog: ConnectorCatalog, logger: Logger,
    clock: some Clock<Duration> & Sendable = ContinuousClock(),
    onListening: @escaping @Sendable (Int) async -> Void = { _ in },
    onFailedLogin: @escaping @Sendable (_ address: String?) async -> Void = { _ in },
    onSession: @escaping @Sendable (SessionEvent) async -> Void = { _ in },
    transport: (HTTP1Channel.Configuration) throws -> HTTPServerBuilder = { .http1(configuration: $0) }
) throws -> Application<RequestPipeline> {
    let pipeline = try RequestPipeline(
        configuration, keys: keys, catalog: catalog, clock: clock, onFailedLogin: onFailedLogin,
        onSession: onSession)
    return Application(
        responder: pipeline, server: try transport(channelConfiguration(configuration)),
        configuration: ApplicationConfiguration(
            address: .hostname(configuration.host, port: configuration.port),
            availableConnectionsDelegate: MaximumAvailableConnections(configuration.maximumConnections, logger: logger)),
        onServerRunning: { channel in await onListening(channel.localAddress?.port ?? configuration.port) },
        logger: logger)
}

/// The limits of one connection. A header beyond them is answered with 400.
private func channelConfiguration(_ configuration: ServerConfiguration) -> HTTP1Channel.Configuration {
    HTTP1Channel.Configuration(
        additionalChannelHandlers: [
            ConnectionDeadlines(configuration.deadlines, shutdownGrace: configuration.shutdownGrace)
        ],
        httpDecoderConfiguration: .init(
            maxHeaderFieldSize: 16 * 1024, maxHeaderListSize: 32 * 1024, maxHeaderFieldCount: 100))
}

extension RequestPipeline {
    /// Composes routes and rules. Of two patterns that fit a path the first wins, so Gateway's routes come first: the
    /// name `gateway` is reserved for them.
    init(
        _ configuration: ServerConfiguration, keys: any KeyOperations, catalog: ConnectorCatalog,
        clock: some Clock<Duration> & Sendable, onFailedLogin: @escaping @Sendable (_ address: String?) async -> Void,
        onSession: @escaping @Sendable (SessionEvent) async -> Void
    ) throws(ServerConfiguration.Fault) {
        let addresses = ClientAddressRule(trusting: configuration.trustedProxies)
        let login = LoginGuard(
            configuration.login, failures: FailedGuesses(clock: clock), addresses: addresses,
            sessions: SessionTable(limits: configuration.sessions, clock: clock),
            cookie: SessionCookie(isSecure: configuration.speaksTLS), onFailure: onFailedLogin)
        let accounts = AccountController(keys: keys, catalog: catalog)
        let slots = Slots(limit: configuration.maximumStreams, refusal: .tooManyStreams)
        // Each place is a derivation every four seconds; one alone would belong to the first program with an old password.
        let passwords = PasswordGuard(
            failures: FailedGuesses(limits: .init(places: 2), clock: clock), addresses: addresses)
        let events = EventController(
            keys: keys, sessions: login.sessions, slots: slots, sleep: { try await clock.sleep(for: $0) })
        let groups = [
            SessionController(login: login, onEvent: onSession).endpoints,
            VaultController(
                keys: keys, catalog: catalog, version: configuration.version, passwords: passwords
            ).endpoints,
            events.endpoints,
            VersionedAccountController(keys: keys, accounts: accounts).endpoints,
            VersionedCredentialController(keys: keys, catalog: catalog).endpoints,
            RoundController(keys: keys, catalog: catalog, sessions: login.sessions, slots: slots).endpoints,
            TrashController(keys: keys).endpoints, LogController(keys: keys).endpoints,
            GatewayController().endpoints, accounts.endpoints, ConnectorController(catalog: catalog).endpoints,
            SkillController(keys: keys, catalog: catalog).endpoints, Controller2024(accounts: accounts).endpoints,
        ]
        let endpoints = groups.flatMap { $0 }
        let pages = PageController(
            keys: keys, version: configuration.version,
            cookieName: login.cookie.name(port: configuration.port), documenting: endpoints.map(\.route))
        let origins = try configuration.corsOrigins.map { (text) throws(ServerConfiguration.Fault) in
            guard let origin = Origin(text) else { throw .invalidOrigin(text) }
            return origin
        }
        for host in configuration.allowedHosts where Authority(host) == nil && IPAddress(host) == nil {
            throw .invalidHost(host)
        }
        table = EndpointTable(endpoints + pages.endpoints)
        hosts = HostRule(
            listeningOn: configuration.host, port: configuration.port, allowing: configuration.allowedHosts)
        crossSite = CrossSiteRule(trusting: origins)
        cors = CORSPolicy(allowing: origins)
        self.login = login
        bodyLimit = configuration.bodyLimit
    }
}
