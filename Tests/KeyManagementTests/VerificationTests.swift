import CredentialVault
import Credentials
import ExchangeSimulators
import ExchangeVerification
import Foundation
import KeyManagement
import OrderedJSON
import Testing
import VaultTesting

@Suite("Verify, then save")
struct VerificationTests {
    private let binance: ConnectorName

    init() throws { binance = try ConnectorName("binance") }

    /// A new vault whose keys are checked with simulated exchanges.
    private func withVault(
        _ hosts: [ExchangeHost] = [.binance], policy: VerificationPolicy = VerificationPolicy(),
        _ body: (KeyManager, SimulatorFleet, _ folder: String) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            try await withVerification(hosts, policy: policy) { fleet, verification in
                try await body(
                    try await TestVault.created(at: folder, verification: verification), fleet, folder)
            }
        }
    }

    private func file(_ folder: String) throws -> [UInt8] {
        Array(try contents(folder + "/credentials/master_account/connectors/binance.yml"))
    }

    private func failure(_ work: () async throws -> Void) async throws -> Failure {
        try #require(await #expect(throws: Failure.self) { try await work() })
    }

    private func failureKind(of task: Task<SavedCredential, any Error>) async -> Failure.Kind? {
        guard case .failure(let error) = await task.result else { return nil }
        return (error as? Failure)?.kind
    }

    // MARK: Saving

    @Test("a key that the exchange accepts is saved, with what it may do")
    func good() async throws {
        try await withVault { keys, fleet, _ in
            await fleet[.binance]?.register(.binance())
            let saved = try await keys.save(TestVault.binance())
            #expect(saved.report?.outcome == .valid)
            #expect(saved.report?.rights?.tradeSpot == true)
            #expect(saved.notices.isEmpty)
            let summary = try #require(try await keys.credentials(in: .master).first)
            #expect(summary.report?.json == saved.report?.json)
            #expect(try await keys.details(of: binance, in: .master).summary.report?.json == saved.report?.json)
        }
    }

    @Test("a refused key is not saved, and what was there stays byte for byte")
    func refused() async throws {
        try await withVault { keys, fleet, folder in
            let unknown = try await failure { _ = try await keys.save(TestVault.binance()) }
            #expect(unknown.kind == .keyRejected)
            #expect(unknown.report?.causes.first == .wrongKey)
            #expect(try await keys.credentials(in: .master).isEmpty)
            await fleet[.binance]?.register(.binance())
            _ = try await keys.save(TestVault.binance())
            let before = try file(folder)
            let wrong = try await failure {
                _ = try await keys.save(TestVault.binance("another-secret", mode: .replace))
            }
            #expect(wrong.report?.causes == [.wrongSecret])
            #expect(wrong.message.contains("the secret does not belong to the key"))
            #expect(wrong.hint?.hasSuffix("Nothing was saved.") == true)
            #expect(try file(folder) == before)
            #expect(try await keys.trash().isEmpty)
        }
    }

    @Test("a key that may withdraw is refused unless the policy or the request allows it")
    func power() async throws {
        for policy in [VerificationPolicy(), VerificationPolicy(allowsWithdrawals: true)] {
            try await withVault(policy: policy) { keys, fleet, _ in
                await fleet[.binance]?.register(.binance(rights: [.read, .tradeSpot, .withdraw]))
                if !policy.allowsWithdrawals {
                    let refused = try await failure { _ = try await keys.save(TestVault.binance()) }
                    #expect(refused.report?.causes == [.tooMuchPower])
                    #expect(refused.report?.rights?.withdraw == true)
                }
                var request = try TestVault.binance()
                if !policy.allowsWithdrawals { request.choice.allowsWithdrawals = true }
                let saved = try await keys.save(request)
                #expect(saved.notices.contains { $0.contains("may withdraw") })
            }
        }
    }

    @Test("a check that comes to nothing saves nothing unless somebody says so")
    func inconclusive() async throws {
        try await withVault { keys, fleet, _ in
            let exchange = try #require(fleet[.binance])
            await exchange.register(.binance())
            await exchange.inject(Fault(.maintenance))
            let nothing = try await failure { _ = try await keys.save(TestVault.binance()) }
            #expect(nothing.kind == .keyUnverified)
            #expect(nothing.report?.outcome == .inconclusive)
            #expect(try await keys.credentials(in: .master).isEmpty)
            var request = try TestVault.binance()
            request.choice.savesUnverified = true
            let saved = try await keys.save(request)
            #expect(saved.notices.first?.contains("could not be checked") == true)
            #expect(try await keys.credentials(in: .master).first?.report?.outcome == .inconclusive)
        }
    }

    @Test("a key for another machine's address is saved only on demand, a wrong secret never")
    func otherMachine() async throws {
        try await withVault { keys, fleet, _ in
            await fleet[.binance]?.register(.binance(addresses: ["198.51.100.9"]))
            var request = try TestVault.binance()
            let refused = try await failure { _ = try await keys.save(request) }
            #expect(refused.report?.causes.contains(.addressNotAllowed) == true)
            request.choice.savesUnverified = true
            #expect(try await keys.save(request).report?.outcome == .rejected)
            var wrong = try TestVault.binance("another-secret", mode: .replace)
            wrong.choice.savesUnverified = true
            #expect(try await failure { _ = try await keys.save(wrong) }.kind == .keyRejected)
        }
    }

    @Test(
        "a right to withdraw that was told is not forgotten when a later question fails",
        arguments: [Fault.Kind.maintenance, .truncated])
    func powerThenFailure(_ kind: Fault.Kind) async throws {
        try await withVault { keys, fleet, _ in
            let exchange = try #require(fleet[.binance])
            await exchange.register(.binance(rights: [.read, .tradeSpot, .withdraw]))
            await exchange.inject(Fault(kind, path: "/api/v3/account"))
            var request = try TestVault.binance()
            request.choice.savesUnverified = true
            let refused = try await failure { _ = try await keys.save(request) }
            #expect(refused.kind == .keyRejected)
            #expect(refused.report?.causes == [.tooMuchPower])
            request.choice.allowsWithdrawals = true
            #expect(try await keys.save(request).report?.rights?.withdraw == true)
        }
    }

    @Test("a key of which nobody tells whether it may withdraw is saved only on demand")
    func unknownRights() async throws {
        try await withVault([.gate]) { keys, fleet, _ in
            var key = SimulatedKey(key: "the-key", secret: "the-secret", rights: [.read, .tradeSpot])
            key.isSubAccount = true
            await fleet[.gate]?.register(key)
            var request = SaveRequest(
                account: .master, connector: try ConnectorName("gate_io"),
                input: JSONObject([("api_key", "the-key"), ("secret_key", "the-secret")]), mode: .add)
            let refused = try await failure { _ = try await keys.save(request) }
            #expect(refused.kind == .keyUnverified)
            #expect(refused.report?.causes == [.rightsUnknown])
            #expect(refused.message.contains("does not tell what it may do"))
            #expect(try await keys.credentials(in: .master).isEmpty)
            request.choice.savesUnverified = true
            #expect(try await keys.save(request).report?.causes == [.rightsUnknown])
        }
    }

    @Test("a setting for all saves what is unsure, not what may as well be a wrong key")
    func setting() async throws {
        try await withVault(policy: VerificationPolicy(savesUnverified: true)) { keys, fleet, _ in
            let exchange = try #require(fleet[.binance])
            await exchange.register(.binance(addresses: ["198.51.100.9"]))
            #expect(try await failure { _ = try await keys.save(TestVault.binance()) }.kind == .keyRejected)
            await exchange.inject(Fault(.maintenance))
            #expect(try await keys.save(TestVault.binance()).report?.outcome == .inconclusive)
        }
    }

    @Test("nobody is asked when the request says so, and before everything else fits")
    func notAsked() async throws {
        try await withVault { keys, fleet, _ in
            var request = try TestVault.binance()
            request.choice.asksExchange = false
            #expect(try await keys.save(request).report == nil)
            #expect(try await keys.credentials(in: .master).first?.report == nil)
            await #expect(throws: Failure.self) { try await keys.save(TestVault.binance()) }
            request.input = JSONObject([("api_key", "the-key")])
            await #expect(throws: Failure.self) { try await keys.save(request) }
            try await keys.lock()
            await #expect(throws: Failure.self) { try await keys.save(TestVault.binance(mode: .replace)) }
            #expect(await fleet[.binance]?.requests.isEmpty == true)
        }
    }

    @Test("what changes while the exchange is asked is not overwritten")
    func race() async throws {
        try await withVault { keys, fleet, folder in
            let exchange = try #require(fleet[.binance])
            await exchange.register(.binance())
            let other = try TestVault.manager(at: folder)
            try await other.unlock(with: TestVault.password)
            let first = try await keys.save(TestVault.binance())
            let before = await exchange.requests.count
            await exchange.behave { $0.delay = 200 }
            let request = try TestVault.binance(mode: .replace, expecting: first.revision)
            let slow = Task { try await keys.save(request) }
            while await exchange.requests.count == before { await Task.yield() }
            let quick = try await other.save(TestVault.binance("quicker", mode: .replace))
            #expect(await failureKind(of: slow) == .conflict)
            #expect(try await keys.credentials(in: .master).first?.revision == quick.revision)
        }
    }

    // MARK: What is stored

    @Test("the outcome of a check lasts until the file changes, in every process")
    func remembered() async throws {
        try await withVault { keys, fleet, folder in
            await fleet[.binance]?.register(.binance())
            let other = try TestVault.manager(at: folder, watching: true)
            try await other.unlock(with: TestVault.password)
            let saved = try await other.save(TestVault.binance())
            #expect(try await other.credentials(in: .master).first?.report == nil)
            let report = try await keys.verify(binance, in: .master, choice: VerificationChoice())
            #expect(report.outcome == .valid)
            #expect(try await other.credentials(in: .master).first?.report?.json == report.json)
            let note = try contents(folder + "/.keys-manager/outcomes/\(try #require(saved.revision)).json")
            #expect(!String(decoding: note, as: UTF8.self).contains("the-"))
            #expect(try mode(folder + "/.keys-manager/outcomes/\(try #require(saved.revision)).json") == 0o600)
            _ = try await other.save(TestVault.binance("new", mode: .replace))
            #expect(try await other.credentials(in: .master).first?.report == nil)
            #expect(try await keys.credentials(in: .master).first?.report == nil)
        }
    }

    @Test("a stored key that the exchange has deleted since is told by its cause, and stays")
    func deletedSince() async throws {
        try await withVault { keys, fleet, folder in
            let exchange = try #require(fleet[.binance])
            await exchange.register(.binance())
            _ = try await keys.save(TestVault.binance())
            let before = try file(folder)
            await exchange.reset()
            let report = try await keys.verify(binance, in: .master, choice: VerificationChoice())
            #expect(report.outcome == .rejected)
            #expect(try await keys.credentials(in: .master).first?.report?.json == report.json)
            #expect(try file(folder) == before)
        }
    }

    @Test("a locked vault, a damaged file and a program without exchanges check nothing")
    func cannotCheck() async throws {
        try await withVault { keys, fleet, folder in
            await fleet[.binance]?.register(.binance())
            _ = try await keys.save(TestVault.binance())
            let asked = await fleet[.binance]?.requests.count
            try await keys.lock()
            let locked = try await failure { _ = try await keys.verify(binance, in: .master, choice: .init()) }
            #expect(locked.kind == .locked)
            try await keys.unlock(with: TestVault.password)
            let without = try TestVault.manager(at: folder)
            try await without.unlock(with: TestVault.password)
            let unsupported = try await failure { _ = try await without.verify(binance, in: .master, choice: .init()) }
            #expect(unsupported.kind == .unsupported)
            try Data("connector: binance\n".utf8).write(
                to: URL(filePath: folder + "/credentials/master_account/connectors/binance.yml"))
            let damaged = try await failure { _ = try await keys.verify(binance, in: .master, choice: .init()) }
            #expect(damaged.kind == .damaged)
            #expect(await fleet[.binance]?.requests.count == asked)
        }
    }

    // MARK: Many at once

    @Test("a secret whose sealed value is damaged, or that is not sealed, is not sent to the exchange")
    func unsealed() async throws {
        try await withVault { keys, fleet, folder in
            await fleet[.binance]?.register(.binance())
            _ = try await keys.save(TestVault.binance())
            let asked = await fleet[.binance]?.requests.count
            let whole = String(decoding: try file(folder), as: UTF8.self)
            let path = URL(filePath: folder + "/credentials/master_account/connectors/binance.yml")
            for (name, left) in [("binance_api_key", "7b23"), ("binance_api_secret", "the-secret-in-the-clear")] {
                let lines = whole.split(separator: "\n").map { $0.hasPrefix(name) ? "\(name): \(left)" : String($0) }
                try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: path)
                let failure = try await failure { _ = try await keys.verify(binance, in: .master, choice: .init()) }
                #expect(failure.kind == .damaged)
                #expect(failure.message.contains(name))
                #expect(!failure.message.contains(left))
            }
            #expect(await fleet[.binance]?.requests.count == asked)
        }
    }

    @Test("a round checks everything but keys whose requests are counted, unless they are asked for")
    func round() async throws {
        try await withVault([.binance, .kraken]) { keys, fleet, _ in
            await fleet[.binance]?.register(.binance())
            _ = try await keys.save(TestVault.binance())
            let secret = Data(repeating: 7, count: 64).base64EncodedString()
            await fleet[.kraken]?.register(SimulatedKey(key: "kraken-key", secret: secret))
            let kraken = try ConnectorName("kraken")
            _ = try await keys.save(
                SaveRequest(
                    account: .master, connector: kraken,
                    input: JSONObject([("api_key", "kraken-key"), ("api_secret", .string(secret))]), mode: .add))
            let round = VerificationRound(keys)
            let usual = try await round.run(.init())
            #expect(usual.map(\.summary.connector) == [binance, kraken])
            #expect(usual.last?.result == .leftOut)
            for selection in [
                VerificationRound.Selection(includesCounted: true), VerificationRound.Selection(connector: kraken),
            ] {
                let item = try #require(try await round.run(selection).last)
                guard case .checked(let report) = item.result else {
                    Issue.record("\(item.result)")
                    continue
                }
                #expect(report.outcome == .valid)
            }
            await #expect(throws: Failure.self) {
                try await round.run(.init(account: try AccountName("nobody")))
            }
            await #expect(throws: Failure.self) { try await round.run(.init(connector: try ConnectorName("okx"))) }
        }
    }

    @Test("numbers of a counter only rise, among all processes")
    func numbers() async throws {
        try await withTemporaryFolder { folder in
            _ = try await TestVault.created(at: folder)
            let counter = try #require(CounterName(String(repeating: "a", count: 32)))
            let stores = try (0..<4).map { _ in try FileCredentialStore(path: folder) }
            let numbers = try await withThrowingTaskGroup(of: Int.self) { group in
                for turn in 0..<40 {
                    group.addTask { try await stores[turn % 4].takeNumber(atLeast: 1000, within: 60, of: counter) }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(Set(numbers) == Set(1000..<1040))
            #expect(try await stores[0].takeNumber(atLeast: 5000, within: 60, of: counter) == 5000)
        }
    }

    @Test("a damaged number leads a counter no further than a number may be ahead")
    func damagedNumber() async throws {
        try await withTemporaryFolder { folder in
            _ = try await TestVault.created(at: folder)
            let counter = try #require(CounterName(String(repeating: "a", count: 32)))
            let store = try FileCredentialStore(path: folder)
            let lowest = 1_700_000_000
            #expect(try await store.takeNumber(atLeast: lowest, within: 60, of: counter) == lowest)
            let file = URL(filePath: folder + "/.keys-manager/numbers/\(counter)")
            for (text, next) in [
                ("1700000060", lowest + 61), ("1700000061", lowest), ("9223372036854775807", lowest), ("-1", lowest),
                ("1699999999", lowest), ("", lowest), ("9999999999999999999999", lowest),
            ] {
                try Data(text.utf8).write(to: file)
                #expect(try await store.takeNumber(atLeast: lowest, within: 60, of: counter) == next, "\(text)")
            }
            let whole = Array("\(lowest)\n".utf8)
            for position in whole.indices {
                for bit in 0..<8 {
                    var flipped = whole
                    flipped[position] ^= 1 << bit
                    try Data(flipped).write(to: file)
                    let number = try await store.takeNumber(atLeast: lowest, within: 60, of: counter)
                    #expect((lowest...lowest + 61).contains(number), "\(flipped)")
                }
            }
        }
    }

    @Test("an outcome is shown as it was kept, of the file that it is about, or not at all")
    func damagedOutcome() async throws {
        try await withTemporaryFolder { folder in
            _ = try await TestVault.created(at: folder)
            let store = try FileCredentialStore(path: folder)
            let (revision, other) = (Revision(of: [1]), Revision(of: [2]))
            var rights = KeyRights()
            rights.withdraw = true
            let report = VerificationReport(
                outcome: .valid, rights: rights, warnings: ["It may withdraw."],
                checkedAt: UnixTime(seconds: 1_795_000_000))
            try await store.keepOutcome(report.json.bytes(), of: revision, among: [revision])
            let kept = try #require(try await store.snapshot().outcomes[revision])
            let read = VerificationReport(json: try JSON(parsing: kept))
            #expect(read == report)
            let outcomes = folder + "/.keys-manager/outcomes/"
            try Data(kept).write(to: URL(filePath: outcomes + "\(other).json"))
            #expect(try await store.snapshot().outcomes[other] == nil)
            for position in kept.indices {
                var changed = kept
                changed[position] ^= UInt8.random(in: 1...255)
                try Data(changed).write(to: URL(filePath: outcomes + "\(revision).json"))
                #expect(try await store.snapshot().outcomes[revision] == nil, "byte \(position)")
            }
            for bytes in [Array(kept.dropLast()), Array(report.json.bytes()), []] {
                try Data(bytes).write(to: URL(filePath: outcomes + "\(revision).json"))
                #expect(try await store.snapshot().outcomes[revision] == nil)
            }
        }
    }

    @Test("outcomes of files that are gone are cleared away in time")
    func clearing() async throws {
        try await withTemporaryFolder { folder in
            _ = try await TestVault.created(at: folder)
            let store = try FileCredentialStore(path: folder)
            let revisions = try (0..<260).map { number in
                let digits = String(number, radix: 16)
                return try #require(Revision(String(repeating: "0", count: 32 - digits.count) + digits))
            }
            for revision in revisions { try await store.keepOutcome([1], of: revision, among: [revisions[0]]) }
            let left = try await store.snapshot().outcomes.keys
            #expect(left.contains(revisions[0]))
            #expect(left.contains(revisions[259]))
            #expect(left.count < 10)
        }
    }
}
