# retry_while COMMAND [TIMES] [SECONDS]: run COMMAND until it succeeds.
retry_while() {
	local left="${2:-12}"
	until eval "$1"; do
		left=$((left - 1))
		[ "$left" -gt 0 ] || return 1
		sleep "${3:-5}"
	done
}
