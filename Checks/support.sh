# shellcheck shell=bash
# What the shell checks share; sourced. The counterpart of support.py.

program=${KEYS_MANAGER_BIN:-$(cd .. && pwd)/.build/release/keys-manager}
[ -x "$program" ] || { echo "There is no program at $program; build it or set KEYS_MANAGER_BIN." >&2; exit 1; }
home=$(mktemp -d)
trap 'stop_server; rm -rf "$home"' EXIT
passed=0 failed=0 server='' url='' last=''

# Every exchange is at a closed port unless a check simulates it, so that nothing ever leaves the machine.
mapfile -t exchanges < <(env -i PATH="$PATH" "$program" connector list --testnets --format json |
    jq -r '.[].connector | "EXCHANGE_URL_" + ascii_upcase + "=http://127.0.0.1:9"')
[ "${#exchanges[@]}" -gt 0 ] || { echo "The program lists no connectors." >&2; exit 1; }

free_port() { python3 -c 'import support; print(support.free_port())'; }

# Runs a command with an empty home and nothing of the caller's environment but the search path.
isolated() { (cd "$home" && env -i PATH="$PATH" HOME="$home" LANG=C.UTF-8 "${exchanges[@]}" "$@"); }

# simulate_exchanges SETUP: starts all simulated exchanges with what they know, as JSON, and points `exchanges` at them.
# They end with their standard input, which this shell holds.
simulate_exchanges() {
    local simulator=${EXCHANGE_SIMULATOR_BIN:-} built
    if [ -z "$simulator" ]; then
        for built in ../.build/{debug,release}/exchange-simulator; do
            if [ -x "$built" ] && [ ! "$simulator" -nt "$built" ]; then simulator=$built; fi
        done
    fi
    [ -n "$simulator" ] || { echo "Build it: swift build --product exchange-simulator" >&2; exit 1; }
    printf '%s\n' "$1" >"$home/exchanges.json"
    mkfifo "$home/exchanges.in" "$home/exchanges.out"
    "$simulator" "$home/exchanges.json" <"$home/exchanges.in" >"$home/exchanges.out" &
    exec {exchanges_in}>"$home/exchanges.in"
    local places
    IFS= read -r places <"$home/exchanges.out" || { echo "The exchanges did not start." >&2; exit 1; }
    # What comes last wins in `env`.
    mapfile -t -O "${#exchanges[@]}" exchanges < <(jq -r \
        '.connectors | to_entries[] | "EXCHANGE_URL_" + (.key | ascii_upcase) + "=" + .value' <<<"$places")
}

held() { passed=$((passed + 1)); printf '  ok      %s\n' "$1"; }
broke() { failed=$((failed + 1)); printf '  FAILED  %s\n          %s\n' "$1" "${2:-}"; }

# start_server [--without-password] [options]: on a free port, the vault in $home/bots.
start_server() {
    local port password=(CONFIG_PASSWORD='correct horse battery staple')
    if [ "${1:-}" = --without-password ]; then password=(); shift; fi
    port=$(free_port)
    url=http://127.0.0.1:$port
    (cd "$home" && exec env -i PATH="$PATH" HOME="$home" LANG=C.UTF-8 API_USER=trader API_PASS='a login of the checks' \
        "${exchanges[@]}" "${password[@]}" "$program" serve --port "$port" --bots "$home/bots" "$@") \
        >"$home/server.log" 2>&1 </dev/null &
    server=$!
    if ! curl -s -o /dev/null --retry 100 --retry-delay 0 --retry-connrefused --retry-max-time 30 "$url/health"; then
        echo "The server did not answer:" >&2
        cat "$home/server.log" >&2
        exit 1
    fi
}

stop_server() {
    [ -n "$server" ] || return 0
    kill "$server" 2>/dev/null
    wait "$server" 2>/dev/null
    server=''
}

# matches TEXT PATTERN: only `*` is wild, so that JSON's brackets stand for themselves.
matches() {
    local pattern=${2//\\/\\\\}
    pattern=${pattern//\[/\\[}
    pattern=${pattern//\?/\\?}
    # shellcheck disable=SC2053
    [[ $1 == $pattern ]]
}

# expect STATUS BODY METHOD PATH [--anonymous] [curl options]
#   STATUS may have `?` for any digit, BODY `*` for any text.
expect() {
    local status=$1 body=$2 method=$3 path=$4 login=(-u 'trader:a login of the checks') got
    shift 4
    if [ "${1:-}" = --anonymous ]; then login=(); shift; fi
    got=$(curl -s --path-as-is -m 30 -X "$method" -D "$home/headers" -o "$home/body" -w '%{http_code}' \
        "${login[@]}" "$@" "$url$path")
    last="$method $path"
    # shellcheck disable=SC2053
    if [[ $got == $status ]] && matches "$(cat "$home/body")" "$body"; then
        held "$got $last"
    else
        broke "$status $last" "got $got $(head -c 300 "$home/body"), not $body"
    fi
}

# expect_header PATTERN: of the last answer, names in lower case.
expect_header() {
    local line
    while IFS= read -r line; do
        line=${line%$'\r'}
        if matches "$(tr '[:upper:]' '[:lower:]' <<<"${line%%:*}"):${line#*:}" "$1"; then held "$last: $1"; return; fi
    done <"$home/headers"
    broke "$last: $1" "not among the headers"
}

# answered SCRIPT: what a sed script prints of the last answer.
answered() { sed -n "$1" "$home/body"; }

# refuse_echo TEXT: the last answer does not hold the text.
refuse_echo() {
    local sentence="$last does not echo the value"
    if grep -qF "$1" "$home/body" "$home/headers"; then broke "$sentence"; else held "$sentence"; fi
}

finish() {
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
    exit
}
