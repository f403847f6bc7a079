import Glibc
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
        let place = "The server cannot listen on \(Printable.line(host)), port \(port)"
        if error is SocketAddressError || error is SocketAddressError.UnknownHost {
            return CommandError.usage(
                "\(place): no address of this machine has that name.",
                hint: "--host takes an address or a name of this machine, such as 127.0.0.1.")
        }
        guard let error = error as? IOError else { return error }
        let hint: String? =
            switch error.errnoCode {
            case EADDRINUSE: "Another program may hold the port; --port takes another."
            case EADDRNOTAVAIL: "--host takes an address or a name of this machine, such as 127.0.0.1."
            case EACCES: "Ports below 1024 are for root; --port takes another."
            default: nil
            }
        return Failure(.storage, "\(place): \(SystemError.text(error.errnoCode)).", hint: hint)
    }
}
