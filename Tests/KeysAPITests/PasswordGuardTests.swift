import Credentials
import HTTPTypes
import KeyManagement
import OrderedJSON
import Testing
import VaultTesting

@testable import KeysAPI

@Suite("Guessing the vault's password")
struct PasswordGuardTests {
    private static let right = #"{"password": "\#(TestVault.password.exposed())"}"#

    private static func wrong(_ number: Int) -> String { #"{"password": "guess \#(number)"}"# }

    private static func change(from current: String) -> String { #"{"current": "\#(current)", "new": "another one"}"# }

    @Test("a wrong password is answered late, later each time, wherever it is tried; the right one at once")
    func growingDelay() async throws {
        let clock = TestClock(isImmediate: true)
        try await withAPI(clock: clock) { api in
            let lines = ["Accept": "application/x-ndjson"]
            #expect(try await api.post("/v1/vault/unlock", Self.wrong(1)).status == 403)
            #expect(try await api.post("/v1/vault/password", Self.change(from: "guess 2")).status == 403)
            let told = try await api.send(
                .post, "/v1/vault/password", Self.change(from: "guess 3"), headers: lines)
            #expect(told.text.contains(#""status":403"#))
            #expect(clock.slept == [.milliseconds(500), .seconds(1), .seconds(2)])
            #expect(try await api.post("/v1/vault/unlock", Self.right).status == 200)
            #expect(clock.slept.count == 3)
            _ = try await api.post("/v1/vault/unlock", Self.wrong(4))
            #expect(clock.slept.last == .milliseconds(500))
            // Logins are another matter.
            #expect(try await api.send(.get, "/accounts/", login: "Basic Og==").status == 401)
            #expect(clock.slept.last == .milliseconds(500))
        }
    }

    @Test("while two wrong passwords wait, right and wrong ones are answered alike, and for no longer")
    func guessesTakePlaces() async throws {
        let clock = TestClock()
        try await withAPI(clock: clock) { api in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 1...2 {
                    group.addTask { try await api.post("/v1/vault/unlock", Self.wrong(number)).status }
                    await clock.sleepers(number)
                }
                let right = try await api.post("/v1/vault/unlock", Self.right)
                let wrong = try await api.post("/v1/vault/unlock", Self.wrong(3))
                #expect((right.status, right["retry-after"]) == (429, "5"))
                #expect(right.json?["code"] == "too_many_wrong_passwords")
                #expect((right.status, right.text) == (wrong.status, wrong.text))
                let change = Self.change(from: TestVault.password.exposed())
                #expect(try await api.post("/v1/vault/password", change).text == wrong.text)
                clock.advance(by: .seconds(1))
                for try await status in group { #expect(status == 403) }
                #expect(try await api.post("/v1/vault/unlock", Self.right).status == 200)
            }
        }
    }

    @Test("a wrong password that is sent again and again leaves room for the right one")
    func repeated() async throws {
        let clock = TestClock()
        try await withAPI(clock: clock) { api in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 1...3 {
                    group.addTask { try await api.post("/v1/vault/unlock", Self.wrong(1)).status }
                    await clock.sleepers(number)
                }
                #expect(try await api.post("/v1/vault/unlock", Self.right).status == 200)
                clock.advance(by: .seconds(2))
                for try await status in group { #expect(status == 403) }
            }
        }
    }

    @Test("one request at a time tries a password; its turn ends with it, whatever comes of it")
    func oneAtATime() async throws {
        let passwords = PasswordGuard(
            failures: FailedGuesses(clock: TestClock(isImmediate: true)), addresses: ClientAddressRule(trusting: []))
        let head = HTTPRequest(method: .post, scheme: "http", authority: "localhost", path: "/v1/vault/unlock")
        func attempt() throws(APIError) -> PasswordGuard.Attempt {
            try passwords.begin(Secret("guess"), head, from: nil)
        }
        func isFree() -> Bool {
            do throws(APIError) {
                // An attempt that nobody holds on to is over.
                _ = try attempt()
                return true
            } catch {
                #expect((error.status.code, error.code) == (429, "busy"))
                #expect(error.headers[.retryAfter] == "1")
                return false
            }
        }
        #expect(isFree())
        let good = try attempt()
        try await passwords.run(good) { #expect(!isFree()) }
        for kind in [Failure.Kind.wrongPassword, .notConfigured] {
            let bad = try attempt()
            #expect(!isFree())
            await #expect(throws: Failure.self) {
                try await passwords.run(bad) { () async throws -> Void in throw Failure(kind, "It does not open.") }
            }
        }
        #expect(isFree())
    }
}
