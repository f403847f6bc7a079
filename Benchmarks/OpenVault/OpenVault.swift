import CredentialVault
import Credentials
import Foundation
import KeyManagement
import Logging
import OrderedJSON

/// Unlocks a vault and opens every secret in it once, as one program that needs them all would.
///
/// Prints the seconds for unlocking, the seconds for opening, the number of credentials and the number of secrets.
@main
struct OpenVault {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 2, let password = ProcessInfo.processInfo.environment["CONFIG_PASSWORD"] else {
            print("usage: CONFIG_PASSWORD=… OpenVault BOTS")
            exit(64)
        }
        let keys = KeyManager(
            store: try FileCredentialStore(path: arguments[1]),
            vault: Vault(threadCount: ProcessInfo.processInfo.activeProcessorCount), catalog: .standard,
            verification: nil,
            logger: Logger(label: "OpenVault", factory: { _ in SwiftLogNoOpLogHandler() }))
        let clock = ContinuousClock()
        let unlocking = try await clock.measure { try await keys.unlock(with: Secret(password)) }
        var credentials = 0
        var secrets = 0
        let opening = try await clock.measure {
            for account in try await keys.overview().accounts {
                for summary in account.credentials {
                    let revealed = try await keys.reveal(summary.connector, in: account.name)
                    guard revealed.problems.isEmpty else { throw CocoaError(.fileReadCorruptFile) }
                    credentials += 1
                    secrets += revealed.values.members.count
                }
            }
        }
        print(unlocking / .seconds(1), opening / .seconds(1), credentials, secrets)
    }
}
