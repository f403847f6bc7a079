import Credentials
import KeyManagement
import OrderedJSON

/// An error in the shape of the skill's scripts: one JSON object with `error`, and the exit code 1.
struct SkillFailure: Error {
    let error: String
    let detail: String?
    /// Members that a script adds, such as `existing_connectors`.
    var more: [(String, JSON)] = []

    init(error: String, detail: String?, more: [(String, JSON)] = []) {
        self.error = error
        self.detail = detail
        self.more = more
    }

    /// Any error, in the phrases that the skill promises.
    ///
    /// - Parameters:
    ///   - cause: What was thrown.
    ///   - connector: The connector that the script was called with.
    ///   - account: The account that the script was called with.
    init(_ cause: any Error, connector: String?, account: String?) {
        if let failure = cause as? SkillFailure {
            self = failure
            return
        }
        let complaint = Complaint(cause)
        let sentences = [complaint.message] + complaint.fieldFaults.map(\.message) + [complaint.hint].compactMap { $0 }
        let isAboutConnector =
            (cause as? Failure)?.kind == .noSuchConnector || (cause as? InvalidName)?.kind == .connector
        if isAboutConnector {
            self.init(
                error: "Connector '\(connector ?? "")' not found",
                detail: sentences.filter { !$0.hasPrefix("Connector '") }.joined(separator: " "))
        } else {
            self.init(error: complaint.message, detail: sentences.dropFirst().joined(separator: " "))
        }
    }

    var json: JSON {
        var members: [(String, JSON)] = [("error", .string(error))]
        if let detail, !detail.isEmpty { members.append(("detail", .string(detail))) }
        return .object(JSONObject(members + more))
    }
}
