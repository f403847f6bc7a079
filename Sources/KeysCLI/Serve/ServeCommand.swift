import ArgumentParser
import Credentials
import KeyManagement
import KeysAPI
import Logging
import OrderedJSON

/// `serve`
struct ServeCommand: KeysCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the HTTP API and the web page.",
        discussion: """
            Existing Hummingbot clients work with it unchanged. It listens on 127.0.0.1:8000 and serves the vault that \
            --bots names, creating it where it is missing. The first start makes a login (user admin) and a config \
            password and writes them to ~/.hummingbot/.env. Without a config password it runs locked: lists work, \
            adding waits for keys-manager vault unlock. Another address than this machine's own needs TLS, or \
            --insecure-http behind a proxy or a tailnet that encrypts.

            Keys are checked with their exchanges before they are saved. --save-unverified, --no-verify and \
            --allow-withdrawals say what holds for clients that have no word for it; /v1 requests may say otherwise.

            EXAMPLES
              keys-manager serve
              keys-manager serve --verify-every 6h
              keys-manager serve --host 0.0.0.0 --tls-cert cert.pem --tls-key key.pem
              keys-manager serve --host 0.0.0.0 --insecure-http --trusted-proxy 10.0.0.0/8
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var password: PasswordOptions
    @Option(help: ArgumentHelp("The address to listen on.", valueName: "address")) var host = "127.0.0.1"
    @Option(help: ArgumentHelp("The port to listen on; 0 takes a free one.", valueName: "port")) var port = 8000
    @Option(
        name: .customLong("tls-cert"), help: ArgumentHelp("The certificate chain in PEM.", valueName: "file"),
        completion: .file())
    var tlsCertificate: String?
    @Option(
        name: .customLong("tls-key"), help: ArgumentHelp("The certificate's private key in PEM.", valueName: "file"),
        completion: .file())
    var tlsKey: String?
    @Option(
        name: .customLong("allowed-host"),
        help: ArgumentHelp("A further name that clients call this server by; may be repeated.", valueName: "name"))
    var allowedHosts: [String] = []
    @Option(
        name: .customLong("allowed-origin"),
        help: ArgumentHelp(
            "A web page's origin, such as https://desk.example, that may call; may be repeated.", valueName: "origin"))
    var allowedOrigins: [String] = []
    @Option(
        name: .customLong("trusted-proxy"),
        help: ArgumentHelp(
            "An address or block whose forwarded client addresses count; may be repeated.", valueName: "block"))
    var trustedProxies: [String] = []
    @OptionGroup var verification: VerificationOptions
    @OptionGroup var exchanges: ExchangeOptions
    @Option(
        name: .customLong("verify-every"),
        help: ArgumentHelp(
            "Check all keys again after about this time, such as 6h or 1d; not those whose requests are counted.",
            valueName: "time"),
        transform: Self.interval(_:))
    var verifyEvery: Int?
    @Option(
        name: .customLong("log-level"),
        help: ArgumentHelp(
            "How much the log tells: trace, debug, info (the default), notice, warning, error or critical.",
            valueName: "level"),
        transform: Self.logLevel(named:))
    var logLevel: Logger.Level?

    var standardInputReaders: [String] { password.standardInputReaders }

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port takes a number from 0 to 65535.") }
        guard (tlsCertificate == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-cert and --tls-key belong together.")
        }
        for proxy in trustedProxies where AddressRange(proxy) == nil {
            throw ValidationError("--trusted-proxy takes an address or a block such as 10.0.0.0/8.")
        }
        if options.apiURL != nil {
            throw ValidationError("serve has no use for --api-url; --host and --port say where.")
        }
    }

    func run(in session: Session) async throws {
        try checkExposure()
        let logger = makeLogger()
        let start = try ServerStart(session: session, passwords: password)
        let login = try APILogin(checking: start.login)
        if login.isWellKnown {
            guard isLoopback else {
                throw CommandError.usage(
                    "The login admin, admin is known to everyone, so it opens nothing from another machine.",
                    hint: "Set API_PASS in ~/.hummingbot/.env to a password of your own.")
            }
            session.output.warning("The login is admin, admin; set API_PASS to something that only you know.")
        }
        let configuration = ServerConfiguration(
            host: host, port: port, login: login, allowedHosts: allowedHosts, corsOrigins: allowedOrigins,
            trustedProxies: trustedProxies.compactMap { AddressRange($0) }, speaksTLS: tlsCertificate != nil,
            version: KeysManager.version)
        let transport = try transport(in: session.program.folders)
        try await ExchangeAccess.with(session, exchanges, policy: verification.policy) { access in
            let keys = try await start.openVault(asking: access, logger: logger)
            try await serve(keys, configuration, transport, logger, in: session)
        }
    }

    private func serve(
        _ keys: KeyManager, _ configuration: ServerConfiguration, _ transport: ServerTransport, _ logger: Logger,
        in session: Session
    ) async throws {
        let scheme = tlsCertificate == nil ? "http" : "https"
        let shownHost = host.contains(":") ? "[\(host)]" : host
        let application = try buildApplication(
            configuration: configuration, keys: keys, catalog: .standard, logger: logger,
            onListening: { port in
                let url = "\(scheme)://\(shownHost):\(port)"
                try? session.output.result(["url": .string(url)], sentence: "keys-manager listens on \(url)")
            },
            onFailedLogin: { address in await keys.auditLog?.loginFailed(from: address) },
            onSession: { event in await keys.auditLog?.note(event) }, transport: transport.server)
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                if let verifyEvery {
                    let checks = PeriodicVerification(keys: keys, interval: verifyEvery, logger: logger)
                    group.addTask { await checks.run() }
                }
                group.addTask { await keys.auditLog?.flushEveryMinute() }
                defer { group.cancelAll() }
                try await runServer(application, configuration: configuration, logger: logger)
                await keys.auditLog?.flush(isFinal: true)
            }
        } catch let error where !(error is CancellationError) {
            throw ServerTransport.listenFailure(error, host: host, port: port)
        }
    }

    private var isLoopback: Bool { LoopbackHost.matches(host) }

    private func checkExposure() throws {
        guard !isLoopback, tlsCertificate == nil, !options.insecureHTTP else { return }
        throw CommandError.usage(
            "\(Printable.line(host)) can be reached from other machines, and plain http would show them the login and keys.",
            hint: "Give --tls-cert and --tls-key, or --insecure-http when a proxy or tailnet in front encrypts.")
    }

    private func transport(in folders: WorkingFolders) throws -> ServerTransport {
        guard let tlsCertificate, let tlsKey else { return .plain }
        return try ServerTransport(
            certificateFile: folders.resolve(tlsCertificate), keyFile: folders.resolve(tlsKey))
    }

    private static func interval(_ text: String) throws -> Int {
        guard let seconds = TimeSpan.seconds(text), seconds >= 60 else {
            throw ValidationError("--verify-every takes a time of at least a minute, such as 30m, 6h or 1d.")
        }
        return seconds
    }

    private static func logLevel(named name: String) throws -> Logger.Level {
        guard let level = Logger.Level(rawValue: name) else {
            throw ValidationError("--log-level takes trace, debug, info, notice, warning, error or critical.")
        }
        return level
    }

    private func makeLogger() -> Logger {
        var logger = Logger(label: "keys-manager") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = logLevel ?? (options.quiet ? .warning : .info)
        return logger
    }
}

extension APILogin {
    /// A configured login, with complaints in words for a person.
    fileprivate init(checking login: ServerClient.Login) throws {
        do throws(Fault) {
            try self.init(user: login.user, password: login.password)
        } catch {
            let sentence =
                switch error {
                case .colonInUser: "API_USER must not hold a colon."
                case .emptyPassword: "API_PASS must not be empty."
                }
            throw CommandError.usage(sentence, hint: nil)
        }
    }
}
