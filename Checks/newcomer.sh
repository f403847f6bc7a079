#!/usr/bin/env bash
# What a new user sees: ./start with an empty home, the settings it makes, a first credential, and a clean end.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit
. ./support.sh
root=$(cd .. && pwd)
port=$(free_port)
url=http://127.0.0.1:$port
env_file=$home/.hummingbot/.env

says() { # SENTENCE CONDITION…: runs the condition as a command
    local sentence=$1
    shift
    if "$@"; then held "$sentence"; else broke "$sentence" "$*"; fi
}
mode_is() { [ "$(stat -c %a "$2")" = "$1" ]; }
lacks() { ! grep -qF -e "$1" "$2"; }
setting() { sed -n "s/^$1=//p" "$env_file" | tr -d "\"'"; }

# The exchange knows the newcomer's key, which may read and trade, from here alone.
key=$(printf '%064d' 7) secret=$(printf '%064d' 8)
simulate_exchanges "{\"binance\":{\"keys\":[{\"key\":\"$key\",\"secret\":\"$secret\",
    \"ip_allow_list\":[\"203.0.113.7\"]}]}}"

# What a first start generates and prints; the program that the runner chose, or what ./start builds.
if [ -n "${KEYS_MANAGER_BIN:-}" ]; then begin=("$program" serve); else begin=("$root/start"); fi
(cd "$home" && exec env -i PATH="$PATH" HOME="$home" LANG=C.UTF-8 "${exchanges[@]}" "${begin[@]}" --port "$port") \
    >"$home/first.log" 2>&1 </dev/null &
server=$!
curl -s -o /dev/null --retry 200 --retry-delay 0 --retry-connrefused --retry-max-time 60 "$url/health"

says "the server answers" curl -s -f -o /dev/null "$url/health"
says "a settings file is made" test -f "$env_file"
says "only its owner can read it" mode_is 600 "$env_file"
says "the default vault is made" test -f "$home/.hummingbot/bots/credentials/master_account/.password_verification"
says "only its owner can enter it" mode_is 700 "$home/.hummingbot/bots/credentials"
for name in API_PASS CONFIG_PASSWORD; do
    value=$(setting "$name")
    says "a $name is made" test "${#value}" -ge 16
    says "it is not printed" lacks "$value" "$home/first.log"
done
says "the output says where the settings are" grep -qF ".hummingbot/.env" "$home/first.log"
says "the output says where the server listens" grep -qF "$url" "$home/first.log"
login="$(setting API_USER):$(setting API_PASS)"
says "the login that was made is taken" curl -s -f -o /dev/null -u "$login" "$url/accounts/"
got=$(curl -s -o /dev/null -w '%{http_code}' -u admin:admin "$url/accounts/")
says "admin, admin is not" test "$got" = 401

isolated "$program" credential add binance --credentials - >"$home/add.log" 2>&1 \
    <<<"{\"api_key\":\"$key\",\"api_secret\":\"$secret\"}"
says "the command line adds without any further setting" test $? -eq 0
says "it says what the key may do" grep -qF 'The exchange accepts the key: it may read, trade spot' "$home/add.log"
isolated "$program" credential replace binance --yes --credentials - >"$home/refused.log" 2>&1 \
    <<<"{\"api_key\":\"$key\",\"api_secret\":\"mistyped\"}"
says "a mistyped secret is refused" test $? -eq 77
says "the refusal names the cause" grep -qF 'the secret does not belong to the key' "$home/refused.log"
says "and the cure" grep -qF 'hint: Enter the secret once more' "$home/refused.log"
got=$(curl -s -u "$login" "$url/accounts/master_account/credentials")
says "the server lists what the command line added" test "$got" = '["binance"]'
isolated "$program" credential list >"$home/list.log" 2>&1
says "the command line lists it" grep -q binance "$home/list.log"

begin_stop=$(date +%s%N)
kill -TERM "$server"
wait "$server"
code=$?
took=$((($(date +%s%N) - begin_stop) / 1000000))
server=''
says "the server ends within 10 s of SIGTERM ($took ms)" test "$took" -lt 10000
says "it ends with exit code 0" test "$code" -eq 0

before=$(sha256sum "$env_file")
(cd "$home" && exec env -i PATH="$PATH" HOME="$home" LANG=C.UTF-8 "${exchanges[@]}" "$program" serve --port "$port") \
    >"$home/second.log" 2>&1 </dev/null &
server=$!
curl -s -o /dev/null --retry 200 --retry-delay 0 --retry-connrefused --retry-max-time 30 "$url/health"
says "a second start keeps the settings" test "$before" = "$(sha256sum "$env_file")"
says "and still takes the login" curl -s -f -o /dev/null -u "$login" "$url/accounts/"
stop_server

finish
