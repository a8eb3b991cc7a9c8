package relay

import "syscall"

const (
	errRefused     = syscall.ECONNREFUSED
	errUnreachable = syscall.ENETUNREACH
)
