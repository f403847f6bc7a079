/// The stages of a change that tests can stop at, in their order; a copy of the folder at any of them is what a crash
/// there would leave.
package enum WriteStep: String, CaseIterable, Sendable {
    /// The lock is held and nothing was written.
    case began
    /// What we say of new bytes survives a power cut; the bytes are nowhere yet.
    case digested
    /// Of many files that change together, the next one survives a power cut where it is staged.
    case stagedFile
    /// What is new, and the record of what will be displaced, survive a power cut; what is listed is as it was.
    case staged
    /// Without an exchange: the old bytes are copied and about to be replaced.
    case copied
    /// Many files that change together: the record that they will survives a power cut; all of them are still old.
    case committed
    /// Of many files that change together, the next one is in its place.
    case renamedFile
    /// The one step that changes what is listed is done.
    case changed
    /// What another program wrote at the same moment came out, and is about to be put back.
    case undoing
    /// The change survives a power cut; what was displaced is not in the undo store yet.
    case durable
    /// All is done; the lock is still held.
    case finished
}

/// What tests may do to a store: look at a change half-way, and take abilities of the system away.
package struct StoreHooks: Sendable {
    /// Called at every step of a change; what it throws ends the change there.
    package var reached: @Sendable (WriteStep) throws -> Void
    /// Called before a line goes into the audit log; what it throws stands for the system's refusal.
    package var logging: @Sendable () throws -> Void = {}
    /// Whether the file system can exchange two entries, and move one onto a free name only.
    package var hasRenameFlags: Bool
    /// How many folders may be watched.
    package var watchLimit: Int
    /// How long to wait for another program that is still writing to a file which was displaced, in milliseconds.
    package var writerPatience: Int

    /// A store as everybody gets it, but for what is given.
    package init(
        hasRenameFlags: Bool = true, watchLimit: Int = .max, writerPatience: Int = Folder.writerPatience,
        reached: @escaping @Sendable (WriteStep) throws -> Void = { _ in }
    ) {
        self.reached = reached
        self.hasRenameFlags = hasRenameFlags
        self.watchLimit = watchLimit
        self.writerPatience = writerPatience
    }
}
