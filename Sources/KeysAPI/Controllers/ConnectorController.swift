import Credentials
import Hummingbird
import KeyManagement
import OrderedJSON

/// What connectors there are and what they ask for, in all generations' forms. Encoded once: it never changes.
struct ConnectorController: Sendable {
    private let catalog: ConnectorCatalog
    private let names: EncodedJSON
    private let list: EncodedJSON
    private let fieldNames: EncodedJSON
    private let configMaps: [ConnectorName: EncodedJSON]
    private let fieldNameLists: [ConnectorName: EncodedJSON]
    private let descriptions: [ConnectorName: EncodedJSON]

    init(catalog: ConnectorCatalog) {
        self.catalog = catalog
        let connectors = catalog.connectors
        names = EncodedJSON(.array(connectors.map { .string($0.name.description) }))
        list = EncodedJSON(.array(connectors.map(\.summary)))
        fieldNames = EncodedJSON(
            .object(JSONObject(connectors.map { ($0.name.description, Self.names(of: $0)) })))
        func byName(_ encode: (Connector) -> JSON) -> [ConnectorName: EncodedJSON] {
            Dictionary(connectors.map { ($0.name, EncodedJSON(encode($0))) }) { first, _ in first }
        }
        configMaps = byName { .object($0.configMap) }
        fieldNameLists = byName(Self.names)
        descriptions = byName(\.fullDescription)
    }

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get, "/v1/connectors", dialect: .versioned,
                Operation(
                    id: "v1_list_connectors", chapter: .connectors, summary: "All connectors, by name.",
                    answers: [
                        .init(200, "The connectors.", .json(.array(of: .named("Connector"))))
                    ])
            ) { _ in list.response },
            Endpoint(
                .get, "/v1/connectors/{connector}", dialect: .versioned,
                Operation(
                    id: "v1_show_connector", chapter: .connectors,
                    summary: "What a connector asks for, with labels, hints, defaults, choices and nesting.",
                    answers: [
                        .init(200, "The connector with its fields.", .json(.anyObject)),
                        .problem(404, "No such connector."),
                    ])
            ) { request in try find(descriptions, request).response },
            Endpoint(
                .get, "/connectors/", dialect: .hummingbird(),
                Operation(
                    id: "available_connectors", chapter: .hummingbird, summary: "The names of all connectors.",
                    answers: [.init(200, "The names.", .json(.named("Names")))])
            ) { _ in names.response },
            Endpoint(
                .get, "/connectors/{connector}/config-map", dialect: .hummingbird(),
                Operation(
                    id: "get_connector_config_map", chapter: .hummingbird,
                    summary: "The fields that a connector asks for.",
                    answers: [
                        .init(200, "The fields, in order.", .json(.named("ConfigMap"))),
                        .detail(404, "No such connector."),
                    ])
            ) { request in try find(configMaps, request).response },
            Endpoint(
                .get, "/available-connectors", dialect: .hummingbird(),
                Operation(
                    id: "available_connectors_2024", chapter: .hummingbird2024, summary: "The names of all connectors.",
                    answers: [.init(200, "The names.", .json(.named("Names")))])
            ) { _ in names.response },
            Endpoint(
                .get, "/connector-config-map/{connector}", dialect: .hummingbird(),
                Operation(
                    id: "get_connector_config_map_2024", chapter: .hummingbird2024,
                    summary: "The names of the fields that a connector asks for.",
                    answers: [
                        .init(200, "The names, in order.", .json(.array(of: .string))),
                        .detail(404, "No such connector."),
                    ])
            ) { request in try find(fieldNameLists, request).response },
            Endpoint(
                .get, "/all-connectors-config-map", dialect: .hummingbird(),
                Operation(
                    id: "get_all_connectors_config_map_2024", chapter: .hummingbird2024,
                    summary: "The names of the fields of all connectors.",
                    answers: [.init(200, "Field names by connector.", .json(.map(of: .array(of: .string))))])
            ) { _ in fieldNames.response },
        ]
    }

    private func find(_ table: [ConnectorName: EncodedJSON], _ request: APIRequest) throws -> EncodedJSON {
        let name = try request.connector(catalog)
        guard let found = table[name] else {
            throw APIError(.notFound, "Connector '\(name)' not found", code: Failure.Kind.noSuchConnector.rawValue)
        }
        return found
    }

    private static func names(of connector: Connector) -> JSON {
        .array(connector.configMap.names.map { .string($0) })
    }
}

extension Connector {
    fileprivate var summary: JSON { .object(JSONObject([("name", .string(name.description))] + traits)) }
}
