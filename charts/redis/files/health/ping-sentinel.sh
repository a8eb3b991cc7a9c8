#!/bin/sh
# ping-sentinel.sh SECONDS: ping.sh, of the node's Sentinel.
REDIS_PORT=$SENTINEL_PORT
export REDIS_PORT
[ "$SENTINEL_AUTH" = yes ] || unset REDIS_PASSWORD_FILE
exec sh "${0%/*}/ping.sh" "$@"
