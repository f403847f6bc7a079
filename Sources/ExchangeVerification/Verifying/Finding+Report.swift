internal import Credentials

// The rules that hold for all exchanges: who may be let through, what is said, what is hidden.
extension ProbeRun.Finding {
    /// An offset of the clocks up to this is not worth a word, in milliseconds.
    private static let tolerableOffset = 1000
    private static let expiryNoticeMilliseconds = 30 * 86_400_000

    /// Makes the report.
    ///
    /// - Parameters:
    ///   - credential: What was checked.
    ///   - secrets: What must not be seen in the exchange's words.
    ///   - allowingWithdrawals: Whether a key with which funds can leave the account is fine.
    ///   - now: The time of the report.
    /// - Returns: The verdict under these rules, cleaned.
    func report(
        on credential: Credential, hiding secrets: [String], allowingWithdrawals: Bool, at now: UnixTime
    ) -> VerificationReport {
        var verdict = verdict
        // Signed with the exchange's own time, a request among several causes was not refused for its time.
        if clockOffset != nil, verdict.causes.count > 1, verdict.causes.contains(.clockSkew) {
            let causes = verdict.causes.filter { $0 != .clockSkew }
            verdict = .failed(
                causes, code: verdict.code, message: verdict.message, cure: verdict.cure, rights: verdict.rights)
        }
        if verdict.outcome == .valid, let expires = verdict.rights?.expires, expires <= now {
            verdict.outcome = .rejected
            verdict.causes = [.expired]
        }
        // What the exchange told of the rights holds, whatever came of the questions after it.
        if verdict.outcome != .rejected, verdict.rights?.letsFundsLeave == true, !allowingWithdrawals {
            verdict.outcome = .rejected
            verdict.causes = [.tooMuchPower]
        }
        let offset = clockOffset.flatMap { abs($0) > Self.tolerableOffset ? $0 : nil }
        return VerificationReport(
            outcome: verdict.outcome, causes: verdict.causes,
            exchangeCode: verdict.code.flatMap { ExchangeText.cleaned($0, hiding: secrets) },
            exchangeMessage: verdict.message.flatMap { ExchangeText.cleaned($0, hiding: secrets) },
            cure: verdict.outcome == .valid
                ? nil : (verdict.causes == [.tooMuchPower] ? nil : verdict.cure) ?? Self.cure(for: verdict),
            rights: verdict.rights?.cleaned(hiding: secrets),
            warnings: warnings(of: verdict, for: credential.connector, now: now)
                + (offset.map { [Warnings.clock(offsetMilliseconds: $0)] } ?? []),
            clockOffsetMilliseconds: offset, checkedAt: now)
    }

    /// The causes' own sentences, with the address that the exchange saw.
    private static func cure(for verdict: ProbeVerdict) -> String? {
        let sentences = verdict.causes.map { cause in
            if cause == .addressNotAllowed, let address = verdict.message.flatMap(ExchangeText.address(in:)) {
                return "Add \(address), the address that the exchange saw, to the key's list on the exchange's page."
            }
            return cause.cure
        }
        guard sentences.count > 1 else { return sentences.first }
        return "The exchange does not tell which of these it is. " + sentences.joined(separator: " ")
    }

    private func warnings(of verdict: ProbeVerdict, for connector: Connector, now: UnixTime) -> [String] {
        guard let rights = verdict.rights else { return verdict.warnings }
        var warnings: [String] = []
        if rights.withdraw == true { warnings.append(Warnings.mayWithdraw) }
        if rights.withdraw != true, rights.transferOut == true { warnings.append(Warnings.mayTransferOut) }
        if rights.transfer == true, !rights.letsFundsLeave { warnings.append(Warnings.mayTransfer) }
        if connector.market == .spot, rights.tradeSpot == false { warnings.append(Warnings.noSpotTrading) }
        if connector.market == .perpetual, rights.tradeDerivatives == false {
            warnings.append(Warnings.noDerivativesTrading)
        }
        if rights.addresses == .off { warnings.append(Warnings.noAddressList) }
        if let expires = rights.expires,
            (0...Self.expiryNoticeMilliseconds).contains(expires.milliseconds - now.milliseconds)
        {
            warnings.append(Warnings.expires(expires, now: now))
        }
        return verdict.warnings + warnings
    }
}

extension KeyRights {
    /// With the exchange's texts cleaned and at most 64 of them.
    fileprivate func cleaned(hiding secrets: [String]) -> KeyRights {
        guard case .on(let list)? = addresses else { return self }
        var rights = self
        rights.addresses = .on(list.prefix(64).compactMap { ExchangeText.cleaned($0, hiding: secrets) })
        return rights
    }
}
