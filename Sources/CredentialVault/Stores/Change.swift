internal import Credentials
internal import Glibc

/// One change of a vault, under the lock, after tidying up.
struct Change: Sendable {
    let folders: VaultFolders
    let own: OwnFolder
    /// When the change began; what entries of the undo store are dated with.
    let time: ClockReading
    let hooks: StoreHooks

    /// A rename between file systems would be a copy, which is not one step.
    func requireOneFileSystem(_ folder: Folder) throws {
        guard try folder.status().st_dev == own.trash.status().st_dev else { throw StoreError.differentFileSystems }
    }
}
