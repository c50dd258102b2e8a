package node

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"mandorla/agreement"
	"mandorla/ledger"
)

// keepSigned puts a signed text of an agreement's life, the agreement itself or a
// statement, into the node's record and then into its folder, once.
func keepSigned(dir, name string, e ledger.Event, signed []byte, at time.Time) (path string, err error) {
	path = filepath.Join(dir, agreements, name)
	known, err := os.ReadFile(path)
	if err == nil && bytes.Equal(known, signed) {
		return path, nil
	}
	config, err := ReadConfig(dir)
	if err != nil {
		return "", err
	}
	ctx := context.Background() // what is put on record stays there
	book, err := bookOf(ctx, dir, config)
	if err != nil {
		return "", err
	}
	e.Text = string(signed)
	if err := errors.Join(book.KeepEvent(ctx, e, at), book.Close()); err != nil {
		return "", err
	}
	return path, writeWhole(path, signed)
}

// accepting is the step by which an agreement becomes one of this node's.
func accepting(a *agreement.Agreement) ledger.Event {
	e := ledger.Event{Agreement: a.ID(), Name: a.Terms.Agreement, Step: "accept", By: []string{}}
	for _, member := range a.Terms.Signatories() {
		e.By = append(e.By, a.Signers(member)...)
	}
	return e
}
