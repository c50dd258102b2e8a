package agreement

import (
	"errors"
	"fmt"
)

// What callers act on. ErrMalformed and ErrBelowFloor are faults of the file;
// the others are refusals of an agreement that can be read.
var (
	// ErrMalformed: the file is not an agreement.
	ErrMalformed = errors.New("malformed agreement")
	// ErrBelowFloor: a rule is weaker than any agreement may make it.
	ErrBelowFloor = errors.New("rule beyond its limit")
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

// FieldError says where a file departs from the form of an agreement. It wraps
// ErrMalformed or ErrBelowFloor and never holds a member's key.
type FieldError struct {
	Line    int    // 1-based line in the file; 0 where no line is to blame
	Field   string // dotted path such as rules.min_group_size; may be empty
	Problem string // what is wrong and what to do, in one line
	Kind    error  // ErrMalformed or ErrBelowFloor
}

// Error is one line: where, then what.
func (e *FieldError) Error() string {
	where := "agreement"
	if e.Line > 0 {
		where = fmt.Sprintf("agreement, line %d", e.Line)
	}
	if e.Field != "" {
		where += ", " + e.Field
	}
	return where + ": " + e.Problem
}

// Unwrap gives ErrMalformed or ErrBelowFloor.
func (e *FieldError) Unwrap() error { return e.Kind }

func malformed(line int, field, format string, args ...any) error {
	return &FieldError{line, field, fmt.Sprintf(format, args...), ErrMalformed}
}
