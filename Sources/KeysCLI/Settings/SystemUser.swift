import Glibc

/// The operating system's user that this process runs as.
enum SystemUser {
    /// The user's name, or number where there is no name.
    static var name: String {
        let number = geteuid()
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 4096)
        guard getpwuid_r(number, &entry, &buffer, buffer.count, &found) == 0, found != nil, let name = entry.pw_name
        else { return String(number) }
        return String(cString: name)
    }
}
