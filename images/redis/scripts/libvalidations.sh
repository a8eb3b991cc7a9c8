# is_boolean_yes VALUE: true for 1, yes and true in any case.
is_boolean_yes() {
	case "$(printf %s "${1:-}" | tr '[:upper:]' '[:lower:]')" in 1 | yes | true) return 0 ;; esac
	return 1
}
