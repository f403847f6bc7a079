import NIOSSL

/// A certificate for `localhost` that vouches for itself, with its key; made for these tests and used nowhere else.
enum TestCertificate {
    static let pem = """
        -----BEGIN CERTIFICATE-----
        MIIBlDCCATugAwIBAgIUZPN7xTYEkyhQkuBPOd/P1fLkyCIwCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTEwNDExOFoYDzIxMjYxMDI4
        MTA0MTE4WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAATcgYVurhjebD9Wq6bx3csD2jOKAYc2mZpe3+dWBMl3dWw6OJEMCwKa
        DDXJPQA1qnA6upPgaZ1BZfgB5kYYThPCo2kwZzAdBgNVHQ4EFgQU6LpYioW/7MlI
        xLNL7s3tS1LehUAwHwYDVR0jBBgwFoAU6LpYioW/7MlIxLNL7s3tS1LehUAwDwYD
        VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID
        RwAwRAIgNZhrzFfedv4SsTiB9Oi2KEKZrINKi3LQ3GPFm9N7AQICIDwZIvitX6al
        BMTM16Ibzc6nfv/tGNzQjqTPbEJEKFEO
        -----END CERTIFICATE-----
        """

    private static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgSyvgt/B8Q4cOPh1S
        nyPD0LnZy4CB/j+XeY4Imj2oQU6hRANCAATcgYVurhjebD9Wq6bx3csD2jOKAYc2
        mZpe3+dWBMl3dWw6OJEMCwKaDDXJPQA1qnA6upPgaZ1BZfgB5kYYThPC
        -----END PRIVATE KEY-----
        """

    static func context() throws -> NIOSSLContext {
        try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(pem.utf8)).map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem))))
    }
}
