#!/bin/sh
# roundtrip.sh HOST: writes, reads and deletes one value. Replies are compared: redis-cli exits 0 on an error reply.
set -u
. "${0%/*}/cli.sh"

host=$1
key="helm-test:$(date +%s):$$"
value="value of $key"

expect() {
    want=$1
    shift
    got=$(ask 10 "$host" "$@")
    if [ "$got" != "$want" ]; then
        echo "$1 through $host answered: ${got:-nothing within 10 s}; expected: $want" >&2
        exit 1
    fi
    echo "$1: ok"
}

expect OK SET "$key" "$value" EX 60
expect "$value" GET "$key"
expect 1 DEL "$key"
