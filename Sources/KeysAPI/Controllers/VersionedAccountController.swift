import Credentials
import HTTPTypes
import Hummingbird
import KeyManagement
import OrderedJSON

/// `/v1`: accounts.
struct VersionedAccountController: Sendable {
    let keys: any KeyOperations
    let accounts: AccountController

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get, "/v1/accounts", dialect: .versioned,
                Operation(
                    id: "v1_list_accounts", chapter: .accounts, summary: "The names of all accounts.",
                    answers: [.init(200, "The names, master_account first.", .json(.named("Names")))]),
                handler: accounts.list),
            Endpoint(
                .post, "/v1/accounts", dialect: .versioned,
                Operation(
                    id: "v1_create_account", chapter: .accounts, summary: "Creates an account.",
                    body: .init(.object(["name": .name]), example: ["name": "second_account"]),
                    answers: [
                        .init(201, "Created.", .json(.object(["name": .name])), headers: ["Location"]),
                        .problem(409, "There is one of that name already."),
                    ]),
                handler: create),
            Endpoint(
                .delete, "/v1/accounts/{account}", dialect: .versioned,
                Operation(
                    id: "v1_delete_account", chapter: .accounts,
                    summary: "Moves an account with its credentials to the undo store.",
                    answers: [
                        .removed, .problem(403, "master_account cannot be deleted."),
                        .problem(404, "No such account."), .problem(409, "Another writer came first."),
                    ]),
                handler: delete),
        ]
    }

    func create(_ request: APIRequest) async throws -> Response {
        guard let name = try await request.members("name")["name"]?.stringValue else {
            throw APIError.malformed("`name` must be the account's name.")
        }
        let account = try AccountName(name)
        try await keys.createAccount(account)
        return Response(
            json: ["name": .string(account.description)], status: .created,
            headers: [.location: "/v1/accounts/\(account)/credentials"])
    }

    func delete(_ request: APIRequest) async throws -> Response {
        Response(removed: try await keys.deleteAccount(request.account()))
    }
}
