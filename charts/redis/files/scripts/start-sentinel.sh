#!/bin/sh
# Starts the Sentinel of a node. It keeps what it knew: from its own file after a restart of the container, else from the copy
# on the volume. One that knows nothing starts without a master and says so, until start-node.sh has found one.
set -eu
. "${0%/*}/conf.sh"
. "${0%/*}/members.sh"
. "${0%/*}/state.sh"

common() {
    strong
    listen "$SENTINEL_PORT"
    echo "dir $REDIS_RUN_DIR"
    echo "sentinel myid $(sentinel_id "$ordinal")"
    echo "sentinel resolve-hostnames yes"
    echo "sentinel announce-hostnames yes"
    echo "sentinel announce-ip $self"
    echo "sentinel announce-port $SENTINEL_PORT"
    if [ "$SENTINEL_AUTH" = yes ]; then
        secret requirepass "sentinel sentinel-pass"
    else
        echo "protected-mode no"
    fi
}

# It must answer meanwhile: silence would not prove to the others that this node knows no master either.
await_master() {
    common >"$live"
    "$server" "$live" --sentinel &
    trap 'kill $!; exit 143' TERM INT
    while [ ! -s "$SHARED_DIR/master" ]; do
        kill -0 $! || die "the Sentinel ended"
        nap
    done
    trap - TERM INT
    kill $! || die "the Sentinel ended"
    wait $! || true
}

# Told of every node, a Sentinel never believes itself alone, and can promote a replica of a master that it never reached.
first_memory() {
    master=$(cat "$SHARED_DIR/master")
    echo "sentinel monitor $MASTER_SET $master $REDIS_PORT $QUORUM"
    count_members
    i=0
    while [ "$i" -lt "$members" ]; do
        member "$i"
        [ "$host" = "$master" ] || echo "sentinel known-replica $MASTER_SET $host $REDIS_PORT"
        [ "$i" = "$ordinal" ] || echo "sentinel known-sentinel $MASTER_SET $host $SENTINEL_PORT $(sentinel_id "$i")"
        i=$((i + 1))
    done
}

# present: drops from the memory on stdin the nodes that the release no longer has.
present() {
    count_members
    while read -r line; do
        case $line in "sentinel known-"*)
            name=${line%%".$POD_DOMAIN"*}
            [ "${name##*-}" -lt "$members" ] || continue
            ;;
        esac
        echo "$line"
    done
}

memory=$(recall | present)
if [ -z "$memory" ]; then
    await_master
    memory=$(first_memory)
fi
{
    common
    echo "$memory" | sed "/^sentinel monitor /s/ [0-9]*\$/ $QUORUM/"
    echo "sentinel client-reconfig-script $MASTER_SET ${0%/*}/remember-master.sh"
    if [ -n "${REDIS_PASSWORD_FILE:-}" ]; then
        secret "sentinel auth-pass $MASTER_SET"
    fi
    echo "include $REDIS_MOUNTED_CONF/sentinel.conf"
} >"$live.new"
mv "$live.new" "$live"
remember

exec "$server" "$live" --sentinel
