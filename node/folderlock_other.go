//go:build !linux && !darwin

package node

import (
	"errors"
	"os"
)

// holdFolder holds nothing: folders cannot be held here.
func holdFolder(path string) (*os.File, error) { return os.Open(path) }

// tryFolder fails: who holds a folder cannot be known here, and what is in it stays.
func tryFolder(string) (*os.File, error) { return nil, errors.ErrUnsupported }
