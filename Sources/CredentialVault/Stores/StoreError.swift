public import Credentials

/// Why a store could not do what it was asked. Nothing was changed, unless a case says otherwise.
public enum StoreError: Error, Equatable, Sendable {
    /// There is no such account.
    case noSuchAccount(AccountName)
    /// The account has no credential for the connector.
    case noSuchCredential(ConnectorName, AccountName)
    /// The undo store has no such entry.
    case noSuchTrashEntry(TrashID)
    /// There is an account of that name.
    case accountExists(AccountName)
    /// The account has a credential for the connector.
    case credentialExists(ConnectorName, AccountName)
    /// `master_account` cannot be deleted, and a `conf/` folder has no other account.
    case protectedAccount
    /// What is stored is not what the caller saw, or another program changed it at the same moment.
    case conflict(ConnectorName, AccountName)
    /// A file is not what it was when its new bytes were made.
    case filesChanged(path: String)
    /// The vault's verification file is not the one that a document was sealed under.
    case passwordChanged
    /// Another process held the lock for all of the patience.
    case busy
    /// The folder has a vault already.
    case vaultExists
    /// The undo store and the credentials lie on different file systems, so nothing can be moved in one step.
    case differentFileSystems
    /// A replacement could not keep the owner of the file that it replaces.
    case cannotKeepOwner(path: String)
    /// Only a `bots/` folder has several accounts.
    case oneAccountOnly
    /// A file of the audit log is larger than keys-manager makes any, so it is not read.
    case oversizedLog(path: String)
    /// The operating system refused.
    case file(FileError)
}
