#!/bin/sh
# Sourced by the start scripts. Finds the server and writes its private file, which adds to the ConfigMap's files what must not
# stand in one: the password. It goes from file to file: no variable, argument or environment holds it, so neither ps nor
# sh -x shows it. Needs sh and coreutils or busybox.
umask 077
me=${0##*/}

die() {
    echo "$me: $*" >&2
    exit 1
}

# secret DIRECTIVE...: each directive with the password as its quoted value.
secret() {
    file=$REDIS_PASSWORD_FILE
    [ -r "$file" ] || die "cannot read $file: does fsGroup match the container's group?"
    # An empty requirepass would open the server to everyone, and a second line would be read as a directive.
    if [ "$(grep -c '' "$file")" != 1 ] || [ "$(grep -c . "$file")" != 1 ]; then
        die "$file must hold one line, the password, which may not be empty: correct the Secret"
    fi
    for directive in "$@"; do
        sed -e 's/[\\"]/\\&/g' -e "s/^/$directive \"/" -e 's/$/"/' "$file" | grep '' # ends a line that has no end
    done
}

# protected DIRECTIVE...: as above, or an open server if there is no password.
protected() {
    if [ -n "${REDIS_PASSWORD_FILE:-}" ]; then
        secret "$@"
    else
        echo "protected-mode no" # without a password, yes would refuse every other pod
    fi
}

# listen PORT: the directives of the one port there is, with TLS if there is a certificate.
listen() {
    if [ -z "${TLS_CERT:-}" ]; then
        echo "port $1"
        return
    fi
    for file in "$TLS_CERT" "$TLS_KEY" "$TLS_CA"; do
        [ -r "$file" ] || die "cannot read $file: does the Secret have this key, and does fsGroup match the container's group?"
    done
    echo "port 0"
    echo "tls-port $1"
    echo "tls-cert-file $TLS_CERT"
    echo "tls-key-file $TLS_KEY"
    echo "tls-ca-cert-file $TLS_CA"
    echo "tls-auth-clients $TLS_AUTH_CLIENTS"
    echo "tls-replication yes"
}

# strong: what TLS accepts, to stand before the files that may change it.
strong() {
    [ -n "${TLS_CERT:-}" ] || return 0
    echo 'tls-protocols "TLSv1.2 TLSv1.3"'
    echo "tls-ciphers ECDHE+AESGCM:ECDHE+CHACHA20"
}

server=$(command -v redis-server || command -v valkey-server) ||
    die "neither redis-server nor valkey-server is on PATH: choose another image"

# Not every shell stops when a redirection fails, and a stale file would start the server.
[ -w "$REDIS_RUN_DIR" ] || die "cannot write to $REDIS_RUN_DIR: it must be a volume of its own"
