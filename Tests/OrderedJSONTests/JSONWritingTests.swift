import OrderedJSON
import Testing

@Suite("JSON writing")
struct JSONWritingTests {
    private static let value: JSON = [
        "b": [1, nil, true], "a": ["ü": .number("1.50"), "empty": [:]], "none": [], "text": "a\"b\\c/d\n",
    ]

    @Test("the compact layout has no white space and keeps characters beyond ASCII")
    func compact() {
        #expect(
            Self.value.text()
                == #"{"b":[1,null,true],"a":{"ü":1.50,"empty":{}},"none":[],"text":"a\"b\\c/d\n"}"#)
    }

    @Test("the python layout is json.dumps's, byte for byte", arguments: PythonVectors.dumps)
    func python(_ vector: PythonVectors.Dump) {
        #expect(vector.value.text(.python) == vector.plain)
    }

    @Test("the indented layout breaks lines where json.dumps with two spaces does", arguments: PythonVectors.dumps)
    func indented(_ vector: PythonVectors.Dump) throws {
        let text = vector.value.text(.indented)
        #expect(text.split(separator: "\n").count == vector.indented.split(separator: "\n").count)
        if text.utf8.allSatisfy({ $0 < 0x80 }) { #expect(text == vector.indented) }
    }

    @Test("the recorded dumps are there")
    func dumpsAreThere() { #expect(PythonVectors.dumps.count == 8) }

    @Test("what is written reads as the same value in every layout", arguments: PythonVectors.dumps)
    func roundTrip(_ vector: PythonVectors.Dump) throws {
        for layout in [JSON.Layout.compact, .python, .indented] {
            #expect(try JSON(parsing: vector.value.bytes(layout)) == vector.value)
            #expect(String(decoding: vector.value.bytes(layout), as: UTF8.self) == vector.value.text(layout))
        }
    }

    @Test("every ASCII character survives, in a string and in a name")
    func ascii() throws {
        let text = String(String.UnicodeScalarView((0..<0x80).compactMap { Unicode.Scalar(UInt32($0)) }))
        let value: JSON = .object(JSONObject([(text, .string(text))]))
        #expect(try JSON(parsing: value.text()) == value)
        #expect(value.text().utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
    }
}

@Suite("JSON")
struct JSONTests {
    private static let secret = "hunter2"

    @Test("a value does not show its content when it is printed, dumped or reflected")
    func redaction() {
        let object: JSONObject = ["name": .string(Self.secret), "list": [.string(Self.secret)]]
        let values: [Any] = [JSON.object(object), JSON.string(Self.secret), JSON.array([.string(Self.secret)]), object]
        for value in values + object.members {
            var dumped = ""
            dump(value, to: &dumped)
            for text in ["\(value)", String(reflecting: value), String(describing: [value]), dumped] {
                #expect(!text.contains(Self.secret))
            }
        }
        #expect("\(JSON.object(object))" == "<JSON object of 2>")
        #expect("\(JSON.number("1.5"))" == "<JSON number>")
    }

    @Test("an accessor gives the value of its own kind only")
    func accessors() {
        let values: [JSON] = [nil, true, 1, .number("1.5"), "a", [1], ["a": 1]]
        #expect(values.map { $0.boolValue != nil } == [false, true, false, false, false, false, false])
        #expect(values.map { $0.integerValue != nil } == [false, false, true, false, false, false, false])
        #expect(values.map { $0.stringValue != nil } == [false, false, false, false, true, false, false])
        #expect(values.map { $0.arrayValue != nil } == [false, false, false, false, false, true, false])
        #expect(values.map { $0.objectValue != nil } == [false, false, false, false, false, false, true])
        #expect(values.map { $0["a"] } == [nil, nil, nil, nil, nil, nil, 1])
    }

    @Test("setting a member replaces it in its place, appends it or takes it out")
    func members() {
        var object: JSONObject = ["a": 1, "b": 2]
        object["a"] = 3
        object["c"] = 4
        object["b"] = nil
        object["d"] = nil
        #expect(object == ["a": 3, "c": 4])
        #expect(object != ["c": 4, "a": 3])
        #expect(!object.isEmpty && JSONObject().isEmpty)
    }
}
