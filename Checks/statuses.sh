#!/usr/bin/env bash
# Asks with curl and compares statuses, headers and bodies with what clients of each generation of the API expect.
# The keys are made up and no exchange is there, so the server does not check keys unless a request wants it.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit
. ./support.sh

start_server --no-verify

echo "Common behaviour"
expect 200 '{"name":"Hummingbot API",*"status":"running"*}' GET / --anonymous
expect 200 '*<html*' GET / --anonymous -H 'Accept: text/html,application/xhtml+xml,*/*;q=0.8'
expect 200 '*' GET /health --anonymous
expect 200 '{*"openapi":"3.*' GET /openapi.json --anonymous
expect 200 '*' GET /docs --anonymous
expect 401 '{"detail":"Not authenticated"}' GET /accounts/ --anonymous
expect_header 'www-authenticate: Basic'
expect 401 '{"detail":"Not authenticated"}' GET /accounts/ --anonymous -H 'Authorization: Bearer abc'
expect 401 '{"detail":"Incorrect username or password"}' GET /accounts/ --anonymous -u trader:wrong
expect 404 '{"detail":"Not Found"}' GET /nothing --anonymous
expect 404 '{"detail":"Not Found"}' GET /accounts
expect 404 '{"detail":"Not Found"}' GET /connectors
expect 405 '{"detail":"Method Not Allowed"}' PUT /accounts/
expect_header 'allow: GET*'
expect 405 '{"detail":"Method Not Allowed"}' GET /accounts/add-account

echo "Today's API"
expect 200 '["master_account"]' GET /accounts/
expect_header 'content-type: application/json'
expect 201 '{"message":"Account added successfully."}' POST '/accounts/add-account?account_name=today'
expect 400 '{"detail":"Account already exists."}' POST '/accounts/add-account?account_name=today'
expect 400 "{\"detail\":\"*Invalid account name: 'a b'. Only letters, numbers, underscores and hyphens are allowed.\"}" \
    POST '/accounts/add-account?account_name=a%20b'
expect 422 '{"detail":[{"type":"missing","loc":["query","account_name"],"msg":"Field required","input":null}]}' \
    POST /accounts/add-account
expect 400 '{"detail":"Cannot delete master account."}' POST '/accounts/delete-account?account_name=master_account'
expect 404 '{"detail":"Folder '\''nobody'\'' not found in '\''credentials'\''"}' \
    POST '/accounts/delete-account?account_name=nobody'
expect 200 '[]' GET /accounts/today/credentials
expect 404 '{"detail":"Directory '\''credentials/nobody/connectors'\'' not found"}' GET /accounts/nobody/credentials
expect 404 '{"detail":"Not Found"}' GET /accounts/today/credentials/
expect 201 '{"message":"Connector credentials added successfully."}' POST /accounts/add-credential/today/binance \
    -d '{"binance_api_key":"k","binance_api_secret":"s"}' -H 'Content-Type: application/json'
expect 201 '{"message":"Connector credentials added successfully."}' POST /accounts/add-credential/today/kucoin \
    -d '{"api_key":"k","secret_key":"s","passphrase":"p"}' -H 'Content-Type: text/plain'
expect 200 '["binance","kucoin"]' GET /accounts/today/credentials
expect 400 '{"detail":"*binance_api_secret*"}' POST /accounts/add-credential/today/binance -d '{"binance_api_key":"k"}'
expect 422 '{"detail":[{"type":"missing","loc":["body"],"msg":"Field required","input":null}]}' \
    POST /accounts/add-credential/today/binance
expect 422 '{"detail":[{"type":"dict_type","loc":["body"],"msg":"Input should be a valid dictionary"*}]}' \
    POST /accounts/add-credential/today/binance -d '[1]'
expect 422 '{"detail":[{"type":"json_invalid",*}]}' POST /accounts/add-credential/today/binance -d '{"canary-value'
refuse_echo 'canary-value'
expect 40? '{"detail":"*nope_exchange*"}' POST /accounts/add-credential/today/nope_exchange -d '{"a":"b"}'
expect 400 '{"detail":"Directory '\''credentials/nobody/connectors'\'' not found"}' \
    POST /accounts/add-credential/nobody/binance -d '{"api_key":"k","api_secret":"s"}'
expect 200 '{"message":"Credential deleted successfully."}' POST /accounts/delete-credential/today/kucoin
expect 404 '{"detail":*}' POST /accounts/delete-credential/today/kucoin
expect 200 '["aevo_perpetual",*]' GET /connectors/
secret='{"type":"SecretStr","required":true}'
expect 200 "{\"binance_api_key\":$secret,\"binance_api_secret\":$secret}" GET /connectors/binance/config-map
expect 404 '{"detail":"*nope_exchange*"}' GET /connectors/nope_exchange/config-map
expect 503 '{"detail":"Gateway service is not available"}' GET /accounts/gateway/wallets
expect 503 '{"detail":"Gateway service is not available"}' GET /accounts/gateway/wallets/
expect 503 '{"detail":"Gateway service is not available"}' POST /accounts/gateway/add-wallet \
    -d '{"chain":"solana","private_key":"canary-value"}'
refuse_echo 'canary-value'
expect 200 'true' GET /docker/running

echo "The API of 2024"
expect 200 '["master_account","today"]' GET /list-accounts
expect 200 '["binance.yml"]' GET /list-credentials/today
expect 200 '["aevo_perpetual",*]' GET /available-connectors
expect 200 '["binance_api_key","binance_api_secret"]' GET /connector-config-map/binance
expect 200 '{*"binance":["binance_api_key","binance_api_secret"]*}' GET /all-connectors-config-map
expect 201 '{"message":*}' POST '/add-account?account_name=old'
expect 201 '{"message":"Connector keys added successfully."}' POST /add-connector-keys/old/kraken \
    -d '{"kraken_api_key":"k","kraken_secret_key":"s"}'
expect 200 '["kraken.yml"]' GET /list-credentials/old
expect 200 '{"message":"Credential deleted successfully."}' POST /delete-credential/old/kraken
expect 200 '{"message":"Credential deleted successfully."}' POST '/delete-account?account_name=old'

echo "What the original skill expected"
expect 201 '{"message":"*","account":"today","connector":"okx","was_override":false}' POST /accounts/today/credentials \
    -d '{"connector_name":"okx","credentials":{"api_key":"k","api_secret":"s","passphrase":"p"}}'
expect 201 '{"message":"*","account":"today","connector":"okx","was_override":true}' POST /accounts/today/credentials \
    -d '{"connector_name":"okx","credentials":{"api_key":"k","api_secret":"s","passphrase":"p"}}'
expect 200 '{"message":"*"}' DELETE /accounts/today/credentials/okx
expect 404 '{"detail":"*"}' DELETE /accounts/today/credentials/okx
expect 4?? '{"detail":*}' POST /accounts/nobody/credentials \
    -d '{"connector_name":"okx","credentials":{"api_key":"k","api_secret":"s","passphrase":"p"}}'

echo "The API of our own"
item=/v1/accounts/today/credentials/bybit
expect 200 '{"generation":*,"vault":{"state":"unlocked",*},"accounts":[{"name":"master_account",*},{"name":"today",*}],*}' \
    GET /v1/overview
expect_header 'etag: "*"'
expect 401 '*' GET /v1/overview --anonymous
expect 200 '*"binance"*' GET /v1/connectors
expect 200 '*"binance_api_key"*' GET /v1/connectors/binance
expect 404 '*"no_such_connector"*' GET /v1/connectors/nope_exchange
expect 201 '*"revision":"*' POST "$item" -d '{"values":{"api_key":"k1","api_secret":"s1"}}'
expect_header 'etag: "*"'
first=$(answered 's/.*"revision":"\([0-9a-f]*\)".*/\1/p')
expect 409 '*"credential_exists"*' POST "$item" -d '{"values":{"api_key":"k2","api_secret":"s2"}}'
expect 200 '*' PUT "$item" -d '{"values":{"api_key":"k2","api_secret":"s2"},"revision":"'"$first"'"}'
expect 409 '*"conflict"*' PUT "$item" -d '{"values":{"api_key":"k3","api_secret":"s3"},"revision":"'"$first"'"}'
expect 412 '*"conflict"*' PUT "$item" -d '{"values":{"api_key":"k3","api_secret":"s3"}}' -H "If-Match: \"$first\""
expect 422 '*"bybit_api_secret"*' PUT "$item" -d '{"values":{"api_key":"canary-value"}}'
refuse_echo 'canary-value'
expect 200 '*"bybit_api_key"*' GET "$item"
expect 424 '*"key_unverified"*"unreachable"*' PUT "$item" \
    -d '{"values":{"api_key":"k4","api_secret":"s4"},"verify":true}'
expect 200 '{"outcome":"inconclusive","causes":["unreachable"],*}' POST "$item/verify"
expect 200 '*"verification":{"outcome":"inconclusive"*' PUT "$item" \
    -d '{"values":{"api_key":"k5","api_secret":"s5"},"verify":true,"save_unverified":true}'
expect 400 '*`verify` must be true or false*' PUT "$item" \
    -d '{"values":{"api_key":"k6","api_secret":"s6"},"verify":"no"}'
expect 404 '*"no_such_credential"*' POST /v1/accounts/today/credentials/kraken/verify
expect 200 '{"trash_entry":{*}}' DELETE "$item"
entry=$(answered 's/.*"id":"\([0-9TZa-f-]*\)".*/\1/p')
expect 404 '*"no_such_credential"*' GET "$item"
expect 200 '*' POST "/v1/trash/$entry/restore"
expect 200 '*"bybit_api_key"*' GET "$item"
expect 200 '[*"replaced"*]' GET /v1/trash
expect 200 '{"purged":*}' DELETE '/v1/trash?older_than=0'
expect 200 '[]' GET /v1/trash
expect 200 '*' DELETE "$item"

echo "The page's sessions"
signing_in='{"user":"trader","password":"a login of the checks"}'
page=(--anonymous -H 'Sec-Fetch-Site: same-origin' -H 'Sec-Fetch-Mode: cors')
expect 401 '{*"unauthorized"*}' POST /v1/session "${page[@]}" -d '{"user":"trader","password":"canary-value"}'
refuse_echo 'canary-value'
expect 400 '*' POST /v1/session "${page[@]}" -d '{"user":"trader"}'
expect 200 '{"user":"trader","signed_in_at":"*","idle_seconds":1800,"expires_at":"*"}' POST /v1/session "${page[@]}" \
    -d "$signing_in"
expect_header 'set-cookie: keys-manager-session-*=*; Path=/; HttpOnly; SameSite=Strict'
cookie=$(sed -n 's/^[Ss]et-[Cc]ookie: \([^;]*\);.*/\1/p' "$home/headers")
page+=(-H "Cookie: $cookie")
expect 200 '*' GET /v1/overview "${page[@]}"
expect 200 '{"user":"trader",*}' GET /v1/session "${page[@]}"
expect 201 '*' POST /v1/accounts "${page[@]}" -d '{"name":"paged"}'
expect 403 '*"foreign_origin"*' POST /v1/accounts --anonymous -H "Cookie: $cookie" -d '{"name":"evil"}'
expect 401 '*"unauthorized"*' GET /v1/overview --anonymous -H "Cookie: $cookie" -H 'Sec-Fetch-Site: same-site'
expect 200 '{"records":[*"door":"page"*]*' GET '/v1/log?last=4'
expect 200 'retry: 2000*event: overview*"state":"unlocked"*' GET /v1/events "${page[@]}" -m 2
expect 200 '*"event":"end"*' POST /v1/verify "${page[@]}"
expect 200 '{}' DELETE /v1/session "${page[@]}"
expect_header 'set-cookie: keys-manager-session-*=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0'
expect 401 '*"session_ended"*' GET /v1/overview "${page[@]}"
expect 404 '*"no_session"*' GET /v1/session
expect 200 '{"ended":0}' DELETE /v1/sessions
expect 200 '*' DELETE /v1/accounts/paged

echo "Browsers are not trusted"
expect 403 '*' POST '/accounts/add-account?account_name=evil' -H 'Origin: https://evil.example'
expect 403 '*' POST '/accounts/add-account?account_name=evil' -H 'Sec-Fetch-Site: cross-site'
expect 421 '*' GET /accounts/ -H 'Host: evil.example'
expect 200 '["master_account","today"]' GET /accounts/

echo "Locked and unlocked"
stop_server
start_server --without-password --no-verify
expect 200 '["master_account","today"]' GET /accounts/
expect 200 '["binance"]' GET /accounts/today/credentials
expect 423 '{"detail":"*"}' POST /accounts/add-credential/today/kraken -d '{"api_key":"k","api_secret":"s"}'
expect 403 '*"wrong_password"*' POST /v1/vault/unlock -d '{"password":"canary-value"}'
refuse_echo 'canary-value'
expect 200 '{"state":"unlocked"*}' POST /v1/vault/unlock -d '{"password":"correct horse battery staple"}'
expect 201 '*' POST /accounts/add-credential/today/kraken -d '{"api_key":"k","api_secret":"s"}'
expect 200 '{"state":"locked"*}' POST /v1/vault/lock
expect 423 '*' POST /accounts/add-credential/today/kraken -d '{"api_key":"k","api_secret":"s"}'

finish
