package ledger

import (
	"errors"
	"fmt"
)

// ErrAltered is a book, a receipt or a file that is not what was written.
var ErrAltered = errors.New("ledger: altered after it was written")

// A Fault is the first place where something is not what was written. It is an
// [ErrAltered].
type Fault struct {
	Place string // record 7, entry 3, a file
	Why   string
}

// Error says where, and why.
func (f *Fault) Error() string {
	return fmt.Sprintf("%v: %s %s; keep it for the inquiry, and restore a backup that verifies", ErrAltered, f.Place, f.Why)
}

// Unwrap makes a fault an [ErrAltered].
func (f *Fault) Unwrap() error { return ErrAltered }

func recordFault(place int64, why string) error {
	return &Fault{fmt.Sprintf("record %d", place), why}
}

func entryFault(place int64, why string) error {
	return &Fault{fmt.Sprintf("entry %d", place), why}
}
