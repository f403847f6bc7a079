import Credentials
import Hummingbird
import KeyManagement
import OrderedJSON

/// The routes of the Hummingbot API of 2024, which the old Dashboard and scripts of its time call.
struct Controller2024: Sendable {
    let accounts: AccountController

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get, "/list-accounts", dialect: .hummingbird(),
                Operation(
                    id: "list_accounts_2024", chapter: .hummingbird2024, summary: "The names of all accounts.",
                    answers: [.init(200, "The names.", .json(.named("Names")))]),
                handler: accounts.list),
            Endpoint(
                .get, "/list-credentials/{account}", dialect: .hummingbird(missingAccount: .directory),
                Operation(
                    id: "list_credentials_2024", chapter: .hummingbird2024,
                    summary: "The names of an account's credential files, with .yml.",
                    answers: [
                        .init(200, "The file names.", .json(.array(of: .string))), .detail(404, "No such account."),
                    ]),
                handler: listCredentials),
            Endpoint(
                .post, "/add-account", dialect: .hummingbird(),
                Operation(
                    id: "add_account_2024", chapter: .hummingbird2024, summary: "Creates an account.",
                    parameters: [.accountName],
                    answers: [
                        .message(201, "Credential added successfully."),
                        .detail(400, "The account exists already, or the name is invalid."), .missingQuery,
                    ]),
                handler: addAccount),
            Endpoint(
                .post, "/delete-account", dialect: .hummingbird(missingAccount: .folder),
                Operation(
                    id: "delete_account_2024", chapter: .hummingbird2024,
                    summary: "Moves an account with its credentials to the undo store.", parameters: [.accountName],
                    answers: [
                        .message(200, "Credential deleted successfully."),
                        .detail(400, "The account is master_account, or the name is invalid."),
                        .detail(404, "No such account."), .missingQuery,
                    ]),
                handler: deleteAccount),
            Endpoint(
                .post, "/add-connector-keys/{account}/{connector}",
                dialect: .hummingbird(missingAccount: .directoryAsBadRequest),
                Operation(
                    id: "add_connector_keys_2024", chapter: .hummingbird2024, summary: "Adds or replaces a credential.",
                    body: .values, answers: [.message(201, "Connector keys added successfully.")] + .saveErrors),
                handler: addConnectorKeys),
            Endpoint(
                .post, "/delete-credential/{account}/{connector}", dialect: .hummingbird(),
                Operation(
                    id: "delete_credential_2024", chapter: .hummingbird2024,
                    summary: "Moves a credential to the undo store.",
                    answers: [
                        .message(200, "Credential deleted successfully."),
                        .detail(404, "No such account or credential."), .detail(409, "Another writer came first."),
                    ]),
                handler: accounts.deleteCredential),
        ]
    }

    func listCredentials(_ request: APIRequest) async throws -> Response {
        let credentials = try await accounts.keys.credentials(in: request.account())
        return Response(json: .array(credentials.map { .string("\($0.connector).yml") }))
    }

    func addAccount(_ request: APIRequest) async throws -> Response {
        _ = try await accounts.add(request)
        return .message("Credential added successfully.", status: .created)
    }

    func deleteAccount(_ request: APIRequest) async throws -> Response {
        _ = try await accounts.delete(request)
        return .message("Credential deleted successfully.")
    }

    func addConnectorKeys(_ request: APIRequest) async throws -> Response {
        _ = try await accounts.save(request)
        return .message("Connector keys added successfully.", status: .created)
    }
}
