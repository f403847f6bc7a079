import ExchangeVerification
import Foundation
import OrderedJSON
import Testing

/// What an exchange answers, as documented, and what must be made of it; files of `Tests/Vectors/answers`.
struct AnswerVector: Sendable, CustomTestStringConvertible {
    struct Answer: Sendable {
        let path: String
        /// The question in the body, where one path takes several.
        let question: JSON?
        let response: ProbeResponse
    }

    let name: String
    let connector: String
    let fields: JSONObject
    let allowsWithdrawals: Bool
    let answers: [Answer]
    let json: JSON

    var testDescription: String { "\(connector): \(name)" }

    static let all: [AnswerVector] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Vectors/answers")
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.sorted().flatMap { file -> [AnswerVector] in
            let vectors = (try? JSON(parsing: Array(Data(contentsOf: folder.appending(path: file)))))?.arrayValue
            return (vectors ?? []).compactMap(AnswerVector.init)
        }
    }()

    private init?(_ json: JSON) {
        guard let name = json["name"]?.stringValue, let connector = json["connector"]?.stringValue,
            let answers = json["answers"]?.arrayValue
        else { return nil }
        self.name = name
        self.connector = connector
        self.json = json
        fields = json["fields"]?.objectValue ?? JSONObject()
        allowsWithdrawals = json["allow_withdrawals"]?.boolValue ?? false
        self.answers = answers.map { answer in
            let body = answer["body"]?.stringValue.map { Array($0.utf8) } ?? answer["body"]?.bytes() ?? []
            return Answer(
                path: answer["path"]?.stringValue ?? "", question: answer["ask"],
                response: ProbeResponse(
                    status: answer["status"]?.integerValue ?? 0, body: body,
                    headers: (answer["headers"]?.objectValue?.members ?? []).map {
                        (name: $0.name, value: $0.value.stringValue ?? "")
                    }))
        }
    }

    /// Answers as the vector says; several answers to one question come one after the other, the last one for good.
    var transport: ScriptedTransport {
        ScriptedTransport { request, count throws(TransportFailure) in
            let question = try? JSON(parsing: request.body)
            let matching = answers.filter { $0.path == request.path && ($0.question == nil || $0.question == question) }
            if !matching.isEmpty { return matching[min(count, matching.count - 1)].response }
            return Self.time(request) ?? text("", status: 404)
        }
    }

    /// The exchanges' clocks agree with the test's; `nil` for a request that asks for no time.
    static func time(_ request: ProbeRequest) -> ProbeResponse? {
        switch request.path {
        case "/api/v1/time" where request.base.host == "api.backpack.exchange": text("1700000000123")
        case "/api/v1/time": text(#"{"serverTime":1700000000123}"#)
        case "/api/v2/public/time":
            text(#"{"code":"00000","msg":"success","data":{"serverTime":"1700000000123"}}"#)
        case "/openApi/swap/v2/server/time": text(#"{"code":0,"msg":"","data":{"serverTime":1700000000123}}"#)
        case "/v1/common/timestamp": text(#"{"status":"ok","data":1700000000123}"#)
        case "/v3/public/get_time": text(#"{"result":1700000000123,"id":"1"}"#)
        case "/system/time": text(#"{"code":1000,"message":"OK","data":{"server_time":1700000000123}}"#)
        case "/api/v2/status/": text(#"{"server_time":1700000000}"#)
        case "/v3/time": text(#"{"timestamp":"2023-11-14T22:13:20.123000Z"}"#)
        case "/rest/v3/system/time": text(#"{"type":"server","timestamp":1700000000123}"#)
        case "/time": text(#"{"timestamp":"1700000000123000000"}"#)
        case "/v1/symbols", "/trade-api/v2/margin/exchange/status", "/api/v1/info":
            ProbeResponse(
                status: 200, body: Array("[]".utf8), headers: [("date", "Tue, 14 Nov 2023 22:13:20 GMT")])
        case "/api/v3/time", "/fapi/v1/time": text(#"{"serverTime":1700000000123}"#)
        case "/v5/market/time":
            text(
                #"{"retCode":0,"result":{"timeSecond":"1700000000","timeNano":"1700000000123000000"},"time":1700000000123}"#
            )
        case "/api/v3/brokerage/time":
            text(#"{"iso":"2023-11-14T22:13:20Z","epochSeconds":"1700000000","epochMillis":"1700000000123"}"#)
        case "/0/public/Time": text(#"{"error":[],"result":{"unixtime":1700000000,"rfc1123":"Tue, 14 Nov 23"}}"#)
        case "/api/v1/timestamp": text(#"{"code":"200000","data":1700000000123}"#)
        case "/api/v4/spot/time": text(#"{"server_time":1700000000123}"#)
        case "/api/v5/public/time": text(#"{"code":"0","data":[{"ts":"1700000000123"}],"msg":""}"#)
        default: nil
        }
    }
}
