#!/bin/sh
# Starts a replica of the fixed master, in replication without Sentinel. Arguments are passed on to the server.
set -eu
. "${0%/*}/conf.sh"

rm -f "$REDIS_RUN_DIR/redis.conf"
{
    strong
    echo "include $REDIS_MOUNTED_CONF/redis.conf"
    echo "include $REDIS_MOUNTED_CONF/replica.conf"
    echo "dir $REDIS_DATA_DIR"
    listen "$REDIS_PORT"
    echo "replicaof $REDIS_MASTER_HOST $REDIS_MASTER_PORT"
    echo "replica-announce-ip $POD_NAME.$POD_DOMAIN" # outlives the pod's address
    protected requirepass masterauth
} >"$REDIS_RUN_DIR/redis.conf"

exec "$server" "$REDIS_RUN_DIR/redis.conf" "$@"
