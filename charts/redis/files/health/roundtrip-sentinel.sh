#!/bin/sh
# roundtrip-sentinel.sh HOST: asks the Sentinels behind HOST who is master, then does the round trip there.
set -u
. "${0%/*}/cli.sh"

reply=$(
    REDIS_PORT=$SENTINEL_PORT
    [ "$SENTINEL_AUTH" = yes ] || unset REDISCLI_AUTH VALKEYCLI_AUTH
    ask 10 "$1" SENTINEL GET-MASTER-ADDR-BY-NAME "$MASTER_SET"
)
master=$(echo "$reply" | sed -n 1p)
case $reply in
*"
$REDIS_PORT") echo "Sentinel names $master" ;;
*)
    echo "Sentinel through $1 answered: ${reply:-nothing within 10 s}; expected: the master $MASTER_SET" >&2
    exit 1
    ;;
esac
exec sh "${0%/*}/roundtrip.sh" "$master"
