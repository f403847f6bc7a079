import Credentials
import Crypto
import HTTPTypes
import KeyManagement

/// Lets one request at a time try the vault's password, and makes guessing it slow.
///
/// Who asks has the login or a session already, and neither shall be a quick way to the password. So nobody is let off
/// what ``FailedGuesses`` asks for, on this machine neither; and no derivations pile up.
struct PasswordGuard: Sendable {
    /// One try of a password.
    struct Attempt: Sendable {
        fileprivate let turn: Slots.Slot
        fileprivate let client: IPAddress?
        fileprivate let guess: FailedGuesses.Guess
    }

    private let turns = Slots(limit: 1, refusal: .passwordInUse)
    private let failures: FailedGuesses
    private let addresses: ClientAddressRule
    private let key = SymmetricKey(size: .bits256)

    /// - Parameters:
    ///   - failures: Those of the vault's password alone.
    ///   - addresses: Tells who guesses.
    init(failures: FailedGuesses, addresses: ClientAddressRule) {
        self.failures = failures
        self.addresses = addresses
    }

    /// Takes the turn, which ends with ``run(_:_:)`` or when nobody holds on to the attempt any more.
    ///
    /// - Parameters:
    ///   - password: What is tried.
    ///   - request: The request that brought it.
    ///   - peer: The other end of the connection.
    /// - Returns: The attempt, for ``run(_:_:)``.
    /// - Throws: ``APIError`` 429 while the client's wrong passwords wait, or another attempt goes on.
    func begin(_ password: Secret, _ request: HTTPRequest, from peer: IPAddress?) throws(APIError) -> Attempt {
        let client = addresses.address(of: request, from: peer)
        guard !failures.isClosed(to: client) else { throw .tooManyWrongPasswords }
        let turn = try turns.take()
        return Attempt(
            turn: turn, client: client, guess: FailedGuesses.Guess(password.exposed().utf8, under: key))
    }

    /// Does what the password is for, and ends the turn. When the password is wrong, that is told late.
    ///
    /// - Parameters:
    ///   - attempt: From ``begin(_:_:from:)``.
    ///   - work: What the password is for.
    /// - Returns: What the work returns.
    /// - Throws: What the work throws; ``APIError`` 429 when too many answers wait already.
    func run<Value>(_ attempt: Attempt, _ work: () async throws -> Value) async throws -> Value {
        do {
            let value = try await work()
            attempt.turn.free()
            failures.succeed(attempt.client)
            return value
        } catch let failure as Failure where failure.kind == .wrongPassword {
            // The wrong password has its place before the next one has its turn.
            let hasWaited = try await failures.wait(after: attempt.guess, of: attempt.client) { attempt.turn.free() }
            guard hasWaited else { throw APIError.tooManyWrongPasswords }
            throw failure
        } catch {
            attempt.turn.free()
            throw error
        }
    }
}
