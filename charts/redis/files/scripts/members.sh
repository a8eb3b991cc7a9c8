#!/bin/sh
# Sourced by the scripts of Sentinel mode. Who the nodes are, and what their Sentinels say. Needs cli.sh.
# It starts as few processes as it can: on a busy machine each one costs more than the question it asks.

ordinal=${POD_NAME##*-}
self=$POD_NAME.$POD_DOMAIN

# count_members: sets members and majority. The kubelet refreshes the file when the release is scaled, so no pod has to restart.
count_members() {
    read -r members <"$MEMBERS_FILE" || : # it has no newline
    majority=$((members / 2 + 1))
}

# member ORDINAL: sets host, the name the node announces.
member() { host=${POD_NAME%-*}-$1.$POD_DOMAIN; }

# Derived from the name, a Sentinel's id outlives its pod: the others replace it instead of remembering one more.
sentinel_id() { echo "${POD_NAME%-*}-$1.$POD_DOMAIN" | sha1sum | cut -c 1-40; }

now() { date +%s; }
nap() { sleep 0.2 2>/dev/null || sleep 1; }

# ask_sentinel SECONDS HOST [COMMAND...]: as ask, of the node's Sentinel.
ask_sentinel() (
    REDIS_PORT=$SENTINEL_PORT
    [ "$SENTINEL_AUTH" = yes ] || unset REDISCLI_AUTH VALKEYCLI_AUTH
    ask "$@"
)

# testimony ORDINAL: "ORDINAL EPOCH HOST FLAGS SILENCE REPLICAS", what this Sentinel knows of the master, and for how many
# milliseconds it has not heard of it; HOST is "none" when it answers but knows no master, and no line means no answer.
testimony() {
    member "$1"
    [ "$1" != "$ordinal" ] || host=127.0.0.1
    printf 'SENTINEL GET-MASTER-ADDR-BY-NAME %s\nSENTINEL MASTER %s\n' "$MASTER_SET" "$MASTER_SET" | ask_sentinel 3 "$host" 2>/dev/null | {
        read -r named && read -r port || exit 0
        case $named:$port in
        ":ERR No such master"*) echo "$1 -1 none - 0 0" ;;
        *".$POD_DOMAIN:$REDIS_PORT") ;;
        *) exit 0 ;; # when a connection breaks, the reply to the second question comes first
        esac
        epoch='' key=''
        while read -r line; do
            case $key in
            flags) flags=$line ;;
            config-epoch) epoch=$line ;;
            last-ok-ping-reply) silence=$line ;;
            num-slaves) replicas=$line ;;
            esac
            key=$line
        done
        [ -z "$epoch" ] || echo "$1 $epoch $named $flags $silence $replicas"
    }
}

# survey: sets view to the testimony of all Sentinels, asked at the same time, answers to their number, and named to the master
# with the highest epoch, which is the one that all will agree on, or the one more of them name; empty if none knows a master.
survey() {
    count_members
    view=$(
        i=0
        while [ "$i" -lt "$members" ]; do
            testimony "$i" &
            i=$((i + 1))
        done
        wait
    )
    answers=0 named='' best=-1
    while read -r i epoch name _; do
        [ -n "$i" ] || continue
        answers=$((answers + 1))
        if [ "$epoch" -gt "$best" ]; then
            best=$epoch named=$name
        elif [ "$epoch" -eq "$best" ] && [ "$name" != "$named" ]; then
            agreeing "$named"
            fewer=$agree
            agreeing "$name"
            [ "$agree" -le "$fewer" ] || named=$name
        fi
    done <<EOF
$view
EOF
}

# agreeing HOST: sets agree to the number of Sentinels that name it.
agreeing() {
    agree=0
    while read -r _ _ name _; do
        [ "$name" != "$1" ] || agree=$((agree + 1))
    done <<EOF
$view
EOF
}
