/// Rows of text in aligned columns.
struct Table: Sendable {
    let header: [String]
    var rows: [[String]] = []
    /// What is printed instead of a header without rows.
    var emptyText = ""
    /// Columns that are left out when none of their cells holds anything.
    var optionalColumns: Set<String> = []

    /// The table's lines; widths count characters, the last column is not padded.
    var text: String {
        guard !rows.isEmpty else { return emptyText }
        let shown = header.indices.filter { column in
            !optionalColumns.contains(header[column]) || rows.contains { !$0[column].isEmpty }
        }
        let lines = [shown.map { header[$0] }] + rows.map { row in shown.map { Printable.line(row[$0]) } }
        let widths = shown.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { line in
            let cells = line.enumerated().map { column, cell in
                column == line.count - 1
                    ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
            }
            var text = cells.joined(separator: "  ")
            while text.last == " " { text.removeLast() }
            return text
        }.joined(separator: "\n")
    }
}
