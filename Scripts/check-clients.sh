# shellcheck shell=bash
# Makes the Python environment with the clients that checks and benchmarks run. Sourced from the package's root.

# make_check_clients FOLDER: made again when the list of clients changes.
make_check_clients() {
    local list=Checks/requirements.txt alone=Checks/requirements-alone.txt
    cat "$list" "$alone" | cmp -s - "$1/requirements.txt" && return 0
    echo "Fetching $(cat "$list" "$alone" | grep -v '^#' | tr '\n' ' ')…"
    rm -rf "$1"
    python3 -m venv "$1" && "$1/bin/pip" install -q --disable-pip-version-check -r "$list" &&
        "$1/bin/pip" install -q --disable-pip-version-check --no-deps -r "$alone" &&
        cat "$list" "$alone" >"$1/requirements.txt"
}
