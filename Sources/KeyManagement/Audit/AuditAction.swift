/// What the audit log records; the raw value stands in the log.
public enum AuditAction: String, Sendable, CaseIterable {
    case credentialAdd = "credential_add"
    case credentialReplace = "credential_replace"
    case credentialRemove = "credential_remove"
    case credentialReveal = "credential_reveal"
    case accountCreate = "account_create"
    case accountDelete = "account_delete"
    case trashRestore = "trash_restore"
    case trashPurge = "trash_purge"
    case vaultCreate = "vault_create"
    case vaultUnlock = "vault_unlock"
    case vaultLock = "vault_lock"
    case vaultAdopt = "vault_adopt"
    case vaultImport = "vault_import"
    case passwordChange = "password_change"
    case backupCreate = "backup_create"
    case backupRestore = "backup_restore"
    case loginFailed = "login_failed"
    case signIn = "sign_in"
    case signOut = "sign_out"

    /// Whether it may go on when the disk is full: it frees space, or lets a person get at their keys.
    var mayUseReserve: Bool {
        switch self {
        case .credentialRemove, .accountDelete, .trashPurge, .vaultLock, .credentialReveal: true
        default: false
        }
    }
}
