#!/usr/bin/env bash
# `make compose-test`: the containers of compose.yaml from nothing to a deployment that troth verify finds right, with
# three instances of metering, and down again. COMPOSE is how Compose is called; the image must be there.
set -euo pipefail
cd "$(dirname "$0")/../.."
export KAFKA_PORT=${KAFKA_PORT:-19392}
# a project of its own: its volumes are removed
compose() { ${COMPOSE:-docker compose} -p troth-test "${files[@]}" "$@"; }
files=(-f compose.yaml)
services="identity rights-worker notifier metering billing retention-worker"
maildir=/var/lib/troth/maildir
ended() {
    status=$?
    [[ $status -eq 0 ]] || { compose ps; compose logs --tail 25; } 2>&1 | tail -n 250
    files=(-f compose.yaml -f Tests/Compose/three.yaml)
    compose down --volumes --timeout 30 >/dev/null 2>&1 || echo "what compose-test started could not be removed" >&2
    [[ $status -eq 0 ]] && echo "compose-test: ok" || echo "compose-test: NOT OK" >&2
}
trap ended EXIT
# what bash's own trap of signals would leave out
trap 'exit 1' INT TERM

say() { printf '%4s s  %s\n' "$SECONDS" "$*"; }
tool() { compose --profile tools run --rm -T "$@"; }
troth() { tool troth "$@"; }
desk() { tool --entrypoint sh troth -euc "$1"; }
# Tries a command until it succeeds; what it said last where it does not in so many seconds.
within() {
    local deadline=$((SECONDS + $1)) output
    shift
    until output=$("$@" 2>&1); do
        ((SECONDS < deadline)) || { printf '%s\nin time: no: %s\n' "$output" "$*" >&2; return 1; }
        sleep 2
    done
}
# So many instances of metering run, each with some of its 12 partitions, and together they have all.
shared() {
    local index held sum=0
    for index in $(seq "$1"); do
        held=$(compose exec -T --index "$index" metering troth partition status --json --data /var/lib/troth |
            grep -c '"running"') || return 1
        sum=$((sum + held))
    done
    [[ $sum -eq 12 ]]
}
# Asks for a right by e-mail and brings the mailed code back: person, kind. The request's number lies in PERSON.request.
ask() {
    local own="--session-file $1.session --trust-file trust"
    troth rights open --kind "$2" --email "$1@example.org" $own >/dev/null
    within 60 desk "troth rights confirm --maildir $maildir $own --json > $1.said
        sed -n 's/.*\"request\" *: *\"\([0-9a-f-]*\)\".*/\1/p' $1.said > $1.request; [ -s $1.request ]"
}
is_done() { desk "troth rights status \$(cat $1.request) --json | grep -q '\"state\" *: *\"done\"'"; }
ready() { compose exec -T "$1" troth health --data /var/lib/troth; }

say "up"
compose up -d >/dev/null
for service in $services; do within 240 ready $service; done
say "every service is ready"

compose exec -T metering sh -c '[ "$(id -u)" = 1000 ] && ! touch /usr/x /var/lib/troth/x 2>/dev/null'
say "a service is user 1000, and its root file system read-only"

gateway=(--tls-certificate-file gateway.pem --tls-key-file gateway.key)
for person in ada ben eva; do
    session=(--session-file "$person.session" --trust-file trust)
    troth account register --email "$person@example.org" --region outside "${session[@]}"
    within 60 troth account confirm --maildir $maildir "${session[@]}"
    troth account consent --policy 2026-06-01 --functional yes --analytics no "${session[@]}"
    troth api-key new --label gateway "${session[@]}" >/dev/null
done
accounts=$(desk 'grep -ohE "\"account\" *: *\"[0-9a-f-]{36}" *.session | grep -oE "[0-9a-f-]{36}" | tee accounts')
[[ $(wc -w <<<"$accounts") -eq 3 ]]
say "three people registered, by codes out of the mail"

desk 'troth generate prices > prices.json && troth price load prices.json >/dev/null
    troth generate upstreams > upstreams.json && troth upstream load upstreams.json >/dev/null'
for account in $accounts; do troth account top-up "$account" 50.00; done
say "accounts topped up"

files+=(-f Tests/Compose/three.yaml)
compose up -d --scale metering=3 >/dev/null
within 120 shared 3
say "three instances of metering share its partitions"

desk 'echo TIMESTAMP,ContextTokens,GeneratedTokens > trace.csv
    for n in $(seq 100 699); do echo "2023-11-16 18:17:03.${n}0000,$((n * 7)),$((n / 9))"; done >> trace.csv'
troth import trace.csv --format azure-llm --accounts-file accounts --rate 0 --manifest sent.jsonl "${gateway[@]}"
desk 'printf "ada@example.org\nben@example.org\neva@example.org\n" > people'
verify() { tool verify --manifest sent.jsonl --people-file people "$@"; }
within 180 verify
say "usage imported, counted, charged; troth verify is content"
for account in $accounts; do troth account balance "$account"; done

ask ada gdpr.access
within 120 is_done ada
desk "mail=\$(ls -t \$(grep -lF 'To: <ada@' $maildir/new/*) | head -n 1)
    code=\$(sed -n 's/^    \([0-9A-Z]*-[0-9A-Z]*\)\r*\$/\1/p' \$mail)
    troth rights download \$(cat ada.request) --code \$code --to ada.zip --session-file ada.session --trust-file trust"
say "access: the archive of one person is fetched, signed and whole"

ask eva gdpr.erasure
desk 'troth rights confirm --request $(cat eva.request) --session-file eva.session --trust-file trust'
within 120 is_done eva
say "erasure: one person is erased by every service"

compose stop $services >/dev/null
[[ $(compose logs metering 2>&1 | grep -c 'service has stopped') -eq 3 ]]
say "all stopped as they should"
# the calls of who was erased are gone, and no file may name the account
desk 'tail -n 1 accounts > erased
    grep -vf erased sent.jsonl > kept.jsonl
    cp sent.jsonl.needles kept.jsonl.needles'
tool verify --manifest kept.jsonl --people-file people --erased-file erased
