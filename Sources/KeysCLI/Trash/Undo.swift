import CredentialVault
import OrderedJSON

/// How a change is taken back.
enum Undo {
    /// The trash entry's id, or null where there is no trash.
    static func json(_ entry: TrashEntry?) -> JSON { entry.map { .string($0.id.description) } ?? .null }

    /// Names the command that brings an entry back.
    static func explain(_ entry: TrashEntry?, on output: Output) {
        guard let entry else { return }
        let force = entry.reason == .replaced ? " --force" : ""
        output.hint("keys-manager trash restore \(entry.id)\(force) brings it back")
    }
}
