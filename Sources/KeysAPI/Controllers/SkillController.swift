import Credentials
import Hummingbird
import KeyManagement
import OrderedJSON

/// The two routes that the original skill's scripts call and that no server had.
struct SkillController: Sendable {
    let keys: any KeyOperations
    let catalog: ConnectorCatalog

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .post, "/accounts/{account}/credentials", dialect: .hummingbird(),
                Operation(
                    id: "skill_add_credential", chapter: .skill, summary: "Adds or replaces a credential.",
                    body: .init(
                        Schema.object(["connector_name": .string, "credentials": .named("FieldValues")]).open,
                        example: [
                            "connector_name": "binance",
                            "credentials": ["api_key": "your key", "api_secret": "your secret"],
                        ]),
                    answers: [
                        .init(
                            201, "Saved.",
                            .json(
                                .object([
                                    "message": .string, "account": .name, "connector": .name, "was_override": .boolean,
                                ])))
                    ] + .saveErrors),
                handler: save),
            Endpoint(
                .delete, "/accounts/{account}/credentials/{connector}", dialect: .hummingbird(),
                Operation(
                    id: "skill_delete_credential", chapter: .skill, summary: "Moves a credential to the undo store.",
                    answers: [
                        .message(200, "Credential deleted successfully."),
                        .detail(404, "No such account or credential."), .detail(409, "Another writer came first."),
                    ]),
                handler: delete),
        ]
    }

    func save(_ request: APIRequest) async throws -> Response {
        let account = try request.account()
        guard let body = try await request.json() else { throw APIError.missing(["body"]) }
        guard body.objectValue != nil else { throw APIError.notAnObject(["body"]) }
        guard let name = body["connector_name"] else { throw APIError.missing(["body", "connector_name"]) }
        guard let name = name.stringValue else { throw APIError.notAString(["body", "connector_name"]) }
        guard let values = body["credentials"] else { throw APIError.missing(["body", "credentials"]) }
        guard let input = values.objectValue else { throw APIError.notAnObject(["body", "credentials"]) }
        let connector = try ConnectorName(name, preferring: catalog)
        // The path does not hold the connector, so the general sentence for this failure would name none.
        guard catalog[connector] != nil else {
            throw APIError(.notFound, "Connector '\(connector)' not found", code: Failure.Kind.noSuchConnector.rawValue)
        }
        let saved = try await keys.save(
            SaveRequest(account: account, connector: connector, input: input, mode: .addOrReplace))
        return Response(
            json: [
                "message": .string(saved.wasReplaced ? "Credentials replaced." : "Credentials added."),
                "account": .string(account.description), "connector": .string(connector.description),
                "was_override": .bool(saved.wasReplaced),
            ], status: .created)
    }

    func delete(_ request: APIRequest) async throws -> Response {
        let (account, connector) = (try request.account(), try request.connector(catalog))
        try await keys.remove(connector, from: account, expecting: nil)
        return .message("Credential deleted successfully.")
    }
}
