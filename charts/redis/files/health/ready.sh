#!/bin/sh
# ready.sh SECONDS: ping.sh, but a node is not ready before its first synchronisation. Else a rolling update would replace the
# next pod while this one is still empty. Later a lost link does not matter: the replica answers with what it has.
set -u
. "${0%/*}/cli.sh"

if [ ! -e "$REDIS_RUN_DIR/synced" ]; then
    case $(ask "$1" 127.0.0.1 INFO replication) in
    *role:master* | *master_link_status:up*) : >"$REDIS_RUN_DIR/synced" ;;
    *)
        echo "the first synchronisation with the master is not done" >&2
        exit 1
        ;;
    esac
fi
exec sh "${0%/*}/ping.sh" "$@"
