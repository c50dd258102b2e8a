package main

import (
	"strings"
)

// oneLine puts an error of several parts into one line.
func oneLine(err error) error {
	return &flat{err, strings.ReplaceAll(err.Error(), "\n", "; ")}
}

type flat struct {
	error
	text string
}

func (f *flat) Error() string { return f.text }
func (f *flat) Unwrap() error { return f.error }
