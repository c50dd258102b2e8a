package strict

import (
	"errors"
	"fmt"
)

// Kinds of a [FieldError].
var (
	// ErrMalformed: the file is not of its form.
	ErrMalformed = errors.New("malformed")
	// ErrBelowFloor: a rule is weaker than any file may make it.
	ErrBelowFloor = errors.New("rule beyond its limit")
)

// FieldError says where a file departs from its form. It wraps ErrMalformed or
// ErrBelowFloor and never holds a member's key.
type FieldError struct {
	File    string // what kind of file: agreement, policy.yaml, …
	Line    int    // 1-based line in the file; 0 where no line is to blame
	Field   string // dotted path such as rules.min_group_size; may be empty
	Problem string // what is wrong and what to do, in one line
	Kind    error  // ErrMalformed or ErrBelowFloor
}

// Error is one line: where, then what.
func (e *FieldError) Error() string {
	where := e.File
	if e.Line > 0 {
		where = fmt.Sprintf("%s, line %d", e.File, e.Line)
	}
	if e.Field != "" {
		where += ", " + e.Field
	}
	return where + ": " + e.Problem
}

// Unwrap gives ErrMalformed or ErrBelowFloor.
func (e *FieldError) Unwrap() error { return e.Kind }

// Malformed makes an error of a file at a line.
func Malformed(file string, line int, field, format string, args ...any) error {
	return &FieldError{file, line, field, fmt.Sprintf(format, args...), ErrMalformed}
}
