internal import OrderedJSON

/// What a change of many files at once will do, as it is recorded beside the staged files.
///
/// It names files and revisions only. The folder that holds it is staged first; the one rename that moves it to
/// `.keys-manager/rewrite` is the commit.
struct RewritePlan: Sendable, Equatable {
    static let fileName = "plan.json"
    static let byteLimit = 1 << 26

    /// One file that is replaced by a staged one.
    struct Item: Sendable, Equatable {
        /// The staged file's name.
        var staged: String
        /// The names that lead to the file from the vault's folder.
        var names: [String]
        /// The revision that it had when the plan was made.
        var old: Revision
        /// The revision of the staged bytes.
        var new: Revision
    }

    /// The file outside the vault. Its new bytes are staged in its own folder.
    struct Outside: Sendable, Equatable {
        var folder: String
        var name: String
        var staged: String
        var new: Revision

        /// Recovery acts on nothing that has another form: it may run as root, and the plan is a file.
        var isPlausible: Bool {
            folder.hasPrefix("/") && staged.hasPrefix(name + Self.infix) && !staged.contains("/") && name != ".."
                && !name.isEmpty && TrashID(String(staged.dropFirst((name + Self.infix).count))) != nil
        }

        static let infix = ".keys-manager-"
    }

    var items: [Item]
    var outside: Outside?

    var bytes: [UInt8] {
        let json: JSON = [
            "files": .array(
                items.map { item in
                    [
                        "staged": .string(item.staged), "path": .array(item.names.map { .string($0) }),
                        "old": .string(item.old.description), "new": .string(item.new.description),
                    ]
                }),
            "outside": outside.map { outside in
                [
                    "folder": .string(outside.folder), "name": .string(outside.name),
                    "staged": .string(outside.staged), "new": .string(outside.new.description),
                ]
            } ?? .null,
        ]
        return json.bytes(.indented) + [UInt8(ascii: "\n")]
    }

    init(items: [Item], outside: Outside?) {
        self.items = items
        self.outside = outside
    }

    /// Reads a plan; `nil` for bytes that are none, or that would lead out of the vault.
    init?(bytes: [UInt8]) {
        guard let json = try? JSON(parsing: bytes), let files = json["files"]?.arrayValue else { return nil }
        items = []
        for file in files {
            guard let staged = file["staged"]?.stringValue, Self.isName(staged),
                let names = file["path"]?.arrayValue?.compactMap(\.stringValue), !names.isEmpty,
                names.allSatisfy(Self.isName),
                let old = file["old"]?.stringValue.flatMap(Revision.init),
                let new = file["new"]?.stringValue.flatMap(Revision.init)
            else { return nil }
            items.append(Item(staged: staged, names: names, old: old, new: new))
        }
        guard let outside = json["outside"], outside != .null else { return }
        guard let folder = outside["folder"]?.stringValue, let name = outside["name"]?.stringValue,
            let staged = outside["staged"]?.stringValue, let new = outside["new"]?.stringValue.flatMap(Revision.init)
        else { return nil }
        let found = Outside(folder: folder, name: name, staged: staged, new: new)
        guard found.isPlausible else { return nil }
        self.outside = found
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text != "." && text != ".." && !text.contains("/") && !text.contains("\0")
    }
}
