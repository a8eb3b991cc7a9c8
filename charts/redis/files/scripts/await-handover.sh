#!/bin/sh
# preStop of the sentinel container: it votes, and may lead the failover, so it must outlive the hand-over of the server beside it.
set -u
. "${0%/*}/../health/cli.sh"
. "${0%/*}/members.sh"

began=$(now)
while [ ! -e "$SHARED_DIR/handed-over" ] && [ $(($(now) - began)) -lt "$HANDOVER_SECONDS" ]; do
    [ -n "$(ask 3 127.0.0.1 PING 2>/dev/null)" ] || break # its server is down and will not hand over
    nap
    nap
done
