#!/bin/sh
# preStop of the redis container: a master hands over to a replica before it stops, so that no acknowledged write is lost
# and nobody waits for Sentinel to notice. Writes are stopped first: whatever was acknowledged is then on the replicas too.
set -u
me=${0##*/}
. "${0%/*}/../health/cli.sh"
. "${0%/*}/members.sh"

began=$(now)
log() { echo "$me: $*" >/proc/1/fd/1; } # a hook's own output is shown nowhere
within() { [ $(($(now) - began)) -lt "$1" ]; }
local_redis() { ask 3 127.0.0.1 "$@" 2>/dev/null; }
is_master() { case $(ask 3 "$1" ROLE 2>/dev/null) in master*) ;; *) return 1 ;; esac }

trap ': >"$SHARED_DIR/handed-over"' EXIT # the Sentinel beside it waits for this file

is_master 127.0.0.1 || exit 0
until survey && [ -n "$named" ] || ! within 5; do nap; done
if [ "$named" != "$self" ]; then
    log "the Sentinels name ${named:-no master}, not this one: nothing to hand over"
    exit 0
fi

others='' i=0
while [ "$i" -lt "$members" ]; do
    [ "$i" = "$ordinal" ] || others="$others $i"
    i=$((i + 1))
done

# info NAME: one value of the INFO text in $state.
info() { echo "$state" | sed -n "s/^$1:\([^[:cntrl:]]*\).*/\1/p"; }

# caught_up: sets synced to the names of the replicas that have all writes; fails while there is none or a connected one lacks some.
caught_up() {
    state=$(local_redis INFO replication)
    offset=$(info master_repl_offset) synced='' behind=no
    for i in $others; do
        member "$i"
        if state=$(ask 3 "$host" INFO replication 2>/dev/null) && [ "$(info master_link_status)" = up ]; then
            if [ "$(info slave_repl_offset)" -ge "${offset:-0}" ]; then synced="$synced $host"; else behind=yes; fi
        fi
    done
    [ -n "$synced" ] && [ "$behind" = no ]
}

# find_leader: sets leader to a Sentinel that can lead the failover now: one in TILT does nothing for 30 s. The local one comes
# last: a forced delete leaves this pod two seconds, and a leader that dies half way leaves a promoted replica that nobody names.
find_leader() {
    for i in $others "$ordinal"; do
        member "$i"
        case $(ask_sentinel 2 "$host" INFO sentinel 2>/dev/null) in *sentinel_tilt:0*)
            leader=$host leads=$i
            return
            ;;
        esac
    done
    return 1
}

# safe_choice: whichever replica Sentinel may choose has all writes. It goes by priority, then by an offset that may be ten
# seconds old: it could prefer a new pod that is still empty.
safe_choice() {
    best='' ties='' key=''
    while read -r line; do
        case $key in
        ip) host=$line ;;
        flags) flags=$line ;;
        slave-priority) priority=$line ;;
        slave-repl-offset)
            case "$flags $priority" in
            *down* | *disconnected* | *" 0") ;;
            *)
                rank=$((priority * -1000000000000000 + line))
                if [ -z "$best" ] || [ "$rank" -gt "$best" ]; then
                    best=$rank ties=$host
                elif [ "$rank" -eq "$best" ]; then
                    ties="$ties $host"
                fi
                ;;
            esac
            ;;
        esac
        key=$line
    done <<EOF
$(ask_sentinel 3 "$leader" SENTINEL REPLICAS "$MASTER_SET" 2>/dev/null)
EOF
    for host in $ties; do
        case "$synced " in *" $host "*) ;; *) return 1 ;; esac
    done
    [ -n "$ties" ]
}

# Paused writers wait and see no error, but so do the Sentinels' own messages: paused for longer than downAfterMilliseconds,
# a master is held to be down, and another failover is begun beside this one. So the pause ends in time, and from then on
# min-replicas-to-write refuses what it held back.
fence() {
    long=$(((HANDOVER_SECONDS + 10) * 1000)) short=$((DOWN_AFTER * 2 / 3))
    [ "$short" -le "$long" ] || short=$long
    reply=$(printf 'CLIENT PAUSE %s WRITE\nCONFIG GET min-replicas-to-write\nCONFIG SET min-replicas-to-write 1000000\n' "$short" | local_redis)
    min_replicas=$(echo "$reply" | sed -n 3p)
    case $reply in *OK*OK) ;; *) local_redis CLIENT PAUSE "$long" WRITE >/dev/null ;; esac
}

resume() {
    printf 'CONFIG SET min-replicas-to-write %s\nCLIENT UNPAUSE\n' "${min_replicas:-0}" | local_redis >/dev/null
    log "$*; writes are accepted again"
    exit 0
}

fence
until caught_up || ! within 6; do nap; done
[ -n "$synced" ] || resume "no replica has all writes, so there is no failover"
log "writes are stopped; all of them are on$synced"
until find_leader && safe_choice; do
    if ! within 12 || ! within "$HANDOVER_SECONDS"; then
        log "no Sentinel is sure to choose one of these: they shall elect one after this server has stopped"
        exit 0
    fi
    nap
    caught_up || :
done

until reply=$(ask_sentinel 3 "$leader" SENTINEL FAILOVER "$MASTER_SET" 2>&1) && [ "$reply" = OK ]; do
    case $reply in *INPROG*) break ;; esac
    if ! within 15 || ! within "$HANDOVER_SECONDS"; then resume "Sentinel refused the failover: ${reply:-no answer}"; fi
    nap
done

# successor: sets named to the other node that a majority of Sentinels name and that says itself that it is master.
successor() {
    survey
    agreeing "$named"
    [ "$named" != "$self" ] && [ "$agree" -ge "$majority" ] && is_master "$named"
}
until successor; do
    if ! within "$HANDOVER_SECONDS"; then
        log "no successor within $HANDOVER_SECONDS s, the Sentinels name ${named:-no master}; writes stay stopped, for it may yet come"
        exit 0
    fi
    nap
done
log "handed over to $named"

# A replica answers READONLY to the writes it held back, which sends their clients to the new master at once. It shall follow
# nobody, for a synchronisation that has begun keeps a server from stopping.
local_redis REPLICAOF 127.0.0.1 1 >/dev/null
local_redis CLIENT UNPAUSE >/dev/null

# The Sentinel that leads the failover still has to point the other replicas to the new master.
while within "$HANDOVER_SECONDS"; do
    case $(testimony "$leads") in *failover*) nap ;; *) break ;; esac
done
