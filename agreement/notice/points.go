package notice

import (
	"errors"
	"fmt"
	"slices"
)

// What callers act on.
var (
	// ErrMissing: the law asks for something that nobody has said yet. It is wrapped
	// by a [*MissingError].
	ErrMissing = errors.New("a point is missing")
	// ErrProcessor: this member works for the other, whose notice it is to write.
	ErrProcessor = errors.New("this member works for the other side, which writes the notice")
	// ErrLanguage: there are no texts in that language.
	ErrLanguage = errors.New("unknown language; use en or de")
)

// MissingError names the first point that is missing.
type MissingError struct {
	Point string // what has to be said
	Law   string // which article asks for it
	Where string // the key that says it
}

// Error says what is missing, by which law, and where to write it.
func (e *MissingError) Error() string {
	return fmt.Sprintf("%v: %s (GDPR %s); fill in %s", ErrMissing, e.Point, e.Law, e.Where)
}

// Unwrap is ErrMissing.
func (e *MissingError) Unwrap() error { return ErrMissing }

// Check fails with the first point, a [*MissingError], that a notice in a language
// still needs.
func Check(f Facts, language string) error {
	if !known(language) {
		return ErrLanguage
	}
	if f.Sharing.Processor {
		return ErrProcessor
	}
	return firstMissing(points, f, language)
}

// CheckRecord is [Check] for the record of processing activities.
func CheckRecord(f Facts, language string) error {
	if !known(language) {
		return ErrLanguage
	}
	return firstMissing(asked(f.Sharing.Processor), f, language)
}

// asked lists what Art. 30 asks of a controller, or of a processor.
func asked(processor bool) []point {
	all := slices.Concat(points, recordPoints)
	if !processor {
		return all
	}
	return slices.DeleteFunc(all, func(p point) bool { return !p.processor })
}

// known reports whether there are texts in a language.
func known(language string) bool { return language == English || language == German }

func firstMissing(all []point, f Facts, language string) error {
	for _, p := range all {
		if !p.said(f, language) {
			return &MissingError{p.point, p.law, p.where}
		}
	}
	return nil
}
