//go:build linux || darwin

package node

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// holdFolder holds a run's folder until the file that it gives is closed or the
// process ends, however it does. It waits until nobody else holds it.
func holdFolder(path string) (*os.File, error) { return flock(path, unix.LOCK_EX) }

// tryFolder holds a folder if nobody else does, another process or a run of this
// one; errUnderWay if somebody does.
func tryFolder(path string) (*os.File, error) {
	held, err := flock(path, unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return nil, errUnderWay
	}
	return held, err
}

func flock(path string, how int) (*os.File, error) {
	folder, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	err = unix.EINTR
	for errors.Is(err, unix.EINTR) {
		err = unix.Flock(int(folder.Fd()), how)
	}
	if err != nil {
		return nil, errors.Join(os.NewSyscallError("flock", err), folder.Close())
	}
	return folder, nil
}
