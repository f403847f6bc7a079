import Credentials
import OrderedJSON

/// Asks a person for a connector's fields: required ones and those that matter, the others keep their defaults.
struct FieldForm {
    let prompter: Prompter

    /// Asks for all fields, then again for those that do not fit, until they do.
    ///
    /// - Throws: ``CommandError/declined`` when the person ends the input.
    func fill(_ connector: Connector) throws -> JSONObject {
        var input = JSONObject()
        for field in Self.asked(connector.fields) { input[field.name] = try ask(field) }
        while true {
            let faults = Self.faults(of: input, for: connector)
            if faults.isEmpty { return input }
            for fault in faults { prompter.say(fault.description) }
            let fields = connector.fields.filter { field in
                faults.contains { $0.field == field.name || $0.field.hasPrefix(field.name + ".") }
            }
            // A fault that belongs to no field that could be asked again is for the caller to report.
            guard !fields.isEmpty else { return input }
            for field in fields { input[field.name] = try ask(field) }
        }
    }

    private static func faults(of input: JSONObject, for connector: Connector) -> [FieldFault] {
        do throws(InvalidCredential) {
            _ = try Credential(parsing: input, for: connector)
            return []
        } catch {
            return error.faults
        }
    }

    /// What there is to ask, the required fields first: a person comes with these at hand.
    private static func asked(_ fields: [ConfigField]) -> [ConfigField] {
        fields.filter(\.isRequired)
            + fields.filter { field in
                if case .records = field.kind { return false }
                return !field.isRequired && field.isAskedFor
            }
    }

    /// - Returns: `nil` when the field stays out, so that its default holds.
    private func ask(_ field: ConfigField) throws -> JSON? {
        if !field.hint.isEmpty { prompter.say("  \(field.hint)") }
        switch field.kind {
        case .secret: return try askSecret(field)
        case .boolean: return try askTruth(field)
        case .modes(let modes, _): return try askMode(field, modes)
        case .integer:
            return try askText(field, complaint: "Please answer with a whole number.") { Int($0).map { .integer($0) } }
        case .list: return try askText(field) { .string($0) }
        case .choice, .text, .records:
            let choices = field.choices
            guard !choices.isEmpty else { return try askText(field) { .string($0) } }
            let question = "\(field.label) (\(choices.joined(separator: ", ")))"
            return try askText(field, question: question, complaint: "Please answer with one of these words.") {
                Prompter.match($0, among: choices).map { .string($0) }
            }
        }
    }

    private func askSecret(_ field: ConfigField) throws -> JSON? {
        while true {
            let secret = try prompter.askSecret(field.isRequired ? field.label : "\(field.label), or Enter for none")
            if !secret.exposed().trimmed.isEmpty { return .string(secret.exposed()) }
            if !field.isRequired { return nil }
            prompter.say("This one is needed.")
        }
    }

    private func askTruth(_ field: ConfigField) throws -> JSON? {
        let usual: String? =
            switch field.defaultValue {
            case .boolean(let truth): truth ? "yes" : "no"
            case .text(let text): text
            default: nil
            }
        return try prompter.ask("\(field.label) (yes, no)", usual: usual, complaint: "Please answer with yes or no.") {
            answer -> JSON? in
            if answer == usual { return .bool(answer.lowercased() == "yes") }
            return Prompter.match(answer, among: ["yes", "no", "true", "false"]).map {
                .bool($0 == "yes" || $0 == "true")
            }
        }
    }

    private func askText(
        _ field: ConfigField, question: String? = nil, complaint: String = "This one is needed.",
        interpret: (String) -> JSON?
    ) throws -> JSON? {
        let usual = Self.usualText(field)
        return try prompter.ask(
            question ?? field.label + (field.isRequired || usual != nil ? "" : ", or Enter for none"), usual: usual,
            complaint: complaint
        ) { answer -> JSON?? in
            if answer == usual { return .some(nil) }
            if answer.isEmpty { return field.isRequired && !field.allowsEmpty ? nil : .some(nil) }
            return interpret(answer).map { .some($0) }
        }
    }

    /// What an empty answer means, as text; `nil` when that is nothing.
    private static func usualText(_ field: ConfigField) -> String? {
        switch field.defaultValue {
        case .text(let text): text.isEmpty ? nil : text
        case .integer(let number): String(number)
        case .list(let items): items.joined(separator: ",")
        default: nil
        }
    }

    private func askMode(_ field: ConfigField, _ modes: [ConfigMode]) throws -> JSON? {
        prompter.say("\(field.label):")
        for (number, mode) in modes.enumerated() { prompter.say("  \(number + 1)  \(mode.label) (\(mode.title))") }
        let titles = modes.map(\.title)
        let title = try prompter.ask(
            "Which one", usual: field.isRequired ? nil : "leave it to Hummingbot",
            complaint: "Please answer with a number or a name of the list."
        ) { answer -> String? in
            answer == "leave it to Hummingbot" ? "" : Prompter.match(answer, among: titles)
        }
        guard let mode = modes.first(where: { $0.title == title }) else { return nil }
        var values = JSONObject([("mode", .string(title))])
        for field in Self.asked(mode.fields) { values[field.name] = try ask(field) }
        return .object(values)
    }
}
