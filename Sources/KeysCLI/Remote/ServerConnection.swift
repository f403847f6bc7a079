import Credentials
import ExchangeVerification
import KeyManagement
import NIOHTTP1
import OrderedJSON

/// Finds out whether, and as whom, the program may talk to the server that the settings name.
struct ServerConnection {
    let session: Session
    let setting: Setting

    /// Runs `body` with the operations that the server offers.
    ///
    /// - Parameters:
    ///   - access: The way to the exchanges, for a server that does not check keys itself.
    ///   - body: What to do with them.
    /// - Returns: What `body` returns.
    /// - Throws: ``Failure`` when the server cannot be used, ``CommandError`` when it may not be; what `body` throws.
    func open<Result: Sendable>(
        asking access: ExchangeAccess?, _ body: (any KeyOperations) async throws -> Result
    ) async throws -> Result {
        let address = try ServerAddress(setting.value)
        try checkAddress(address)
        let login = try login(at: address)
        return try await ServerClient.with(address: address, login: login) { client in
            let keys = try await Self.operations(of: client, asking: access)
            // This machine asks in place of a server that does not.
            if keys is HummingbotServer { access?.tellOverrides(on: session.output) }
            return try await body(keys)
        }
    }

    /// A real Hummingbot API has no `/v1`, and says its name at the root to anybody.
    private static func operations(
        of client: ServerClient, asking access: ExchangeAccess?
    ) async throws -> any KeyOperations {
        let answer = try await client.send(.GET, "/v1/vault")
        if answer.status == 200, answer.json?["state"] != nil { return KeysManagerServer(server: client) }
        guard answer.status == 404 || answer.status == 405 else { throw client.failure(for: answer) }
        let root = try await client.send(.GET, "/")
        guard root.status == 200, root.json?["name"]?.stringValue == "Hummingbot API" else {
            throw Failure(
                .unreachable, "What answers at \(client.address) is neither keys-manager nor a Hummingbot API.",
                hint: "Check the address and the port.")
        }
        // No vault of ours is at hand to remember nonces in; a process sends one request of a key at a time.
        return HummingbotServer(
            server: client, verification: access?.verification(remembering: InMemoryNonces()))
    }

    private func checkAddress(_ address: ServerAddress) throws {
        guard !address.isLoopback else {
            if setting.isFromCurrentFolder { try checkPlantedAddress(address) }
            return
        }
        if !address.isEncrypted, !session.options.insecureHTTP {
            throw CommandError.usage(
                "\(address) is another machine, and plain http would show it and everyone between the login and keys.",
                hint: "Use https, or give --insecure-http when the network itself is protected.")
        }
        guard setting.isFromCurrentFolder else { return }
        let sentence = "The .env of the current folder names another machine, \(address), as the server"
        if session.options.yes {
            session.output.warning(sentence + ".")
        } else if let prompter = session.prompter {
            prompter.say(sentence + ".")
            guard try prompter.confirm("Send the login and keys there?") else { throw CommandError.declined }
        } else {
            throw CommandError.nobodyToAsk(
                sentence + ", and nobody is there to agree.",
                hint: "Give --yes, or name the server with --api-url or in ~/.hummingbot/.env.")
        }
    }

    /// On this machine anybody's program may listen, so a folder from elsewhere must not lead the login there unseen.
    private func checkPlantedAddress(_ address: ServerAddress) throws {
        session.output.note("Working through \(address), which ./.env names.")
        let login = [session.settings.apiUser, session.settings.apiPassword].compactMap { $0 }
        guard session.options.apiPassStdin || login.contains(where: { !$0.isFromCurrentFolder }) else { return }
        guard !session.options.yes else { return }
        let sentence = "The .env of the current folder names the server, \(address), but not the login"
        guard let prompter = session.prompter else {
            throw CommandError.nobodyToAsk(
                sentence + ", and nobody is there to agree.",
                hint: "Give --yes, or name the server with --api-url or in ~/.hummingbot/.env.")
        }
        prompter.say(sentence + ".")
        guard try prompter.confirm("Send the login and keys there?") else { throw CommandError.declined }
    }

    /// The configured login; the old servers' admin, admin on this machine only; else a person is asked.
    private func login(at address: ServerAddress) throws -> ServerClient.Login {
        let settings = session.settings
        let user = settings.apiUser?.value ?? "admin"
        if session.options.apiPassStdin {
            return ServerClient.Login(user: user, password: try session.program.console.standardInput.secretLine())
        }
        if let password = settings.apiPassword { return ServerClient.Login(user: user, password: password.secret) }
        if address.isLoopback, settings.apiUser == nil {
            return ServerClient.Login(user: user, password: Secret("admin"))
        }
        guard let prompter = session.prompter else {
            throw Failure(
                .notConfigured, "The login for \(address) is not known, and nobody is there to ask.",
                hint: "Set API_USER and API_PASS, in the environment or in ~/.hummingbot/.env.")
        }
        let asked = try settings.apiUser?.value ?? prompter.ask("User name at \(address)", usual: "admin")
        return ServerClient.Login(user: asked, password: try prompter.askSecret("Password of \(asked)"))
    }
}
