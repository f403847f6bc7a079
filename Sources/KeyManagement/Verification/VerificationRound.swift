public import Credentials
public import ExchangeVerification

/// Checks many stored credentials, those of different exchanges at once.
///
/// How many of one exchange run at once is the verifier's business; here is only how many are on their way to it.
public struct VerificationRound: Sendable {
    /// Which credentials to check.
    public struct Selection: Sendable, Equatable {
        /// Only this account's; `nil` for all.
        public var account: AccountName?
        /// Only this connector's; `nil` for all.
        public var connector: ConnectorName?
        /// Whether to check keys, too, whose request numbers the exchange counts. One that is named by its connector is
        /// always checked.
        public var includesCounted: Bool

        /// A selection; everything that no bot can be disturbed by unless said otherwise.
        public init(account: AccountName? = nil, connector: ConnectorName? = nil, includesCounted: Bool = false) {
            self.account = account
            self.connector = connector
            self.includesCounted = includesCounted
        }
    }

    /// One credential and what became of its check.
    public struct Item: Sendable, Equatable {
        /// Whose credential.
        public var account: AccountName
        /// The credential as a list shows it, as of before the check.
        public var summary: CredentialSummary
        /// What became of it.
        public var result: Result

        /// Pairs a credential with its result.
        public init(account: AccountName, summary: CredentialSummary, result: Result) {
            self.account = account
            self.summary = summary
            self.result = result
        }
    }

    /// What became of a check.
    public enum Result: Sendable, Equatable {
        /// The exchange was asked, or it needed no asking.
        case checked(VerificationReport)
        /// It was left out, so that no bot is disturbed.
        case leftOut
        /// There is nothing that could be checked.
        case failed(Failure)
    }

    /// The credentials of a round before it begins.
    public struct Plan: Sendable {
        /// All of them in the order of the vault; those that will be checked have no result yet.
        fileprivate var items: [Item]
        /// The positions of those that will be checked, in the order in which their checks begin.
        fileprivate let open: [Int]

        /// How many will be checked.
        public var total: Int { open.count }
        /// Those that are left out, so that no bot is disturbed.
        public var leftOut: [Item] { items.filter { $0.result == .leftOut } }
    }

    /// A check that has just ended.
    public struct Step: Sendable {
        /// How many have ended.
        public let done: Int
        /// How many will.
        public let total: Int
        /// The credential with its result.
        public let item: Item
    }

    private static let atOnce = 32

    private let keys: any KeyOperations
    private let registry: ProbeRegistry

    /// Prepares a round.
    ///
    /// - Parameters:
    ///   - keys: Where the credentials are.
    ///   - registry: Tells whose request numbers are counted.
    public init(_ keys: any KeyOperations, registry: ProbeRegistry = .standard) {
        self.keys = keys
        self.registry = registry
    }

    /// Looks up what a selection comes to. Asks no exchange.
    ///
    /// - Parameter selection: Which credentials.
    /// - Returns: What ``run(_:choice:progress:)-(Plan,_,_)`` checks.
    /// - Throws: ``Failure`` of kind `noSuchAccount`, or `noSuchCredential` when an account has none for the named
    ///   connector.
    public func plan(_ selection: Selection) async throws -> Plan {
        let items = try await selected(selection)
        return Plan(items: items, open: Self.mixed(items).filter { items[$0].result != .leftOut })
    }

    /// Checks the selected credentials.
    ///
    /// - Parameters:
    ///   - selection: Which.
    ///   - choice: What is wanted otherwise than the policy in force.
    ///   - progress: Told after each check what has become of it.
    /// - Returns: All selected credentials in the order of the vault.
    /// - Throws: ``Failure`` of kind `noSuchAccount`, or `noSuchCredential` when an account has none for the named
    ///   connector; `locked`, `unauthorized` and the like when none can be checked; a cancellation.
    public func run(
        _ selection: Selection, choice: VerificationChoice = VerificationChoice(),
        progress: (Step) async -> Void = { _ in }
    ) async throws -> [Item] {
        try await run(plan(selection), choice: choice, progress: progress)
    }

    /// Checks what was planned.
    ///
    /// - Parameters:
    ///   - plan: From ``plan(_:)``.
    ///   - choice: What is wanted otherwise than the policy in force.
    ///   - progress: Told after each check what has become of it.
    /// - Returns: All planned credentials in the order of the vault.
    /// - Throws: ``Failure`` of kind `locked`, `unauthorized` and the like when none can be checked; a cancellation.
    public func run(
        _ plan: Plan, choice: VerificationChoice = VerificationChoice(), progress: (Step) async -> Void = { _ in }
    ) async throws -> [Item] {
        var items = plan.items
        let open = plan.open
        try await withThrowingTaskGroup(of: (Int, Result).self) { group in
            var waiting = open[...]
            func start() {
                guard let position = waiting.popFirst() else { return }
                let item = items[position]
                group.addTask { (position, try await check(item, choice)) }
            }
            for _ in 0..<Self.atOnce { start() }
            var done = 0
            while let (position, result) = try await group.next() {
                items[position].result = result
                done += 1
                await progress(Step(done: done, total: open.count, item: items[position]))
                start()
            }
        }
        return items
    }

    /// The items' positions, exchanges taking turns, so that one with many keys does not keep the others waiting.
    private static func mixed(_ items: [Item]) -> [Int] {
        var seen: [String: Int] = [:]
        let turns = items.map { item in
            let connector = item.summary.connector
            let exchange = ConnectorCatalog.standard[connector]?.exchange ?? connector.description
            defer { seen[exchange, default: 0] += 1 }
            return seen[exchange, default: 0]
        }
        return items.indices.sorted { (turns[$0], $0) < (turns[$1], $1) }
    }

    private func check(_ item: Item, _ choice: VerificationChoice) async throws -> Result {
        do {
            return .checked(try await keys.verify(item.summary.connector, in: item.account, choice: choice))
        } catch let failure as Failure {
            switch failure.kind {
            // These concern the whole vault or server, not one credential.
            case .locked, .notConfigured, .unauthorized, .unreachable, .unsupported: throw failure
            default: return .failed(failure)
            }
        }
    }

    private func selected(_ selection: Selection) async throws -> [Item] {
        var accounts = try await keys.overview().accounts
        if let account = selection.account {
            accounts = accounts.filter { $0.name == account }
            guard !accounts.isEmpty else { throw Failure.noSuchAccount(account) }
        }
        let items = accounts.flatMap { account in
            account.credentials.filter { selection.connector == nil || $0.connector == selection.connector }.map {
                Item(account: account.name, summary: $0, result: initial($0.connector, selection))
            }
        }
        if let connector = selection.connector, items.isEmpty {
            throw selection.account.map { Failure.noSuchCredential(connector, in: $0) }
                ?? Failure(
                    .noSuchCredential, "No account has a credential for \(connector).",
                    hint: "See them with `keys-manager credential list`.")
        }
        return items
    }

    private func initial(_ connector: ConnectorName, _ selection: Selection) -> Result {
        let isWanted = selection.includesCounted || selection.connector != nil || !registry.mayDisturbBots(connector)
        return isWanted ? .failed(Failure(.internal, "The check did not take place.")) : .leftOut
    }
}
