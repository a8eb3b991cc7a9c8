#!/bin/sh
# Starts the one server that takes writes, in standalone and replication without Sentinel. Arguments are passed on to it.
set -eu
. "${0%/*}/conf.sh"

rm -f "$REDIS_RUN_DIR/redis.conf"
{
    strong
    echo "include $REDIS_MOUNTED_CONF/redis.conf"
    echo "include $REDIS_MOUNTED_CONF/master.conf"
    # The pod's mounts and ports depend on these, so they come last and win.
    echo "dir $REDIS_DATA_DIR"
    listen "$REDIS_PORT"
    protected requirepass
} >"$REDIS_RUN_DIR/redis.conf"

exec "$server" "$REDIS_RUN_DIR/redis.conf" "$@"
