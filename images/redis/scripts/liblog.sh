# Log lines go to standard error, so that a function's output stays its own.
info() { printf 'INFO  %s\n' "$*" >&2; }
warn() { printf 'WARN  %s\n' "$*" >&2; }
error() { printf 'ERROR %s\n' "$*" >&2; }
debug() { case "${BITNAMI_DEBUG:-false}" in 1 | yes | true) printf 'DEBUG %s\n' "$*" >&2 ;; esac }
