import OrderedJSON
import Testing

@Suite("JSON parsing")
struct JSONParsingTests {
    @Test("members keep their order")
    func order() throws {
        let object = try #require(try JSON(parsing: #"{"z": 1, "a": 2, "m": 3}"#).objectValue)
        #expect(object.names == ["z", "a", "m"])
    }

    @Test("members keep their order and are found among many")
    func manyMembers() throws {
        let names = (0..<100).map { "name\(($0 * 37) % 100)" }
        let text = "{" + names.map { "\"\($0)\": \"\($0)!\"" }.joined(separator: ",") + "}"
        var object = try #require(try JSON(parsing: text).objectValue)
        #expect(object.names == names)
        for name in names { #expect(object[name] == .string(name + "!")) }
        object["name50"] = nil
        #expect(object["name50"] == nil)
        #expect(object["name51"] == "name51!")
        #expect(object.names.count == 99)
    }

    @Test("a name that comes twice keeps its place and its last value")
    func duplicates() throws {
        let value = try JSON(parsing: #"{"a": 1, "b": 2, "a": 3}"#)
        #expect(value == ["a": 3, "b": 2])
        #expect(value.text() == #"{"a":3,"b":2}"#)
    }

    @Test(
        "a number is an integer when it is whole and fits, else the text that was written",
        arguments: [
            ("0", JSON.integer(0)), ("-0", 0), ("-17", -17), ("9223372036854775807", .integer(.max)),
            ("-9223372036854775808", .integer(.min)), ("9223372036854775808", .number("9223372036854775808")),
            ("1.0", .number("1.0")), ("1e5", .number("1e5")), ("-2.50E+10", .number("-2.50E+10")),
            ("123456789012345678901234567890", .number("123456789012345678901234567890")),
        ])
    func numbers(_ text: String, _ value: JSON) throws {
        #expect(try JSON(parsing: text) == value)
        #expect(try JSON(parsing: "[\(text) , \(text)]") == .array([value, value]))
    }

    @Test("escapes stand for their characters, surrogate pairs for one")
    func escapes() throws {
        #expect(try JSON(parsing: #""\"\\\/\b\f\n\r\t""#) == "\"\\/\u{8}\u{C}\n\r\t")
        #expect(try JSON(parsing: #""\u00fc\u00FC\uD83D\uDE00\u0000""#) == "üü😀\u{0}")
        #expect(try JSON(parsing: "\"ü😀 é\"") == "ü😀 é")
    }

    @Test(
        "half a surrogate pair is refused, which Python would let pass",
        arguments: [#""\ud83d""#, #""\ude00""#, #""\ud83d\ud83d""#, #""\ud83dx""#, #""\ud83d\n""#, #""\ud83d\u0041""#])
    func loneSurrogates(_ text: String) {
        #expect(throws: JSONParsingError.self) { try JSON(parsing: text) }
    }

    @Test(
        "numbers that are none are refused, which Python would let pass", arguments: ["NaN", "Infinity", "-Infinity"])
    func notNumbers(_ text: String) {
        #expect(throws: JSONParsingError(reason: .expectingValue, offset: 0)) { try JSON(parsing: text) }
    }

    @Test("a text that is no JSON is refused with Python's words and place", arguments: PythonVectors.faults)
    func faults(_ fault: PythonVectors.Fault) throws {
        let error = try #require(throws: JSONParsingError.self) { try JSON(parsing: fault.text) }
        #expect(error.reason.rawValue == fault.message)
        #expect(error.offset == fault.offset)
    }

    @Test("the recorded faults are there")
    func faultsAreThere() { #expect(PythonVectors.faults.count > 40) }

    @Test("64 levels are read, one more is refused", arguments: ["[", #"{"a":"#])
    func depth(_ opening: String) throws {
        let closing = opening == "[" ? "]" : "}"
        func nested(_ levels: Int) -> String {
            String(repeating: opening, count: levels) + "1" + String(repeating: closing, count: levels)
        }
        #expect(throws: Never.self) { try JSON(parsing: nested(64)) }
        let error = try #require(throws: JSONParsingError.self) { try JSON(parsing: nested(65)) }
        #expect(error.reason == .tooDeep)
    }

    @Test("100,000 opening brackets are refused and do not overflow the stack")
    func bomb() throws {
        let error = try #require(throws: JSONParsingError.self) {
            try JSON(parsing: String(repeating: "[", count: 100_000))
        }
        #expect(error == JSONParsingError(reason: .tooDeep, offset: 64))
    }

    @Test(
        "a string that is not UTF-8 is refused",
        arguments: [
            [0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82],
        ] as [[UInt8]])
    func notUTF8(_ bytes: [UInt8]) throws {
        let quoted = [UInt8(ascii: "[")] + [0x22] + bytes + [0x22, UInt8(ascii: "]")]
        #expect(throws: JSONParsingError(reason: .notUTF8, offset: 1)) { try JSON(parsing: quoted) }
        let withEscape = [0x22, 0x5C, 0x6E] + bytes + [0x22]
        #expect(throws: JSONParsingError(reason: .notUTF8, offset: 0)) { try JSON(parsing: withEscape) }
    }

    @Test("bytes that are no text at all are refused, not read past their end")
    func arbitraryBytes() {
        for seed in UInt64(1)...2000 {
            var state = seed &* 0x9E37_79B9_7F4A_7C15
            let bytes = (0..<24).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1
                // Mostly JSON's own characters, so that the parser gets far.
                let choices = Array(#"{}[]",:\u0123tfn-.eE "#.utf8) + [0xFF, 0xC3, 0x00]
                return choices[Int(state >> 33) % choices.count]
            }
            if let value = try? JSON(parsing: bytes) {
                #expect((try? JSON(parsing: value.bytes())) == value)
            }
        }
    }

    @Test("a byte order mark at the start is skipped and not counted")
    func byteOrderMark() throws {
        #expect(try JSON(parsing: [0xEF, 0xBB, 0xBF] + Array("[1]".utf8)) == [1])
        #expect(throws: JSONParsingError(reason: .expectingValue, offset: 1)) {
            try JSON(parsing: [0xEF, 0xBB, 0xBF] + Array("[x]".utf8))
        }
    }
}
