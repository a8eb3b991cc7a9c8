#!/bin/sh
# After the release was scaled down: lets each Sentinel forget the nodes that are gone. Else they would count for the majority
# that a failover needs. One after the other, so that the rest can still elect. Runs in a pod that POD_NAME calls <node>-none.
set -u
me=${0##*/}
. "${0%/*}/../health/cli.sh"
. "${0%/*}/members.sh"

count_members
began=$(now)
within() { [ $(($(now) - began)) -lt "$1" ]; }
answers() { member "$1" && [ "$(ask_sentinel 2 "$host" PING 2>/dev/null)" = PONG ]; }

i=$members
while [ "$i" -lt "$FORMER_MEMBERS" ]; do
    while answers "$i" && within 60; do nap; done
    i=$((i + 1))
done

# known ORDINAL: sets others and replicas to the numbers that its Sentinel knows.
known() {
    others=-1 replicas=-1 key=''
    while read -r line; do
        case $key in
        num-other-sentinels) others=$line ;;
        num-slaves) replicas=$line ;;
        esac
        key=$line
    done <<EOF
$(member "$1" && ask_sentinel 2 "$host" SENTINEL MASTER "$MASTER_SET" 2>/dev/null)
EOF
}

i=0
while [ "$i" -lt "$members" ]; do
    known "$i"
    if [ "$others" -ge "$members" ] || [ "$replicas" -ge "$members" ]; then
        member "$i"
        echo "$me: $host knew $others other Sentinels and $replicas replicas; reset: $(ask_sentinel 2 "$host" SENTINEL RESET "$MASTER_SET" 2>&1)"
        until known "$i" && [ "$others" -eq $((members - 1)) ] && [ "$replicas" -eq $((members - 1)) ] || ! within 100; do nap; done
        echo "$me: $host knows $others other Sentinels and $replicas replicas"
    fi
    i=$((i + 1))
done
