#!/bin/sh
# Sourced by the scripts beside it. ask SECONDS HOST COMMAND...: the server's reply, or nothing if there is none in time.
# The password reaches the client through the environment of this process, never through an argument.
ask() {
    seconds=$1 host=$2
    shift 2
    # shellcheck disable=SC2086 # $tls is several words, or none
    timeout -s KILL "$seconds" "$cli" $tls -h "$host" -p "$REDIS_PORT" "$@"
}

tls=''
[ -z "${TLS_CERT:-}" ] || tls="--tls --cert $TLS_CERT --key $TLS_KEY --cacert $TLS_CA"

cli=$(command -v redis-cli || command -v valkey-cli) || {
    echo "neither redis-cli nor valkey-cli is on PATH: choose another image" >&2
    exit 1
}

if [ -n "${REDIS_PASSWORD_FILE:-}" ]; then
    REDISCLI_AUTH=$(cat "$REDIS_PASSWORD_FILE") || exit 1
    VALKEYCLI_AUTH=$REDISCLI_AUTH
    export REDISCLI_AUTH VALKEYCLI_AUTH
fi
