import AsyncHTTPClient
import ExchangeSimulators
import Foundation
import NIOCore
import NIOHTTP1
import Testing

@Suite("Simulated exchanges: signed requests of others")
struct SigningVectorTests {
    @Test("there are vectors for every exchange that checks signatures")
    func coverage() {
        let hosts = Set(SigningVector.all.map(\.host))
        #expect(
            hosts == [
                .binance, .binanceFuturesTestnet, .coinbase, .kraken, .kucoin, .gate, .okx, .bybit, .bybitTestnet,
                .bitget, .mexc, .htx, .bingX,
                .bitMart,
                .bitrue, .bitstamp, .backpack, .btcMarkets, .foxbit, .gemini, .ndax, .lambdaplex, .architect, .evedex,
                .aevo, .grvtTestnet, .dexalotTestnet, .derive, .deriveTestnet, .pacifica,
            ])
        #expect(SigningVector.all.count >= 85)
    }

    @Test("a request that others signed is accepted as it is, over the wire", arguments: SigningVector.all)
    func accepted(_ vector: SigningVector) async throws {
        let records = try await withExchangeSimulators([vector.host], clock: { vector.time }) { fleet in
            let simulator = try #require(fleet[vector.host])
            await vector.admit(to: simulator)
            var request = HTTPClientRequest(url: try #require(fleet.url(of: vector.host)) + vector.target)
            request.method = .init(rawValue: vector.method)
            for field in vector.fields { request.headers.add(name: field.name, value: field.value) }
            if !vector.body.isEmpty { request.body = .bytes(ByteBuffer(string: vector.body)) }
            _ = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
            return await simulator.requests
        }
        #expect(records.map(\.key) == [vector.wallet == nil ? "vector" : "wallet"])
        let verdicts = ["accepted", "no_such_path", "bad_parameter uid", "bad_parameter productType"]
        #expect(records.allSatisfy { verdicts.contains($0.verdict) })
    }

    @Test(
        "one changed byte of what is signed, or of the signature, is refused",
        arguments: SigningVector.all.filter(\.isSigned))
    func changed(_ vector: SigningVector) async throws {
        let simulator = ExchangeSimulator(vector.host, clock: { vector.time })
        await vector.admit(to: simulator)
        var variants: [SimulatedRequest] = []
        for (position, field) in vector.fields.enumerated()
        where SigningVector.signedFields.contains(field.name.lowercased()) {
            for offset in offsets(of: field.value) {
                var fields = vector.fields
                fields[position].value = change(field.value, at: offset)
                variants.append(vector.with(fields: fields))
            }
        }
        let signsPath = !SigningVector.unsignedPaths.contains(vector.host)
        let queryStart = vector.target.firstIndex(of: "?").map {
            vector.target.distance(from: vector.target.startIndex, to: $0)
        }
        for offset in offsets(of: vector.target) where offset > 8 && offset != queryStart {
            guard signsPath || offset > queryStart ?? .max else { continue }
            guard !SigningVector.unsignedQueries.contains(vector.host) || offset < queryStart ?? .max else { continue }
            variants.append(vector.with(target: change(vector.target, at: offset)))
        }
        if vector.method == "POST", !SigningVector.unsignedBodies.contains(vector.host) {
            for offset in offsets(of: vector.body) {
                variants.append(vector.with(body: change(vector.body, at: offset)))
            }
        }
        #expect(!variants.isEmpty)
        for variant in variants { _ = try await simulator.answer(to: variant) }
        let records = await simulator.requests
        #expect(records.count == variants.count)
        #expect(records.allSatisfy { $0.key == nil })
    }

    /// Places spread over a text: both ends and some between.
    private func offsets(of text: String) -> [Int] {
        text.isEmpty ? [] : Array(Set(stride(from: 0, to: text.count, by: max(1, text.count / 7)) + [text.count - 1]))
    }

    private func change(_ text: String, at offset: Int) -> String {
        var characters = Array(text)
        characters[offset] = characters[offset] == "0" ? "1" : "0"
        return String(characters)
    }
}

extension SigningVector {
    fileprivate func admit(to simulator: ExchangeSimulator) async {
        await simulator.register(key)
        if let wallet { await simulator.register(wallet) }
    }

    fileprivate func with(
        target: String? = nil, fields: [(name: String, value: String)]? = nil, body: String? = nil
    ) -> SimulatedRequest {
        SimulatedRequest(
            method: method, target: target ?? self.target, fields: fields ?? self.fields,
            body: Array((body ?? self.body).utf8))
    }
}
