#!/bin/sh
# Starts the server from a private file, which adds to the ConfigMap's files what must not stand in one: the password.
# The password goes from file to file: no variable, argument or environment holds it, so neither ps nor sh -x shows it.
# Needs sh and coreutils or busybox. Arguments are passed on to the server.
set -eu
umask 077

die() {
    echo "start-master.sh: $*" >&2
    exit 1
}

requirepass() {
    [ -r "$1" ] || die "cannot read $1: does fsGroup match the container's group?"
    # An empty requirepass would open the server to everyone, and a second line would be read as a directive.
    if [ "$(grep -c '' "$1")" != 1 ] || [ "$(grep -c . "$1")" != 1 ]; then
        die "$1 must hold one line, the password, which may not be empty: correct the Secret"
    fi
    sed -e 's/[\\"]/\\&/g' -e 's/^/requirepass "/' -e 's/$/"/' "$1"
}

server=$(command -v redis-server || command -v valkey-server) ||
    die "neither redis-server nor valkey-server is on PATH: choose another image"

# Not every shell stops when the redirection below fails, and a stale file would start the server.
[ -w "$REDIS_RUN_DIR" ] || die "cannot write to $REDIS_RUN_DIR: it must be a volume of its own"
rm -f "$REDIS_RUN_DIR/redis.conf"

{
    echo "include $REDIS_MOUNTED_CONF/redis.conf"
    echo "include $REDIS_MOUNTED_CONF/master.conf"
    # The pod's mounts and ports depend on these, so they come last and win.
    echo "dir $REDIS_DATA_DIR"
    echo "port $REDIS_PORT"
    if [ -n "${REDIS_PASSWORD_FILE:-}" ]; then
        requirepass "$REDIS_PASSWORD_FILE"
    else
        echo "protected-mode no" # without a password, yes would refuse every other pod
    fi
} >"$REDIS_RUN_DIR/redis.conf"

exec "$server" "$REDIS_RUN_DIR/redis.conf" "$@"
