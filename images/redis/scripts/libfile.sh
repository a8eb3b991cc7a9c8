# replace_in_file FILE REGEX TEXT [POSIX_ERE]: substitute in place, through a copy so that the file may lie on a mount.
replace_in_file() {
	local changed
	if [ "${4:-true}" = true ]; then changed="$(sed -E "s@$2@$3@g" "$1")"; else changed="$(sed "s@$2@$3@g" "$1")"; fi
	printf '%s\n' "$changed" >"$1"
}
