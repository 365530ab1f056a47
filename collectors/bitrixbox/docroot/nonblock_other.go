//go:build !unix

package docroot

// nonblock is nothing where a folder holds no pipes.
const nonblock = 0

// permissions tells whether the mode of a file says who may read and write it.
const permissions = false
