// Package durable makes files that survive a crash: there whole or not at all, and
// with names that the disk has. It is not for results that are written as a stream,
// which package arrowio makes so.
package durable

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Unfinished is the form of the names of files that are being written. What a process
// that was killed has left bears one.
const Unfinished = ".new-*"

// Write makes a file of mode 0600 that is there whole or not at all, in the place of
// one that is there already. What write does not finish leaves nothing.
func Write(path string, write func(*os.File) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), Unfinished)
	if err != nil {
		return err
	}
	if err = write(f); err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return SyncFolder(filepath.Dir(path))
}

// Remove removes a file, which may have gone meanwhile: gone says whether it was this
// call that removed it.
func Remove(path string) (gone bool, err error) {
	err = os.Remove(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, SyncFolder(filepath.Dir(path))
}

// SyncFolder makes the names in a folder durable.
func SyncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
