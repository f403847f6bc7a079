import Testing

@testable import KeysCLI

@Suite("Server addresses")
struct ServerAddressTests {
    @Test(
        "are put together from their parts",
        arguments: [
            ("http://localhost:8000", "http://localhost:8000"), ("HTTP://LocalHost/", "http://localhost"),
            ("https://keys.example/api/", "https://keys.example/api"), ("http://[::1]:8000", "http://[::1]:8000"),
        ])
    func normalForm(text: String, expected: String) throws {
        #expect(try ServerAddress(text).description == expected)
    }

    @Test(
        "that could mean two hosts are refused",
        arguments: [
            "http://localhost@evil.example", "http://user:pass@localhost", "http://localhost\\@evil.example",
            "http://localhost#@evil.example", "http://localhost?x", "http://local host", "http://", "http:///x",
            "http://localhost:port", "http://localhost:0", "http://localhost:99999", "http://[::1", "http://[x]",
            "localhost:8000", "ftp://localhost", "http://löcalhost", "http://localhost/a b", "http://localhost/%2e",
        ])
    func refused(text: String) {
        #expect(throws: CommandError.self) { try ServerAddress(text) }
    }

    @Test("a login in an address does not come back in the complaint")
    func noEcho() {
        let error = #expect(throws: CommandError.self) { try ServerAddress("http://me:CANARY@host") }
        #expect(error.map { !"\($0.message) \($0.hint ?? "")".contains("CANARY") } == true)
    }

    @Test("of this machine", arguments: ["localhost", "127.0.0.1", "127.1.2.3", "::1"])
    func loopback(host: String) { #expect(LoopbackHost.matches(host)) }

    @Test(
        "of other machines",
        arguments: [
            "127.0.0.1.example", "127.1", "localhost.example", "0.0.0.0", "10.0.0.1", "127.0.0.256", "2130706433",
            "::ffff:127.0.0.1", "",
        ])
    func notLoopback(host: String) { #expect(!LoopbackHost.matches(host)) }
}
