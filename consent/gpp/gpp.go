// Package gpp decodes the strings of the IAB Global Privacy Platform, version
// 1: a header that lists sections, and a section for each law that may apply
// to a person. All sections up to 27 are known, and the US privacy string that
// came before them. The format is described in the public repository
// InteractiveAdvertisingBureau/Global-Privacy-Platform; every table here names
// its page there.
//
// It is strict: what does not decode is an error, and an error means no. It
// writes no strings, and which section applies to whom is not its affair.
package gpp

import (
	"bytes"
	"errors"

	"mandorla/consent/bits"
)

// What is wrong with a string or a section.
var (
	ErrTooLong   = errors.New("gpp: longer than any consent string")
	ErrHeader    = errors.New("gpp: no readable header")
	ErrVersion   = errors.New("gpp: unknown version of the header")
	ErrSections  = errors.New("gpp: other sections than the header lists")
	ErrMalformed = errors.New("gpp: the section does not decode")
	ErrUnknown   = errors.New("gpp: no such section is known here")
)

// The sections with an encoding of their own, and the last section known.
const (
	Europe  = 2 // a TC string
	Privacy = 6 // a US privacy string
	Last    = 27
)

const (
	maxLength  = 1 << 16 // of a string, in letters
	mostListed = Last    // sections in a header: as many as are known
)

// A Section is one section of a string, lent from it.
type Section struct {
	ID   int
	Body []byte
}

// A String is a string's sections.
type String struct {
	n        int
	sections [mostListed]Section
}

// Len is how many sections there are.
func (s *String) Len() int { return s.n }

// Section is section i of them, in the order of the header.
func (s *String) Section(i int) Section { return s.sections[i] }

// Parse cuts a string into its sections. It does not look into them, but where
// there are more than it knows, it says so with [ErrUnknown].
func Parse(text []byte) (String, error) {
	var s String
	if len(text) > maxLength {
		return s, ErrTooLong
	}
	header, rest, more := bytes.Cut(text, []byte{'~'})
	err := s.header(header)
	for i := 0; i < s.n && err == nil; i++ {
		if !more {
			err = ErrSections
			break
		}
		s.sections[i].Body, rest, more = bytes.Cut(rest, []byte{'~'})
	}
	if err == nil && more {
		err = ErrSections
	}
	if err != nil {
		return String{}, err
	}
	return s, nil
}

// header reads the header: its type, its version and the list of sections
// (Core/Consent String Specification.md, "Header Encoding").
func (s *String) header(text []byte) error {
	r := bits.New(text)
	if kind := r.Int(6); kind != 3 || r.Bad() {
		return ErrHeader
	}
	if version := r.Int(6); version != 1 || r.Bad() {
		return ErrVersion
	}
	var ids list
	n, err := readIDs(&r, &ids)
	if err != nil {
		return err
	}
	if !r.Zero() {
		return ErrHeader
	}
	for i, id := range ids[:n] {
		s.sections[i].ID = id
	}
	s.n = n
	return nil
}

// A list is as many numbers of sections as can be known, and no more.
type list [mostListed]int

// readIDs reads a Range(Fibonacci): numbers in rising order, each by its
// distance from the one before, singly or as the start of a group.
func readIDs(r *bits.Reader, ids *list) (n int, err error) {
	last := 0
	for range r.Int(12) {
		group := r.Bool()
		first := last + r.Fibonacci()
		last = first
		if group {
			last += r.Fibonacci()
		}
		if r.Bad() {
			return 0, ErrHeader
		}
		if n+1+last-first > len(ids) { // rising numbers: the last is beyond what is known
			return 0, ErrUnknown
		}
		for id := first; id <= last; id++ {
			ids[n] = id
			n++
		}
	}
	if r.Bad() {
		return 0, ErrHeader
	}
	return n, nil
}
