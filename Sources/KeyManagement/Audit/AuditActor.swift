/// Who asks for something, as the audit log names them. Doors set it around what they do.
public struct AuditActor: Sendable, Equatable {
    /// The ways in; `page` is the API for somebody who signed in by the web page, `server` a server by itself.
    public static let doors = ["cli", "skill", "api", "page", "server"]

    /// The way in, one of ``doors``.
    public var door: String
    /// The name of the operating system's user, at a terminal.
    public var user: String?
    /// The API login's user name.
    public var login: String?
    /// The client's internet address.
    public var address: String?

    /// Names somebody.
    public init(door: String, user: String? = nil, login: String? = nil, address: String? = nil) {
        self.door = door
        self.user = user
        self.login = login
        self.address = address
    }

    /// Who is asking now.
    @TaskLocal public static var current = AuditActor(door: "program")
}
