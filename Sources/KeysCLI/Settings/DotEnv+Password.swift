import Credentials
import KeyManagement

extension DotEnv {
    /// The bytes of a file with another value in the place of one, and nothing else changed.
    ///
    /// - Parameters:
    ///   - bytes: The file.
    ///   - name: Whose value.
    ///   - old: What the value must be.
    ///   - new: What it shall be; without control characters.
    /// - Returns: `nil` when the file's value is another one, or it has none.
    /// - Throws: ``Failure`` of kind `unsupported` when the file could not be read back.
    static func bytes(_ bytes: [UInt8], changing name: String, from old: String, to new: String) throws -> [UInt8]? {
        let before = DotEnv(parsing: bytes)
        guard before.values[name] == old else { return nil }
        var changed = bytes
        for assignment in before.assignments.reversed() where assignment.name == name && assignment.value == old {
            changed.replaceSubrange(assignment.range, with: Array(quoted(new).utf8))
        }
        var expected = before.values
        expected[name] = new
        let after = DotEnv(parsing: changed)
        guard after.values == expected, after.faults == before.faults else {
            throw Failure(
                .unsupported, "The new password cannot be written into a .env.", hint: "Choose other characters.")
        }
        return changed
    }

    /// A value as every reader of `.env` files understands it, shells included.
    static func quoted(_ value: String) -> String {
        let isPlain = value.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "_-.,:/+@%^=".utf8.contains(byte)
            }
        }
        if isPlain { return value }
        // By scalars: a quotation mark with an accent on it is one character, and still ends the value.
        let scalars = value.unicodeScalars
        if !scalars.contains("'"), !scalars.contains("\\") { return "'\(value)'" }
        var text = ""
        for scalar in scalars {
            if "\\\"$`".unicodeScalars.contains(scalar) { text += "\\" }
            text.unicodeScalars.append(scalar)
        }
        return "\"\(text)\""
    }
}

extension PasswordFile {
    /// `~/.hummingbot/.env`, the one file of settings that the program itself writes, where it may follow a change of a
    /// vault's password; `nil` without a home, and for a vault beside the usual one.
    static func own(in folders: WorkingFolders, of vault: String) -> PasswordFile? {
        // The password there may be the usual vault's, too, and it may be the only copy.
        guard !folders.home.isEmpty, !folders.isBesideUsualVault(vault) else { return nil }
        let path = FirstStart(folders: folders).path
        return PasswordFile(
            path: path, read: { try FileBytes.content(of: path)?.bytes },
            rewritten: { bytes, old, new in
                try DotEnv.bytes(bytes, changing: "CONFIG_PASSWORD", from: old.exposed(), to: new.exposed())
            })
    }
}
