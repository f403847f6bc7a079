# shellcheck shell=bash
# Installs the Debian packages that a script needs and this machine lacks. Sourced, not run.
#
# need_packages SEEN PACKAGE WHY …
#   SEEN says how to tell that the package is there: `lib:NAME` (the dynamic linker knows it), `file:PATH`,
#   `command:NAME` or `module:NAME` (Python imports it). What is missing is installed with apt-get, as root or through
#   sudo, without asking anything.

is_present() {
    case $1 in
        lib:*) /sbin/ldconfig -p | grep -q "[[:space:]]${1#lib:} " ;;
        file:*) [ -e "${1#file:}" ] ;;
        command:*) command -v "${1#command:}" >/dev/null ;;
        module:*) python3 -c "import ${1#module:}" 2>/dev/null ;;
    esac
}

need_packages() {
    local missing=() package why
    while [ $# -ge 3 ]; do
        package=$2 why=$3
        if ! is_present "$1"; then
            missing+=("$package")
            printf 'Needs the package %s: %s\n' "$package" "$why"
        fi
        shift 3
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    local apt=(env DEBIAN_FRONTEND=noninteractive apt-get)
    if ! command -v apt-get >/dev/null; then
        echo "There is no apt-get here; install the packages named above by hand, then try again." >&2
        return 1
    fi
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "Run this as root or install sudo, so that the packages above can be installed." >&2
            return 1
        fi
        apt=(sudo "${apt[@]}")
    fi
    echo "Installing ${missing[*]} …"
    "${apt[@]}" -qq update </dev/null
    "${apt[@]}" -qq -y --no-install-recommends -o Dpkg::Use-Pty=0 install "${missing[@]}" </dev/null >/dev/null
}

# What building Swift code needs beside Swift itself.
need_swift_packages() {
    need_packages \
        command:g++ g++ "the linker, and the C and C++ headers that Swift reads" \
        file:/usr/include/zlib.h zlib1g-dev "the HTTP client's compression" \
        file:/usr/include/secp256k1_recovery.h libsecp256k1-dev "addresses of wallets' private keys" \
        command:pkg-config pkg-config "finding libsecp256k1" \
        lib:libcurl.so.4 libcurl4 "Swift's package manager and Foundation link it" \
        lib:libncurses.so.6 libncurses6 "Swift's compiler driver links it" \
        lib:libsqlite3.so.0 libsqlite3-0 "Swift's package manager links it" \
        lib:libxml2.so.2 libxml2 "Swift's linker and Foundation link it" \
        file:/etc/ssl/certs/ca-certificates.crt ca-certificates "fetching the Swift packages over https" || return 1
    if ! command -v swift >/dev/null; then
        echo "Swift 6.2 or newer is not on the PATH. Get it from https://www.swift.org/install/linux/" >&2
        return 1
    fi
    local version
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1)
    if [ "$(printf '6.2\n%s\n' "${version:-0}" | sort -V | head -n 1)" != 6.2 ]; then
        echo "Swift 6.2 or newer is needed, not ${version:-an unknown one}. See https://www.swift.org/install/linux/" >&2
        return 1
    fi
}
