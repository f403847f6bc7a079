import CredentialVault
import Credentials
import EthereumKeyfile
import Foundation
import Testing
import VaultTesting

@testable import CredentialVault

@Suite("Vault")
struct VaultTests {
    private let password = Secret("pass word")
    private let standard = SealingStandard(rounds: 1000)

    private func vault() -> Vault { Vault(standard: standard, threadCount: 2) }

    private func keyfile(
        _ text: String, _ function: KeyDerivation.Function = .pbkdf2(rounds: 1000), saltByteCount: Int = 16,
        password: Secret? = nil
    ) throws -> Keyfile {
        let derivation = try KeyDerivation(function, salt: randomBytes(count: saltByteCount))
        let key = try derivation.derive(from: (password ?? self.password).exposed())
        return try Keyfile(sealing: Array(text.utf8), with: key, derivation: derivation, iv: randomBytes(count: 16))
    }

    private func sealed(_ vault: Vault) async throws -> Keyfile {
        let document = try await vault.seal(
            ["binance_api_key": .secret(Secret("k"))], for: ConnectorCatalog.binance, avoiding: [])
        return try #require(document.keyfiles.first)
    }

    @Test("opening 100 credentials of our own costs the one derivation of unlocking")
    func oneDerivation() async throws {
        let writer = vault()
        let beginning = try await writer.begin(with: password)
        try await writer.open(beginning)
        #expect(writer.derivationCount == 1)
        var keyfiles: [Keyfile] = []
        for number in 0..<100 {
            let values: FieldValues = [
                "binance_api_key": .secret(Secret("key \(number)")),
                "binance_api_secret": .secret(Secret("secret \(number)")),
            ]
            keyfiles += try await writer.seal(values, for: ConnectorCatalog.binance, avoiding: []).keyfiles
        }
        let reader = vault()
        let verification = try PasswordVerification.keyfile(fromFile: beginning.verification)
        try await reader.unlock(with: password, verification: verification, existing: { [] })
        let opened = try await reader.open(keyfiles).map { try String(decoding: $0.get(), as: UTF8.self) }
        #expect(opened == (0..<100).flatMap { ["key \($0)", "secret \($0)"] })
        #expect(reader.derivationCount == 1 && writer.derivationCount == 1)
        #expect(Set(keyfiles.map(\.iv) + [verification.iv]).count == 201)
    }

    @Test(
        "a verification file of another dialect unlocks, and sealing uses a salt of its own",
        arguments: [
            (.scrypt(n: 2, r: 8, p: 1), 32), (.pbkdf2(rounds: 999), 16), (.pbkdf2(rounds: 1000), 8),
            (.pbkdf2(rounds: 1000), 32),
        ] as [(KeyDerivation.Function, Int)])
    func otherDialects(function: KeyDerivation.Function, saltByteCount: Int) async throws {
        let verification = try keyfile("HummingBot", function, saltByteCount: saltByteCount)
        let alone = vault()
        try await alone.unlock(with: password, verification: verification, existing: { [] })
        #expect(alone.derivationCount == 2)
        let fresh = try await sealed(alone)
        #expect(fresh.derivation != verification.derivation && standard.accepts(fresh.derivation))
        // The next unlock finds that secret and shares its salt; one under another password or too weak is no help.
        let others = [
            try keyfile("x", password: Secret("other")), try keyfile("x", .pbkdf2(rounds: 10)), fresh, fresh,
        ]
        let next = vault()
        try await next.unlock(with: password, verification: verification, existing: { others })
        #expect(try await sealed(next).derivation == fresh.derivation)
        #expect(next.derivationCount == 2)
    }

    @Test("a salt under another password is passed over")
    func otherPassword() async throws {
        let verification = try keyfile("HummingBot", .pbkdf2(rounds: 5))
        let foreign = try keyfile("x", password: Secret("other"))
        let vault = vault()
        try await vault.unlock(with: password, verification: verification, existing: { [foreign, foreign] })
        #expect(try await sealed(vault).derivation != foreign.derivation)
        #expect(vault.derivationCount == 3)
        #expect(await vault.knownMismatches(in: [[foreign], [verification]]).isKnown == [true, false])
    }

    @Test("a wrong password, a foreign word and an empty password unlock nothing")
    func refused() async throws {
        let vault = vault()
        let verification = try keyfile("HummingBot")
        await #expect(throws: VaultError.wrongPassword) {
            try await vault.unlock(with: Secret("no"), verification: verification, existing: { [] })
        }
        await #expect(throws: VaultError.emptyPassword) {
            try await vault.unlock(with: Secret(""), verification: verification, existing: { [] })
        }
        await #expect(throws: VaultError.foreignVerification) {
            try await vault.unlock(with: password, verification: try keyfile("hummingbot"), existing: { [] })
        }
        #expect(await !vault.isUnlocked)
        await #expect(throws: VaultError.locked) { try await vault.open([]) }
        #expect(throws: VaultError.self) { try PasswordVerification.keyfile(fromFile: [0xFF, 0x00]) }
    }

    @Test("foreign salts are derived once each, remembered while unlocked, and forgotten by a lock")
    func foreignSalts() async throws {
        let verification = try keyfile("HummingBot")
        let foreign = try (0..<6).map { try keyfile("secret \($0)") }
        let vault = vault()
        try await vault.unlock(with: password, verification: verification, existing: { [] })
        // Asked for at the same time by several callers, too.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<5 {
                group.addTask {
                    let opened = try await vault.open(foreign).map { try String(decoding: $0.get(), as: UTF8.self) }
                    #expect(opened == (0..<6).map { "secret \($0)" })
                }
            }
            try await group.waitForAll()
        }
        #expect(vault.derivationCount == 7)
        // Unlocking again with the same password forgets nothing.
        try await vault.unlock(with: password, verification: verification, existing: { [] })
        _ = try await vault.open(foreign + foreign)
        #expect(vault.derivationCount == 8)
        await vault.lock()
        try await vault.unlock(with: password, verification: verification, existing: { [] })
        _ = try await vault.open(foreign)
        #expect(vault.derivationCount == 15)
    }

    @Test("a lock during derivations ends them unheard")
    func lockMeanwhile() async throws {
        let slow = try (0..<4).map { try keyfile("x", .pbkdf2(rounds: 200_000), saltByteCount: 16 + $0) }
        let verification = try keyfile("HummingBot")
        let vault = vault()
        try await vault.unlock(with: password, verification: verification, existing: { [] })
        let opening = Task { try await vault.open(slow) }
        while vault.derivationCount < 2 { await Task.yield() }
        await vault.lock()
        await #expect(throws: VaultError.locked) { try await opening.value }
        #expect(await !vault.isUnlocked)
        try await vault.unlock(with: password, verification: verification, existing: { [] })
        let count = vault.derivationCount
        _ = try await vault.open(slow)
        #expect(vault.derivationCount == count + 4)
    }

    @Test("a lock during an unlock wins")
    func lockDuringUnlock() async throws {
        let verification = try keyfile("HummingBot", .pbkdf2(rounds: 400_000))
        let vault = vault()
        let unlocking = Task { [password] in
            try await vault.unlock(with: password, verification: verification, existing: { [] })
        }
        while vault.derivationCount < 1 { await Task.yield() }
        await vault.lock()
        await #expect(throws: VaultError.locked) { try await unlocking.value }
        #expect(await !vault.isUnlocked)
    }

    @Test("a session under a password that was changed since is over, and an unlock that is under way is not")
    func staleSession() async throws {
        let (old, new) = (try keyfile("HummingBot"), try keyfile("HummingBot", password: Secret("new")))
        let vault = vault()
        try await vault.unlock(with: password, verification: old, existing: { [] })
        #expect(try await !vault.endStaleSession(beside: old))
        #expect(await vault.isUnlocked)
        let beginning = try await vault.begin(with: Secret("new"))
        #expect(try await vault.endStaleSession(beside: new))
        #expect(await !vault.isUnlocked)
        await #expect(throws: VaultError.locked) { try await vault.endStaleSession(beside: new) }
        try await vault.open(beginning)
        #expect(try await !vault.endStaleSession(beside: new))
    }

    @Test("a loan that is given back locks the vault, unless somebody has unlocked it before or since")
    func loans() async throws {
        let verification = try keyfile("HummingBot")
        let vault = vault()
        func borrow() async throws -> VaultLoan {
            try await vault.borrow(with: password, verification: verification, existing: { [] })
        }
        let alone = try await borrow()
        #expect(await vault.isUnlocked)
        await vault.giveBack(alone)
        #expect(await !vault.isUnlocked)
        let before = try await borrow()
        try await vault.unlock(with: password, verification: verification, existing: { [] })
        await vault.giveBack(before)
        #expect(await vault.isUnlocked)
        await vault.giveBack(try await borrow())
        #expect(await vault.isUnlocked)
        await vault.lock()
        let (first, second) = (try await borrow(), try await borrow())
        await vault.giveBack(first)
        #expect(await vault.isUnlocked)
        await vault.giveBack(second)
        #expect(await !vault.isUnlocked)
    }

    @Test("a beginning unlocks nothing by itself, and believes only a password that opens all that is there")
    func beginning() async throws {
        let vault = vault()
        let secrets = [try keyfile("a"), try keyfile("b")]
        await #expect(throws: VaultError.wrongPassword) { try await vault.begin(with: Secret("no"), proving: secrets) }
        await #expect(throws: VaultError.wrongPassword) {
            try await vault.begin(with: password, proving: secrets + [try keyfile("c", password: Secret("other"))])
        }
        let beginning = try await vault.begin(with: password, proving: secrets)
        #expect(await !vault.isUnlocked)
        #expect("\(beginning)" == "<vault beginning>")
        try await vault.open(beginning)
        let verification = try PasswordVerification.keyfile(fromFile: beginning.verification)
        #expect(secrets.map(\.derivation).contains(verification.derivation))
        #expect(!secrets.map(\.iv).contains(verification.iv))
    }

    @Test("no IV is used that the vault has, or that was given before")
    func ivs() throws {
        let derivation = try standard.freshDerivation()
        let key = try derivation.derive(from: "p")
        let draws = [[UInt8](repeating: 1, count: 16), [UInt8](repeating: 0, count: 15) + [9], [2], [2], [3]].map {
            [UInt8](repeating: 0, count: 16 - $0.count) + $0
        }
        var next = draws.makeIterator()
        // A stored IV that lost its leading zeros counts as the 16 bytes that it stands for.
        let short = try Keyfile(
            jsonText: Array(
                String(
                    decoding: Array(
                        try Keyfile(sealing: [1], with: key, derivation: derivation, iv: draws[1]).jsonText.utf8),
                    as: UTF8.self
                )
                .replacing("000000000000000000000000000000", with: "").utf8))
        #expect(short.iv == draws[1])
        var sealer = DocumentSealer(
            derivation: derivation, key: key, usedIVs: [draws[0], short.iv], random: { next.next() ?? [] })
        let document = try sealer.document(
            ["binance_api_key": .secret(Secret("k")), "binance_api_secret": .secret(Secret("s"))],
            for: ConnectorCatalog.binance)
        #expect(document.keyfiles.map(\.iv) == [draws[2], draws[4]])
        #expect(sealer.freshIVs == [draws[2], draws[4]])
    }

    @Test("an unknown field is refused before anything is sealed")
    func unknownField() async throws {
        let vault = vault()
        try await vault.open(try await vault.begin(with: password))
        await #expect(throws: VaultError.unknownField("nope")) {
            try await vault.seal(["nope": .text("x")], for: ConnectorCatalog.binance, avoiding: [])
        }
    }

    @Test("derivations together stay within the memory budget, first come, first served")
    func budget() async {
        let budget = MemoryBudget(byteCount: 100)
        let held = Held()
        await withTaskGroup(of: Void.self) { group in
            for size in [60, 50, 10, 100, 1, 1000, 30, 30, 30, 30] {
                group.addTask {
                    await budget.take(size)
                    await held.take(min(size, 100))
                    for _ in 0..<10 { await Task.yield() }
                    await held.giveBack(min(size, 100))
                    await budget.giveBack(size)
                }
            }
        }
        #expect(await held.most <= 100)
        #expect(await held.now == 0)
        // All of it is free again.
        await budget.take(100)
    }

    private actor Held {
        private(set) var now = 0
        private(set) var most = 0

        func take(_ byteCount: Int) {
            now += byteCount
            most = max(most, now)
        }

        func giveBack(_ byteCount: Int) { now -= byteCount }
    }
}

extension ConnectorCatalog {
    fileprivate static var binance: Connector {
        get throws { try #require(ConnectorCatalog.standard[try ConnectorName("binance")]) }
    }
}
