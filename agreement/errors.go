package agreement

import (
	"errors"

	"mandorla/agreement/strict"
)

// What callers act on. ErrMalformed and ErrBelowFloor are faults of the file;
// the others are refusals of an agreement that can be read.
var (
	// ErrMalformed: the file is not an agreement.
	ErrMalformed = strict.ErrMalformed
	// ErrBelowFloor: a rule is weaker than any agreement may make it.
	ErrBelowFloor = strict.ErrBelowFloor
	// ErrNotMember: the name or key is no member's.
	ErrNotMember = errors.New("not a member of this agreement")
	// ErrNotSigned: a member's signature is missing.
	ErrNotSigned = errors.New("not signed by every member")
	// ErrSignature: a signature is broken, or no member's.
	ErrSignature = errors.New("bad signature")
	// ErrNotInForce: today is outside the agreed days.
	ErrNotInForce = errors.New("not in force")
	// ErrNotPermitted: the terms do not allow the analysis.
	ErrNotPermitted = errors.New("not permitted by the agreement")
	// ErrNotOffered: the terms allow it, but this version cannot run it.
	ErrNotOffered = errors.New("not offered by this version")
)

// FieldError says where a file departs from its form. It wraps ErrMalformed or
// ErrBelowFloor and never holds a member's key.
type FieldError = strict.FieldError

// fileName is what errors call this kind of file.
const fileName = "agreement"

func malformed(line int, field, format string, args ...any) error {
	return strict.Malformed(fileName, line, field, format, args...)
}
