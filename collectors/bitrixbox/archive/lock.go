package archive

import (
	"errors"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"
)

// lockLife is after what time the portal itself takes the backup that holds the lock for dead.
const lockLife = 86400 * time.Second

var errNoTime = errors.New("does not hold a time")

// readLock reads the lock of the scheduled backup: seconds since 1970, written when it began.
func (f *Folder) readLock(dir *os.Root, now time.Time) {
	data, _, err := readHead(dir, lockFile, 64)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	var at time.Time
	if err == nil {
		at, err = parseLock(string(data))
	}
	if err != nil {
		f.unread(lockFile, err)
		return
	}
	f.Lock, f.LockDead = &at, now.Sub(at) > lockLife
}

// parseLock reads a time that a calendar can show.
func parseLock(text string) (time.Time, error) {
	const year10000 = 253402300800
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil || n <= 0 || n >= year10000 {
		return time.Time{}, errNoTime
	}
	return time.Unix(n, 0).UTC(), nil
}
