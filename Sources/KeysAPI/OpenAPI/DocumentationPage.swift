import HTTPTypes
import OrderedJSON

/// The readable form of the documentation: one static page that needs neither scripts nor another host.
struct DocumentationPage {
    let routes: [Route]
    let version: String

    var html: String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>keys-manager API</title>
        <link rel="stylesheet" href="/style.css">
        </head>
        <body>
        <header><p><a href="/">keys-manager</a> \(Self.escaped(version))</p></header>
        <main>
        <h1>API</h1>
        <p>\(Self.escaped(OpenAPIDocument.description))</p>
        <p>For programs: <a href="/openapi.json">openapi.json</a></p>
        <nav><ul>
        \(chapters.map { "<li><a href=\"#\(Self.anchor($0.rawValue))\">\(Self.escaped($0.rawValue))</a></li>" }.joined(separator: "\n"))
        </ul></nav>
        \(chapters.map(chapter).joined(separator: "\n"))
        </main>
        </body>
        </html>

        """
    }

    private var chapters: [Operation.Chapter] {
        Operation.Chapter.allCases.filter { chapter in routes.contains { $0.operation.chapter == chapter } }
    }

    private func chapter(_ chapter: Operation.Chapter) -> String {
        let sections = routes.filter { $0.operation.chapter == chapter }.map(section)
        return """
            <section id="\(Self.anchor(chapter.rawValue))">
            <h2>\(Self.escaped(chapter.rawValue))</h2>
            \(sections.joined(separator: "\n"))
            </section>
            """
    }

    private func section(_ route: Route) -> String {
        let operation = route.operation
        var parts = [
            "<article id=\"\(Self.escaped(operation.id))\">",
            "<h3><code>\(route.method.rawValue) \(Self.escaped(route.path.text))</code></h3>",
            "<p>\(Self.escaped(operation.summary))\(route.access == .open ? " <em>No login.</em>" : "")</p>",
        ]
        if !operation.text.isEmpty { parts.append("<p>\(Self.escaped(operation.text))</p>") }
        for parameter in operation.parameters {
            parts.append(
                "<p><code>\(Self.escaped(parameter.name))</code> (\(parameter.place.rawValue)"
                    + "\(parameter.isRequired ? "" : ", optional")): \(Self.escaped(parameter.text))</p>")
        }
        if let body = operation.body {
            parts.append("<p>Body\(body.isRequired ? "" : " (optional)"):</p>")
            parts.append("<pre><code>\(Self.escaped(body.example.text(.indented)))</code></pre>")
        }
        parts.append("<table><thead><tr><th>Status</th><th>Meaning</th></tr></thead><tbody>")
        for answer in route.allAnswers {
            parts.append("<tr><td>\(answer.status)</td><td>\(Self.escaped(answer.text))</td></tr>")
        }
        parts.append("</tbody></table>")
        parts.append("</article>")
        return parts.joined(separator: "\n")
    }

    private static func anchor(_ title: String) -> String {
        title.lowercased().split { !$0.isLetter && !$0.isNumber }.joined(separator: "-")
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
    }
}
