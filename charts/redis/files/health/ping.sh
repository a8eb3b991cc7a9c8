#!/bin/sh
# ping.sh SECONDS [ERROR...]: succeeds when PING answers exactly PONG, or an error that begins with the word ERROR.
set -u
. "${0%/*}/cli.sh"

limit=$1
shift
reply=$(ask "$limit" 127.0.0.1 PING)

[ "$reply" = PONG ] && exit 0
for error in "$@"; do
    case $reply in "$error "*) exit 0 ;; esac
done
echo "PING answered: ${reply:-nothing within $limit s}" >&2
exit 1
