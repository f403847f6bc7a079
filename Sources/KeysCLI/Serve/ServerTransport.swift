import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import KeyManagement
import NIOCore
import NIOSSL

/// Plain HTTP or TLS.
enum ServerTransport {
    case plain
    case tls(TLSConfiguration)

    /// TLS with a certificate from files.
    ///
    /// - Throws: ``CommandError`` when one of the files cannot be used.
    init(certificateFile: String, keyFile: String) throws {
        do {
            var tls = TLSConfiguration.makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMFile(certificateFile).map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(file: keyFile, format: .pem)))
            tls.minimumTLSVersion = .tlsv12
            // The library notices a key that does not fit only when a connection comes.
            _ = try NIOSSLContext(configuration: tls)
            self = .tls(tls)
        } catch {
            throw CommandError.usage(
                "The certificate \(certificateFile) and the key \(keyFile) cannot be used.",
                hint: "Both must be PEM files that this user can read, and belong together.")
        }
    }

    /// Makes the server for one kind of connection.
    func server(_ channel: HTTP1Channel.Configuration) throws -> HTTPServerBuilder {
        switch self {
        case .plain: .http1(configuration: channel)
        case .tls(let configuration): try .tls(.http1(configuration: channel), tlsConfiguration: configuration)
        }
    }

    /// What to say when the server could not listen.
    static func listenFailure(_ error: any Error, host: String, port: Int) -> any Error {
        guard let error = error as? IOError else { return error }
        return Failure(
            .storage, "The server cannot listen on \(host), port \(port): \(SystemError.text(error.errnoCode)).",
            hint: "Another program may hold the port; --port takes another.")
    }
}
