#!/bin/sh
# Sourced by start-node.sh. choose_master sets master to the node to follow, which may be this one.
#
# No node makes itself master. A majority of Sentinels must answer, and the highest epoch among them wins, as it does among
# Sentinels. Only if every one of them answers that it knows no master is this the first start, and node 0 begins.

choose_master() {
    began=$(now) heard='' said='' said_at=0 triggered=''
    while :; do
        survey
        time=$(now)
        waited=$((time - began))
        if [ "$answers" -lt "$majority" ]; then
            heard=''
            say "$answers of $members Sentinels answer, $majority must"
        elif [ "$answers" -lt "$members" ] && [ $((time - ${heard:=$time})) -lt 2 ]; then
            : # one that is just starting may know of a later failover
        elif [ -z "$named" ]; then
            first_start && return
        else
            invite "$named"
            [ "$named" != "$self" ] && return
            may_lead && return
        fi
        nap
    done
}

# invite HOST: lets this node's Sentinel, if it knew of no master until now, watch that one.
invite() {
    master=$1
    echo "$master" >"$SHARED_DIR/master.new"
    mv "$SHARED_DIR/master.new" "$SHARED_DIR/master"
}

first_start() {
    if [ "$ordinal" != 0 ]; then
        say "no Sentinel knows a master yet; node 0 may begin"
        return 1
    fi
    if [ "$answers" -lt "$members" ] && [ "$waited" -lt "$GET_MASTER_TIMEOUT" ]; then
        # The others may come back with data and with a Sentinel that knows better.
        say "no Sentinel knows a master, but only $answers of $members answer; for $GET_MASTER_TIMEOUT s this node does not begin without the others"
        return 1
    fi
    log "no Sentinel knows a master: beginning as the first"
    invite "$self"
}

# may_lead: the Sentinels name this node. Is it safe to start as master?
may_lead() {
    if [ "$waited" -ge "$GET_MASTER_TIMEOUT" ]; then
        log "no other master was elected within $GET_MASTER_TIMEOUT s: starting as master"
        return 0
    fi
    if about_to_elect; then
        say "the Sentinels are about to elect another master"
        return 1
    fi
    has_data && return 0
    # Empty while the Sentinels name it: its volume is gone, and as master it would empty every replica.
    if replicas_hold_data; then
        say "empty, while replicas hold data: one of them shall be master"
        trigger_failover
        return 1
    fi
    return 0
}

# about_to_elect: some Sentinel holds this node to be down, or will before it hears of it again: it connects once a second.
about_to_elect() {
    margin=$((DOWN_AFTER - 1250))
    [ "$margin" -ge 1000 ] || margin=$((DOWN_AFTER / 2))
    while read -r _ _ host flags silence _; do
        [ "$host" != none ] || continue
        case $flags in *_down* | *failover*) return 0 ;; esac
        [ "$silence" -lt "$margin" ] || return 0
    done <<EOF
$view
EOF
    return 1
}

has_data() {
    for file in "$REDIS_DATA_DIR"/*.rdb "$REDIS_DATA_DIR"/*.aof "$REDIS_DATA_DIR"/*/*.aof "$REDIS_DATA_DIR"/*/*.rdb; do
        [ ! -s "$file" ] || return 0
    done
    return 1
}

# replicas_hold_data: one does, or is loading, or is known to the Sentinels but does not answer.
replicas_hold_data() {
    i=0 empty=0 known=0
    while [ "$i" -lt "$members" ]; do
        if [ "$i" != "$ordinal" ]; then
            member "$i"
            case $(ask 2 "$host" INFO keyspace 2>/dev/null) in
            *keys=* | LOADING*) return 0 ;;
            *Keyspace*) empty=$((empty + 1)) ;;
            esac
        fi
        i=$((i + 1))
    done
    while read -r _ _ _ _ _ replicas; do
        [ "$replicas" -le "$known" ] || known=$replicas
    done <<EOF
$view
EOF
    [ "$empty" -lt "$known" ]
}

# trigger_failover: by one Sentinel, once, and only while none can be near a failover of its own.
trigger_failover() {
    [ -z "$triggered" ] && [ "$DOWN_AFTER" -ge 10000 ] || return 0
    triggered=yes
    while read -r i _ name _; do
        if [ "$i" != "$ordinal" ] && [ "$name" = "$self" ]; then
            member "$i"
            log "asked the Sentinel of $host for a failover: $(ask_sentinel 2 "$host" SENTINEL FAILOVER "$MASTER_SET" 2>&1)"
            return
        fi
    done <<EOF
$view
EOF
}

log() { echo "$me: $*"; }

# say: log, but the same text at most every 10 s.
say() {
    if [ "$said" != "$*" ] || [ $((time - said_at)) -ge 10 ]; then
        log "$*"
        said=$* said_at=$time
    fi
}
