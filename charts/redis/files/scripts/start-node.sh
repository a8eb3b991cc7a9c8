#!/bin/sh
# Starts the server of a node in Sentinel mode, as master or replica, as the Sentinels say. Arguments are passed on to it.
set -eu
. "${0%/*}/conf.sh"

version=$("$server" --version | sed -n 's/.* v=\([0-9]*\)\.\([0-9]*\)\..*/\1 \2/p')
major=${version% *} minor=${version#* }
[ "$((major * 100 + minor))" -ge 602 ] ||
    die "this server is version $major.$minor, but Sentinel knows host names only from 6.2 on: choose another image"

rm -f "$SHARED_DIR/handed-over" "$REDIS_RUN_DIR/redis.conf" "$REDIS_RUN_DIR/synced"

# In a shell of its own, for the server shall not inherit the password that the client needs in its environment.
(
    set +e
    . "${0%/*}/../health/cli.sh"
    . "${0%/*}/members.sh"
    . "${0%/*}/choose-master.sh"
    choose_master
)
master=$(cat "$SHARED_DIR/master")
self=$POD_NAME.$POD_DOMAIN

{
    echo "rdb-del-sync-files yes" # without persistence, the file of an old sync would be loaded as if it were data
    echo "repl-diskless-sync-delay 0" # a new pod shall hold data soon
    strong
    echo "include $REDIS_MOUNTED_CONF/redis.conf"
    echo "include $REDIS_MOUNTED_CONF/replica.conf"
    echo "dir $REDIS_DATA_DIR"
    listen "$REDIS_PORT"
    echo "replica-announce-ip $self"
    echo "replica-announce-port $REDIS_PORT"
    if [ "$master" = "$self" ]; then
        echo "$me: starting as master" >&2
    else
        echo "$me: starting as replica of $master" >&2
        echo "replicaof $master $REDIS_PORT"
    fi
    protected requirepass masterauth
} >"$REDIS_RUN_DIR/redis.conf"

exec "$server" "$REDIS_RUN_DIR/redis.conf" "$@"
