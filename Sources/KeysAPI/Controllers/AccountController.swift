import Credentials
import Hummingbird
import KeyManagement
import OrderedJSON

/// Accounts and credentials as today's clients of the Hummingbot API know them.
struct AccountController: Sendable {
    let keys: any KeyOperations
    let catalog: ConnectorCatalog
    private let names = OverviewCache { overview in .array(overview.accounts.map { .string($0.name.description) }) }

    init(keys: any KeyOperations, catalog: ConnectorCatalog) {
        self.keys = keys
        self.catalog = catalog
    }

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get, "/accounts/", dialect: .hummingbird(),
                Operation(
                    id: "list_accounts", chapter: .hummingbird,
                    summary: "The names of all accounts, master_account first.",
                    answers: [.init(200, "The names.", .json(.named("Names")))]),
                handler: list),
            Endpoint(
                .get, "/accounts/{account}/credentials", dialect: .hummingbird(missingAccount: .directory),
                Operation(
                    id: "list_account_credentials", chapter: .hummingbird,
                    summary: "The connectors that have a credential in the account, by name.",
                    answers: [
                        .init(200, "The connectors' names.", .json(.named("Names"))), .detail(404, "No such account."),
                    ]),
                handler: listCredentials),
            Endpoint(
                .post, "/accounts/add-account", dialect: .hummingbird(),
                Operation(
                    id: "add_account", chapter: .hummingbird, summary: "Creates an account.",
                    parameters: [.accountName],
                    answers: [
                        .message(201, "Account added successfully."),
                        .detail(400, "The account exists already, or the name is invalid."), .missingQuery,
                    ]),
                handler: add),
            Endpoint(
                .post, "/accounts/delete-account", dialect: .hummingbird(missingAccount: .folder),
                Operation(
                    id: "delete_account", chapter: .hummingbird,
                    summary: "Moves an account with its credentials to the undo store.", parameters: [.accountName],
                    answers: [
                        .message(200, "Account deleted successfully."),
                        .detail(400, "The account is master_account, or the name is invalid."),
                        .detail(404, "No such account."), .missingQuery,
                    ]),
                handler: delete),
            Endpoint(
                .post, "/accounts/add-credential/{account}/{connector}",
                dialect: .hummingbird(missingAccount: .directoryAsBadRequest),
                Operation(
                    id: "add_credential", chapter: .hummingbird, summary: "Adds or replaces a credential.",
                    text: "A replacement is complete in itself: no value of the credential before is kept.",
                    body: .values, answers: [.message(201, "Connector credentials added successfully.")] + .saveErrors),
                handler: saveCredential),
            Endpoint(
                .post, "/accounts/delete-credential/{account}/{connector}", dialect: .hummingbird(),
                Operation(
                    id: "delete_credential", chapter: .hummingbird, summary: "Moves a credential to the undo store.",
                    answers: [
                        .message(200, "Credential deleted successfully."),
                        .detail(404, "No such account or credential."), .detail(409, "Another writer came first."),
                    ]),
                handler: deleteCredential),
        ]
    }

    func list(_ request: APIRequest) async throws -> Response {
        names.encoded(try await keys.overview()).json.response
    }

    func listCredentials(_ request: APIRequest) async throws -> Response {
        let credentials = try await keys.credentials(in: request.account())
        return Response(json: .array(credentials.map { .string($0.connector.description) }))
    }

    func add(_ request: APIRequest) async throws -> Response {
        try await keys.createAccount(AccountName(request.requiredQuery("account_name")))
        return .message("Account added successfully.", status: .created)
    }

    func delete(_ request: APIRequest) async throws -> Response {
        try await keys.deleteAccount(AccountName(request.requiredQuery("account_name")))
        return .message("Account deleted successfully.")
    }

    func saveCredential(_ request: APIRequest) async throws -> Response {
        _ = try await save(request)
        return .message("Connector credentials added successfully.", status: .created)
    }

    func deleteCredential(_ request: APIRequest) async throws -> Response {
        let (account, connector) = (try request.account(), try request.connector(catalog))
        try await keys.remove(connector, from: account, expecting: nil)
        return .message("Credential deleted successfully.")
    }

    /// Adds or replaces what the path names with the fields of the body.
    func save(_ request: APIRequest) async throws -> SavedCredential {
        let (account, connector) = (try request.account(), try request.connector(catalog))
        guard let body = try await request.json() else { throw APIError.missing(["body"]) }
        guard let input = body.objectValue else { throw APIError.notAnObject(["body"]) }
        return try await keys.save(
            SaveRequest(account: account, connector: connector, input: input, mode: .addOrReplace))
    }
}

extension Operation.Body {
    /// The fields of one connector, as the Hummingbot API takes them.
    static let values = Operation.Body(
        .named("FieldValues"), example: ["binance_api_key": "your key", "binance_api_secret": "your secret"])
}

extension Operation.Answer {
    static let missingQuery = Self(422, "The account's name is missing.", .json(.named("ValidationErrors")))
    static let invalidBody = Self(422, "The body is missing or no JSON object.", .json(.named("ValidationErrors")))
}

extension [Operation.Answer] {
    /// What can go wrong when a credential is written through one of the Hummingbot API's routes.
    static var saveErrors: [Operation.Answer] {
        [
            .detail(
                400,
                "Invalid name, no such account, values that do not fit, or a key that the exchange refuses or that "
                    + "could not be checked; the detail names cause and cure."),
            .detail(404, "No such account or connector."), .detail(409, "Another writer came first."), .invalidBody,
            .detail(423, "The vault is locked; the detail says how to unlock it."),
        ]
    }
}
