import HTTPTypes
import Hummingbird
import OrderedJSON

/// What clients ask about Gateway and Docker before they show anything. This server runs neither.
struct GatewayController: Sendable {
    var endpoints: [Endpoint] {
        let wallets = unavailable(.get, "/accounts/gateway/wallets", id: "list_gateway_wallets", "Lists wallets.")
        return [
            wallets,
            wallets.alias("/accounts/gateway/wallets/", id: "list_gateway_wallets_slash"),
            unavailable(.post, "/accounts/gateway/add-wallet", id: "add_gateway_wallet", "Adds a wallet."),
            unavailable(
                .post, "/accounts/gateway/wallet/set-default", id: "set_default_gateway_wallet", "Chooses a wallet."),
            unavailable(
                .delete, "/accounts/gateway/{chain}/{address}", id: "remove_gateway_wallet", "Removes a wallet."),
            Endpoint(
                .get, "/gateway/status", dialect: .hummingbird(),
                Operation(
                    id: "gateway_status", chapter: .gateway,
                    summary: "Whether this server runs a Gateway: it does not.",
                    answers: [
                        .init(
                            200, "Not running.",
                            .json(
                                .object([
                                    "running": .boolean, "container_id": .null, "image": .null, "created_at": .null,
                                    "port": .null,
                                ])))
                    ])
            ) { _ in
                Response(
                    json: ["running": false, "container_id": nil, "image": nil, "created_at": nil, "port": nil])
            },
            Endpoint(
                .get, "/docker/running", dialect: .hummingbird(),
                Operation(
                    id: "docker_running", chapter: .gateway,
                    summary: "Always true: the Dashboard asks this first and refuses to show its pages otherwise.",
                    answers: [.init(200, "`true`.", .json(.boolean))])
            ) { _ in Response(json: true) },
        ]
    }

    private func unavailable(
        _ method: HTTPRequest.Method, _ path: String, id: String, _ summary: String
    ) -> Endpoint {
        Endpoint(
            method, path, dialect: .hummingbird(),
            Operation(
                id: id, chapter: .gateway, summary: "\(summary) Not available: this server runs no Gateway.",
                answers: [.detail(503, "`Gateway service is not available`.")])
        ) { _ in
            throw APIError(.serviceUnavailable, "Gateway service is not available", code: "no_gateway")
        }
    }
}
