#!/bin/sh
# Sourced. A Sentinel's memory: the directives it writes into its own file, without the secrets.

live=$REDIS_RUN_DIR/sentinel.conf
kept=$SENTINEL_DATA_DIR/sentinel-state.conf

memory_of() {
    grep -E "^sentinel (monitor|config-epoch|leader-epoch|known-replica|known-sentinel) $MASTER_SET |^sentinel current-epoch " "$1"
}

# recall: from the Sentinel's own file, else from the volume; nothing if it never knew a master.
recall() {
    for file in "$live" "$kept"; do
        if grep -q "^sentinel monitor $MASTER_SET " "$file" 2>/dev/null; then
            memory_of "$file"
            return
        fi
    done
}

# remember: copies it to the volume, where it lives as long as the data that it speaks of.
remember() {
    memory_of "$live" >"$kept.$$"
    mv "$kept.$$" "$kept"
}
