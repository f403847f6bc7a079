import Credentials
import ExchangeVerification
import HTTPTypes
import Hummingbird
import KeyManagement
import OrderedJSON

/// In whose words an endpoint tells its errors. All of the mapping from failures to statuses is in this file.
enum ErrorDialect: Sendable {
    /// The Hummingbot API's, for its clients of today and of 2024 and for the original skill's scripts.
    case hummingbird(missingAccount: MissingAccount = .notFound)
    /// Our own, under `/v1`.
    case versioned

    /// How the Hummingbot API says that there is no such account, which differs by route.
    enum MissingAccount: Sendable {
        /// 404 with our own sentence.
        case notFound
        /// 404 `Directory 'credentials/…/connectors' not found`, when credentials are listed.
        case directory
        /// 400 with the same words, when a credential is added.
        case directoryAsBadRequest
        /// 404 `Folder '…' not found in 'credentials'`, when an account is deleted.
        case folder
    }

    /// The error to answer for whatever an endpoint threw.
    ///
    /// The request names the account and the connector that the sentences speak of. The result is `nil` for an error
    /// that nobody foresaw.
    func error(for thrown: any Error, in request: APIRequest) -> APIError? {
        switch thrown {
        case let error as APIError: error
        case let name as InvalidName: Self.invalidName(name)
        case let failure as Failure:
            switch self {
            case .versioned: Self.versioned(failure)
            case .hummingbird(let missingAccount): Self.hummingbird(failure, missingAccount, request)
            }
        case is CancellationError: .stopping
        default: nil
        }
    }

    private static func invalidName(_ name: InvalidName) -> APIError {
        let sentence =
            name.kind == .account && name.text == "gateway"
            ? "Invalid account name: 'gateway'. The name is reserved." : name.description
        return APIError(.badRequest, sentence, code: Failure.Kind.invalidName.rawValue)
    }

    private static func versioned(_ failure: Failure) -> APIError {
        var error = APIError(
            status(of: failure.kind), failure.message, code: failure.kind.rawValue, hint: failure.hint,
            fields: failure.fieldFaults, headers: headers(of: failure.kind))
        error.verification = failure.report?.json
        return error
    }

    private static func hummingbird(
        _ failure: Failure, _ missingAccount: MissingAccount, _ request: APIRequest
    ) -> APIError {
        var (status, sentence) = (status(of: failure.kind), sentence(of: failure))
        switch (failure.kind, missingAccount) {
        case (.noSuchAccount, .directory):
            sentence = "Directory 'credentials/\(request.accountText)/connectors' not found"
        case (.noSuchAccount, .directoryAsBadRequest):
            (status, sentence) = (.badRequest, "Directory 'credentials/\(request.accountText)/connectors' not found")
        case (.noSuchAccount, .folder): sentence = "Folder '\(request.accountText)' not found in 'credentials'"
        case (.accountExists, _): (status, sentence) = (.badRequest, "Account already exists.")
        case (.protectedAccount, _): (status, sentence) = (.badRequest, "Cannot delete master account.")
        case (.noSuchConnector, _): sentence = "Connector '\(request.path["connector"])' not found"
        case (.invalidInput, _), (.keyRejected, _), (.keyUnverified, _): status = .badRequest
        default: break
        }
        return APIError(status, sentence, code: failure.kind.rawValue, headers: headers(of: failure.kind))
    }

    /// Cause, faults and cure in one text, since these clients show `detail` and nothing else.
    private static func sentence(of failure: Failure) -> String {
        ([failure.message] + failure.untoldFaults.map(\.message) + [failure.hint].compactMap { $0 }).joined(
            separator: " ")
    }

    private static func status(of kind: Failure.Kind) -> HTTPResponse.Status {
        switch kind {
        case .noSuchAccount, .noSuchCredential, .noSuchConnector, .noSuchTrashEntry: .notFound
        case .accountExists, .credentialExists, .conflict: .conflict
        case .protectedAccount, .wrongPassword: .forbidden
        case .invalidName: .badRequest
        case .invalidInput, .keyRejected: .unprocessableContent
        // The exchange that this depends on could not tell.
        case .keyUnverified: HTTPResponse.Status(code: 424, reasonPhrase: "Failed Dependency")
        case .locked: .locked
        case .notConfigured, .busy: .serviceUnavailable
        case .unauthorized, .unreachable: .badGateway
        case .unsupported: .notImplemented
        case .storage: .insufficientStorage
        case .damaged, .internal: .internalServerError
        }
    }

    private static func headers(of kind: Failure.Kind) -> HTTPFields {
        kind == .busy ? [.retryAfter: "1"] : [:]
    }
}

extension APIRequest {
    /// The account that the path or the query names, as it was sent. Only sentences about names that have passed the
    /// check repeat it.
    fileprivate var accountText: String {
        let inPath = path["account"]
        return inPath.isEmpty ? target.queryValue("account_name") ?? "" : inPath
    }
}
