import KeyManagement

/// A `.env` file that was found, and how far it can be trusted.
struct DotEnvFile: Sendable {
    let path: String
    /// Whether it is there only because somebody works in this folder: anyone who hands over a folder can put one in.
    let isOfCurrentFolder: Bool
    let isOpenToOthers: Bool
    let content: DotEnv

    /// The files in the order in which they are asked: current folder, `~/.hummingbot`, home.
    ///
    /// - Parameters:
    ///   - folders: Where to look.
    ///   - complain: Takes a sentence for a file that is there and cannot be read.
    /// - Returns: The files that are there, each once.
    static func all(in folders: WorkingFolders, complain: (String) -> Void) -> [DotEnvFile] {
        var places = [(path: folders.current + "/.env", isCurrent: true)]
        if !folders.home.isEmpty {
            places.append((folders.home + "/.hummingbot/.env", false))
            places.append((folders.home + "/.env", false))
        }
        var files: [DotEnvFile] = []
        var seen: [FileBytes.Identity: Int] = [:]
        for place in places {
            do {
                guard let content = try FileBytes.content(of: place.path) else { continue }
                let file = DotEnvFile(
                    path: place.path, isOfCurrentFolder: place.isCurrent, isOpenToOthers: content.mode & 0o077 != 0,
                    content: DotEnv(parsing: content.bytes))
                // In the home folder the first and the last are one file, and it is the person's own.
                if let earlier = seen[content.identity] {
                    files[earlier] = file
                } else {
                    seen[content.identity] = files.count
                    files.append(file)
                }
            } catch {
                complain(Complaint(error).message)
            }
        }
        return files
    }
}
