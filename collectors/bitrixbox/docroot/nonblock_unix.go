//go:build unix

package docroot

import "syscall"

// nonblock keeps the opening of a named pipe, put in the place of a file, from waiting for its writer.
const nonblock = syscall.O_NONBLOCK

// permissions tells whether the mode of a file says who may read and write it.
const permissions = true
