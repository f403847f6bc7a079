import ExchangeVerification
import KeyManagement
import OrderedJSON

extension ServerClient {
    /// The members of a good answer.
    ///
    /// - Throws: The server's refusal as a ``Failure``; `internal` for an answer that is not the expected one.
    func value(_ answer: Answer, for expected: ClosedRange<Int> = 200...299) throws -> JSON {
        guard expected.contains(answer.status) else { throw failure(for: answer) }
        guard let json = answer.json else { throw unexpectedAnswer }
        return json
    }

    /// What to say of an answer that does not hold what the route promises.
    var unexpectedAnswer: Failure {
        Failure(
            .internal, "The server at \(address) answered something that this program does not understand.",
            hint: "It may be of another version.")
    }

    /// A refusal, from the answer's own code where it has one, else from its status.
    func failure(for answer: Answer) -> Failure {
        if answer.status == 401 {
            return Failure(
                .unauthorized, "The server at \(address) refuses the login of \(login.user).",
                hint: "Set API_USER and API_PASS, in the environment or in ~/.hummingbot/.env.")
        }
        let detail = answer.json?["detail"]?.stringValue
        let faults = (answer.json?["fields"]?.arrayValue ?? []).compactMap { fault in
            fault["field"]?.stringValue.map { field in
                Failure.FieldFaultText(field: field, message: fault["message"]?.stringValue ?? "")
            }
        }
        if let kind = answer.json?["code"]?.stringValue.flatMap({ Failure.Kind(rawValue: $0) }), let detail {
            return Failure(
                kind, detail, hint: answer.json?["hint"]?.stringValue, fieldFaults: faults,
                report: answer.json?["verification"].flatMap(VerificationReport.init(json:)))
        }
        let said = detail.map { " It says: \($0)" } ?? ""
        switch answer.status {
        case 300...399:
            return Failure(
                .unreachable, "The server at \(address) points elsewhere (status \(answer.status)).",
                hint: "Give the address that it redirects to with --api-url.")
        case 421:
            return Failure(
                .unreachable, "The server at \(address) does not answer to this host name.",
                hint: "Start it with --allowed-host and the name.")
        case 429:
            return Failure(
                .busy, "The server at \(address) takes no more now.\(said)", hint: "Try again in a few seconds.")
        case 500...599:
            return Failure(.unreachable, "The server at \(address) failed (status \(answer.status)).\(said)")
        default:
            return Failure(.internal, "The server at \(address) refused (status \(answer.status)).\(said)")
        }
    }
}
