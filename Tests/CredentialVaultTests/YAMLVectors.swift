import Foundation
import OrderedJSON
import Testing
import VaultTesting

/// What PyYAML does with scalars; recorded by `Tests/Vectors/yaml/make.py`.
enum YAMLVectors {
    /// A text with the YAML that PyYAML's `safe_dump` writes for `{"k": text}`.
    struct Text: Sendable, CustomTestStringConvertible {
        let text: String
        let yaml: String
        var testDescription: String { yaml.debugDescription }
    }

    /// A plain scalar with the type that PyYAML's `safe_load` gives it.
    struct Plain: Sendable, CustomTestStringConvertible {
        let scalar: String
        let kind: String
        var testDescription: String { "\(scalar) is \(kind)" }
    }

    static let texts: [Text] = entries("texts").compactMap { entry in
        guard let text = entry["text"]?.stringValue, let yaml = entry["yaml"]?.stringValue else { return nil }
        return Text(text: text, yaml: yaml)
    }

    static let plain: [Plain] = entries("plain").compactMap { entry in
        guard let scalar = entry["scalar"]?.stringValue, let kind = entry["kind"]?.stringValue else { return nil }
        return Plain(scalar: scalar, kind: kind)
    }

    private static func entries(_ name: String) -> [JSON] {
        (try? JSON(parsing: contents(vectorsFolder.path + "/yaml/scalars.json")))?[name]?.arrayValue ?? []
    }
}

/// A Python that has PyYAML, where the machine has one.
enum Python {
    static let isThere = (try? run("import yaml", input: [])) != nil

    /// Runs a script.
    ///
    /// - Returns: What it wrote on its standard output.
    static func run(_ script: String, input: [UInt8]) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script]
        let (standardInput, standardOutput) = (Pipe(), Pipe())
        process.standardInput = standardInput
        process.standardOutput = standardOutput
        process.standardError = FileHandle.nullDevice
        try process.run()
        try standardInput.fileHandleForWriting.write(contentsOf: input)
        try standardInput.fileHandleForWriting.close()
        let output = try standardOutput.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
        return Array(output)
    }
}
