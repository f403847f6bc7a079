internal import OrderedJSON

/// What an answer means that is not the documented success: by the exchange's own code, else by the HTTP status.
struct AnswerJudgement {
    /// What the exchange's codes mean, each with its causes, likeliest first.
    let causes: [String: [VerificationCause]]
    /// What to do for single codes, where the causes' own sentences do not fit.
    var cures: [String: String] = [:]

    /// Judges a failure.
    ///
    /// - Parameters:
    ///   - response: The answer.
    ///   - code: The exchange's own code, when the answer holds one.
    ///   - message: The exchange's own words, when the answer holds any.
    /// - Returns: Rejected where every cause is a fault of the key, else inconclusive.
    func verdict(on response: ProbeResponse, code: String?, message: String?) -> ProbeVerdict {
        if let code, let causes = causes[code] {
            return .failed(causes, code: code, message: message, cure: cures[code] ?? Self.cure(response, causes))
        }
        return Self.verdict(byStatusOf: response, code: code, message: message)
    }

    /// Judges by the HTTP status alone.
    static func verdict(byStatusOf response: ProbeResponse, code: String?, message: String?) -> ProbeVerdict {
        let causes = causes(byStatusOf: response)
        let isRedirect = (300..<400).contains(response.status)
        return .failed(
            causes, code: code ?? (response.status == 200 ? nil : "HTTP \(response.status)"), message: message,
            cure: isRedirect
                ? "The exchange's address answered with a redirect, which is not followed; check the address and the "
                    + "network, and try again."
                : cure(response, causes))
    }

    /// Judges an exchange that documents no codes: 401 and 403 refuse the key, and nobody knows more.
    ///
    /// - Parameters:
    ///   - response: The answer.
    ///   - statuses: What refuses the key. Where codes are documented, 403 without one of them may mean anything, such as
    ///     a region that is not served; 401 says all the same that the key was not believed.
    ///   - causes: What a refusal may mean, likeliest first.
    ///   - code: The exchange's own code, when the answer holds one.
    ///   - cure: What to do about a refusal, where the causes' own sentences do not fit.
    /// - Returns: Rejected for a refusal in words or in silence; a page with 403 is a firewall's, and as inconclusive as
    ///   everything else.
    static func verdict(
        onRefusal response: ProbeResponse, with statuses: Set<Int> = [401, 403], causes: [VerificationCause],
        code: String? = nil, cure: String? = nil
    ) -> ProbeVerdict {
        let isRefusal = statuses.contains(response.status) && (response.status == 401 || !response.isPage)
        guard isRefusal else { return verdict(byStatusOf: response, code: code, message: response.words) }
        return .failed(causes, code: code ?? "HTTP \(response.status)", message: response.words, cure: cure)
    }

    /// 403 without JSON is what firewalls before exchanges answer: for a region that is not served, or for too much.
    static func causes(byStatusOf response: ProbeResponse) -> [VerificationCause] {
        switch response.status {
        case 429, 418: [.rateLimited]
        case 451: [.regionBlocked]
        case 403 where response.json == nil: [.regionBlocked, .rateLimited]
        default: [.exchangeUnavailable]
        }
    }

    /// The seconds to wait, where the exchange names them.
    private static func cure(_ response: ProbeResponse, _ causes: [VerificationCause]) -> String? {
        guard causes == [.rateLimited], let seconds = response.retryAfterSeconds else { return nil }
        return "The exchange wants fewer requests; wait \(seconds) seconds and try again."
    }
}

extension JSON {
    /// A code that may be a number or a text.
    var codeText: String? {
        switch self {
        case .integer(let number): String(number)
        case .string(let text): text
        default: nil
        }
    }

    /// A number that may be written as a text.
    var wholeNumber: Int? { integerValue ?? stringValue.flatMap { Int($0) } }

    /// The texts of an array of nothing but texts; `nil` for anything else.
    var texts: [String]? {
        guard let elements = arrayValue else { return nil }
        let texts = elements.compactMap(\.stringValue)
        return texts.count == elements.count ? texts : nil
    }
}

extension String {
    /// The parts of a list with commas, without white space around them and without empty ones.
    var commaSeparated: [String] {
        split(separator: ",").map { String($0.filter { !$0.isWhitespace }) }.filter { !$0.isEmpty }
    }
}
