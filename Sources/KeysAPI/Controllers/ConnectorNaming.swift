import Credentials

extension APIRequest {
    /// The connector that the path names, as it is spelled there or as people spell it (`Gate-IO`).
    ///
    /// The spelling of the path wins when the catalogue has it, or has neither: a file of a connector that Hummingbot
    /// dropped is reachable under its own name.
    ///
    /// - Throws: ``InvalidName``.
    func connector(_ catalog: ConnectorCatalog) throws(InvalidName) -> ConnectorName {
        try ConnectorName(path["connector"], preferring: catalog)
    }
}

extension ConnectorName {
    /// Takes a name as a client sends it; see ``APIRequest/connector(_:)``.
    init(_ text: String, preferring catalog: ConnectorCatalog) throws(InvalidName) {
        let spelled = Result { () throws(InvalidName) in try ConnectorName(text) }
        if case .success(let name) = spelled, catalog[name] != nil {
            self = name
            return
        }
        if let name = try? ConnectorName(normalizing: text), catalog[name] != nil {
            self = name
            return
        }
        self = try spelled.get()
    }
}
