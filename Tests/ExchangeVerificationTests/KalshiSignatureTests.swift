import Credentials
import CryptoExtras
import Foundation
import OrderedJSON
import Testing

@testable import ExchangeVerification

/// Kalshi's signatures are random, so they are verified and not compared.
@Suite("Signatures: Kalshi")
struct KalshiSignatureTests {
    private static let time = UnixTime(milliseconds: 1_700_000_000_123)
    private static let signedText = "1700000000123GET/trade-api/v2/margin/balance"

    private static func request(_ fields: JSONObject = JSONObject(), query: String = "") throws -> ProbeRequest {
        let probe = try #require(ProbeRegistry.standard[try ConnectorName("kalshi_perpetual")])
        return try probe.request(
            for: ProbeCall(.get, "external-api.kalshi.com", "/trade-api/v2/margin/balance", query: query),
            of: try TestCredential.make("kalshi_perpetual", fields), stamp: ProbeStamp(time: time, random: []))
    }

    private static func isValid(_ signature: String?, for text: String) throws -> Bool {
        let key = try _RSA.Signing.PublicKey(pemRepresentation: TestCredential.rsaFile("public.pem"))
        let bytes = try #require(signature.flatMap { Data(base64Encoded: $0) })
        return key.isValidSignature(
            _RSA.Signing.RSASignature(rawRepresentation: bytes), for: Data(text.utf8), padding: .PSS)
    }

    @Test("what OpenSSL signed is signed in the same way as here")
    func openSSL() throws {
        #expect(try Self.isValid(TestCredential.rsaFile("signature-of-openssl.txt"), for: Self.signedText))
    }

    @Test("time, method and path are signed, the query is not, and the key's id goes along")
    func signature() throws {
        let request = try Self.request(query: "a=b")
        let signature = request.header("KALSHI-ACCESS-SIGNATURE")
        #expect(try Self.isValid(signature, for: Self.signedText))
        #expect(request.header("KALSHI-ACCESS-TIMESTAMP") == "1700000000123")
        #expect(request.header("KALSHI-ACCESS-KEY") == TestCredential.key)
        for position in 0..<Self.signedText.utf8.count {
            var bytes = Array(Self.signedText.utf8)
            bytes[position] ^= 1
            #expect(try !Self.isValid(signature, for: String(decoding: bytes, as: UTF8.self)))
        }
    }

    @Test(
        "the key is read however it was pasted",
        arguments: ["private-pkcs8.pem", "private-pkcs1.pem"], ["\n", "\\n", " ", "\r\n", "lost", "bare"])
    func forms(_ file: String, _ separator: String) throws {
        let lines = TestCredential.rsaFile(file).split(separator: "\n")
        #expect(lines.count > 20)
        let text: String =
            switch separator {
            case "bare": lines.dropFirst().dropLast().joined()
            case "lost": lines.joined()
            default: lines.joined(separator: separator)
            }
        let request = try Self.request(JSONObject([("kalshi_perpetual_private_key", .string(text))]))
        #expect(try Self.isValid(request.header("KALSHI-ACCESS-SIGNATURE"), for: Self.signedText))
    }
}
