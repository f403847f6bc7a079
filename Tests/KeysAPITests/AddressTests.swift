import HTTPTypes
import Testing

@testable import KeysAPI

@Suite("Addresses")
struct AddressTests {
    @Test(
        "two spellings of one address are equal",
        arguments: [
            ("127.0.0.1", "::ffff:127.0.0.1"), ("::1", "0:0:0:0:0:0:0:1"), ("2001:DB8::", "2001:db8:0:0::0"),
            ("::ffff:c000:201", "192.0.2.1"),
        ])
    func spellings(one: String, other: String) throws {
        #expect(try #require(IPAddress(one)) == (try #require(IPAddress(other))))
    }

    @Test(
        "what is no address is none",
        arguments: [
            "", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.+4", "1..2.3", "::1::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
            "12345::", "g::", ":::", "localhost", "1.2.3.4:80", "[::1]", "fe80::1%eth0",
        ])
    func noAddress(text: String) { #expect(IPAddress(text) == nil) }

    @Test(
        "a block holds the addresses with its prefix",
        arguments: [
            ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.8", false), ("0.0.0.0/0", "203.0.113.1", true), ("0.0.0.0/0", "::1", false),
            ("2001:db8::/33", "2001:db8:7fff::1", true), ("2001:db8::/33", "2001:db8:8000::1", false),
        ])
    func blocks(block: String, address: String, isInside: Bool) throws {
        #expect(try #require(AddressRange(block)).contains(try #require(IPAddress(address))) == isInside)
    }

    @Test("what is no block is none", arguments: ["", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "x/8", "::/129"])
    func noBlock(text: String) { #expect(AddressRange(text) == nil) }

    @Test(
        "forwarded addresses count from trusted proxies only, nearest first",
        arguments: [
            ("203.0.113.5", "X-Forwarded-For", "198.51.100.1", "203.0.113.5"),
            ("127.0.0.1", "X-Forwarded-For", "198.51.100.1", "198.51.100.1"),
            ("127.0.0.1", "X-Forwarded-For", "127.0.0.1, 198.51.100.1, 10.1.1.1", "198.51.100.1"),
            ("127.0.0.1", "X-Forwarded-For", "198.51.100.1, nonsense", "127.0.0.1"),
            ("127.0.0.1", "X-Forwarded-For", "[2001:db8::1]:4711", "2001:db8::1"),
            ("127.0.0.1", "Forwarded", "for=198.51.100.1;proto=https", "198.51.100.1"),
            ("127.0.0.1", "Forwarded", "for=1.1.1.1, for=\"[2001:db8::1]:1\";by=x", "2001:db8::1"),
            ("127.0.0.1", "Forwarded", "for=_hidden", "127.0.0.1"),
        ])
    func forwarded(peer: String, header: String, value: String, client: String) throws {
        let rule = ClientAddressRule(trusting: try ["127.0.0.1", "10.0.0.0/8"].map { try #require(AddressRange($0)) })
        let name = try #require(HTTPField.Name(header))
        let request = HTTPRequest(
            method: .get, scheme: "http", authority: "x", path: "/", headerFields: [name: value])
        #expect(rule.address(of: request, from: IPAddress(peer)) == IPAddress(client))
    }

    @Test("a request is local when it comes over loopback and nobody forwarded it")
    func local() {
        let plain = HTTPRequest(method: .get, scheme: "http", authority: "x", path: "/")
        #expect(ClientAddressRule.isLocal(plain, from: IPAddress("127.0.0.1")))
        #expect(ClientAddressRule.isLocal(plain, from: IPAddress("::1")))
        #expect(!ClientAddressRule.isLocal(plain, from: IPAddress("192.0.2.1")))
        #expect(!ClientAddressRule.isLocal(plain, from: nil))
        for name in [HTTPField.Name.xForwardedFor, .forwarded] {
            var forwarded = plain
            forwarded.headerFields[name] = "127.0.0.1"
            #expect(!ClientAddressRule.isLocal(forwarded, from: IPAddress("127.0.0.1")))
        }
    }
}
