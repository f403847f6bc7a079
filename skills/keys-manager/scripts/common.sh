# Shared by the scripts beside it: hands their arguments to the program keys-manager, unseen by other processes.
# shellcheck shell=bash

# Prints the path of the program: KEYS_MANAGER_BIN, else the one in PATH, else the one built in this repository.
find_keys_manager() {
    local here candidate
    if [[ -n "${KEYS_MANAGER_BIN:-}" ]]; then
        printf '%s\n' "$KEYS_MANAGER_BIN"
        return
    fi
    if candidate=$(command -v keys-manager); then
        printf '%s\n' "$candidate"
        return
    fi
    here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
    for candidate in "$here"/../../../.build/{release,debug}/keys-manager; do
        if [[ -x "$candidate" ]]; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    return 1
}

# run_keys_manager SCRIPT ARGUMENTS...
#
# A process's arguments can be read by others, so they travel through a pipe: their number, then each one, ended by NULs.
# printf is part of the shell and starts no process. With `--credentials -` the script's own input follows them.
run_keys_manager() {
    local script=$1 program argument previous='' wants_input=no
    shift
    if ! program=$(find_keys_manager) || [[ ! -x "$program" ]]; then
        printf '{\n  "error": "keys-manager is not installed",\n  "detail": "%s"\n}\n' \
            "Build it (see its README), put it into PATH or name it in KEYS_MANAGER_BIN."
        return 1
    fi
    for argument in "$@"; do
        if [[ "$previous" == --credentials && "$argument" == - ]]; then wants_input=yes; fi
        previous=$argument
    done
    {
        printf '%s\0' "$#" "$@"
        if [[ "$wants_input" == yes ]]; then cat; fi
    } | "$program" skill "$script"
}
