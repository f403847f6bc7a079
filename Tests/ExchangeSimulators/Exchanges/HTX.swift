import Foundation
import OrderedJSON

/// HTX spot: HMAC-SHA256 over method, host, path and the sorted query, on four lines; all of it in the query.
///
/// Errors come with status 200, and name the cause in words. Of `/v2` only two codes are documented: a bad signature,
/// key or time gets 1003, anything that is not allowed 1002. The words for a lapsed key are not confirmed.
/// Source: huobiapi.github.io/docs/spot/v1/en, "Authentication", "API key query", "Error codes".
struct HTX: SimulatedExchange {
    private static let tolerance = 300_000

    func answer(to request: SimulatedRequest, at desk: inout ExchangeDesk) throws(Refusal) -> SimulatedAnswer {
        if request.method == "GET", request.path == "/v1/common/timestamp" {
            return ok(.integer(desk.milliseconds))
        }
        guard request.path.hasPrefix("/v1/") || request.path.hasPrefix("/v2/") else { throw .noSuchPath }
        let key = try checkSignature(of: request, at: &desk)
        try desk.checkAddress(of: key)
        guard key.state == .active else { throw .suspended }
        guard request.method == "GET" else { throw .noSuchPath }
        let account = "1\(key.user)"
        switch request.path {
        case "/v1/account/accounts":
            try need("readOnly", of: key)
            return ok([["id": .integer(Int(account) ?? 0), "type": "spot", "subtype": "", "state": "working"]])
        case "/v1/account/accounts/\(account)/balance":
            try need("readOnly", of: key)
            return ok([
                "id": .integer(Int(account) ?? 0), "type": "spot", "state": "working",
                "list": [
                    ["currency": "usdt", "type": "trade", "balance": "975", "available": "975", "debt": "0"],
                    ["currency": "usdt", "type": "frozen", "balance": "25", "debt": "0"],
                ],
            ])
        case "/v2/user/uid":
            try need("readOnly", of: key)
            return .json(["code": 200, "data": .integer(Int(key.user) ?? 0)])
        case "/v2/user/api-key":
            guard !key.isSubAccount else { throw .missingRight(.read) }
            guard request.queryValue("uid") == key.user else { throw .badParameter("uid") }
            let asked = request.queryValue("accessKey")
            let keys = desk.keys.values.filter {
                $0.user == key.user && $0.state != .deleted && (asked == nil || asked == $0.key)
            }
            let now = desk.milliseconds
            return .json([
                "code": 200, "message": "success",
                "data": .array(keys.sorted { $0.key < $1.key }.map { report(on: $0, now: now) }),
            ])
        default: throw .noSuchPath
        }
    }

    private func checkSignature(
        of request: SimulatedRequest, at desk: inout ExchangeDesk
    ) throws(Refusal) -> SimulatedKey {
        guard let name = request.queryValue("AccessKeyId"), !name.isEmpty else { throw .missing("AccessKeyId") }
        guard let sent = request.queryValue("Signature")?.removingPercentEncoding, !sent.isEmpty else {
            throw .missing("Signature")
        }
        guard request.queryValue("SignatureMethod") == "HmacSHA256", request.queryValue("SignatureVersion") == "2"
        else { throw .badParameter("SignatureMethod") }
        let key = try desk.key(name)
        guard !desk.isExpired(key) else { throw .expired }
        guard let text = request.queryValue("Timestamp")?.removingPercentEncoding, text.utf8.count == 19,
            let time = try? Date.ISO8601FormatStyle().parse(text + "Z")
        else { throw .malformedTimestamp }
        try desk.checkTime(
            Int(time.timeIntervalSince1970 * 1000), atMostBehind: Self.tolerance, atMostAhead: Self.tolerance)
        let query = request.queryParameters.filter { $0.name != "Signature" }.sorted { $0.name < $1.name }
            .map { "\($0.name)=\($0.value)" }.joined(separator: "&")
        let sums = desk.host.documentedNames.map { host in
            let lines = [request.method, host, request.path, query].joined(separator: "\n")
            return Signing.base64(Signing.hmac256(lines, key: key.secret))
        }
        guard sums.contains(sent) else { throw .wrongSecret }
        desk.accept(key)
        return key
    }

    private static func permissions(of key: SimulatedKey) -> [String] {
        if let own = key.exchangePermissions { return own }
        var permissions: [String] = []
        if key.rights.contains(.read) { permissions.append("readOnly") }
        if key.rights.contains(.tradeSpot) { permissions.append("trade") }
        if key.rights.contains(.withdraw) || key.rights.contains(.transferOut) { permissions.append("withdraw") }
        return permissions
    }

    private func need(_ permission: String, of key: SimulatedKey) throws(Refusal) {
        guard Self.permissions(of: key).contains(permission) else { throw .missingRight(.read) }
    }

    private func report(on key: SimulatedKey, now: Int) -> JSON {
        let days = key.expiresMilliseconds.map { max(0, ($0 - now) / 86_400_000) } ?? -1
        return [
            "accessKey": .string(key.key), "note": .string(key.name),
            "permission": .string(Self.permissions(of: key).joined(separator: ",")),
            "ipAddresses": .string(key.ipAllowList.joined(separator: ",")), "validDays": .integer(days),
            "status": .string(days == 0 ? "expired" : "normal"), "createTime": .integer(key.createdMilliseconds),
            "updateTime": .integer(key.createdMilliseconds),
        ]
    }

    func answer(to refusal: Refusal, of request: SimulatedRequest, at desk: ExchangeDesk) -> SimulatedAnswer {
        if request.path.hasPrefix("/v2/") { return newer(refusal) }
        return switch refusal {
        case .missing("AccessKeyId"): error("login-required", "Please login first")
        case .missing, .badParameter, .wrongEnvironment, .malformedKey:
            invalid("Incorrect signature parameters")
        case .unknownKey: invalid("Incorrect Access key [Access key错误]")
        case .wrongSecret, .wrongPassphrase: invalid("Verification failure [校验失败]")
        case .malformedTimestamp, .clockSkew, .nonceOutOfOrder:
            invalid("Invalid submission time or incorrect time format [无效的提交时间或时间格式错误]")
        case .addressNotAllowed: invalid("Incorrect IP address [IP地址错误]:\(desk.seenAddress)")
        case .missingRight: invalid("API key has no permission [API Key没有权限]")
        case .expired, .suspended: invalid("Abnormal account/ API key has expired")
        case .noSuchPath: error("base-not-found", "The request path does not exist")
        }
    }

    private func newer(_ refusal: Refusal) -> SimulatedAnswer {
        switch refusal {
        case .addressNotAllowed, .missingRight, .suspended: newer(1002, "unauthorized")
        case .badParameter(let name): newer(2002, "invalid field value in \(name)")
        case .noSuchPath: newer(404, "not found")
        default: newer(1003, "invalid signature")
        }
    }

    func refusal(code: String, of request: SimulatedRequest) -> SimulatedAnswer? {
        Int(code).map { newer($0, $0 == 1002 ? "unauthorized" : "invalid signature") }
            ?? error(
                code, code == "login-required" ? "Please login first" : "Load data failed, please try again later.")
    }

    func answer(to trouble: Trouble) -> SimulatedAnswer {
        switch trouble {
        case .rateLimited, .banned:
            error(
                "base-request-exceed-frequency-limit", "Frequency of requests has exceeded the limit, please try again")
        case .regionBlocked: .page("Access denied", status: 403)
        case .maintenance: error("system-maintenance", "System is in maintenance!")
        }
    }

    private func ok(_ data: JSON) -> SimulatedAnswer { .json(["status": "ok", "data": data]) }

    private func invalid(_ cause: String) -> SimulatedAnswer {
        error("api-signature-not-valid", "Signature not valid: \(cause)")
    }

    private func error(_ code: String, _ message: String) -> SimulatedAnswer {
        .json(["status": "error", "err-code": .string(code), "err-msg": .string(message), "data": nil])
    }

    private func newer(_ code: Int, _ message: String) -> SimulatedAnswer {
        .json(["code": .integer(code), "message": .string(message)])
    }
}
