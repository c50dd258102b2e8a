package matchtest

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"mandorla/match"
	"mandorla/match/wire"
)

// altered lets a carrier change each message of a run in several ways: both
// parties have to notice, and neither may be left waiting.
func (s suite) altered(t *testing.T) {
	p := s.pair(Seeded(t), 1, s.rows(40), s.rows(30))
	total := 0
	p.tap = func(_ match.Role, f sealed) []sealed { total++; return []sealed{f} }
	serial(&p)
	p.Run()
	step := s.every()
	if testing.Short() {
		step *= 5 // some messages of each kind
	}
	for n := 0; n < total; n += step {
		for name, change := range alterations {
			if s.cells && name != "value" && name != "last" {
				continue // the carrier's other ways are those of exact runs
			}
			seen := 0
			p.tap = func(_ match.Role, f sealed) []sealed {
				seen++
				if seen != n+1 {
					return []sealed{f}
				}
				return change(f)
			}
			serial(&p)
			a, b := p.Run()
			if name == "replayed" && a.Err == nil && b.Err == nil {
				s.check(t, p, a, b) // the last message's second copy meets nobody who listens
				continue
			}
			if errors.Is(a.Err, errHang) || (a.Err == nil && b.Err == nil) {
				t.Fatalf("message %d of %d, %s: %v; %v", n, total, name, a.Err, b.Err)
			}
			if code := worst(a.Err, b.Err); code != "FRAME" {
				t.Fatalf("message %d of %d, %s: code %s", n, total, name, code)
			}
		}
	}
}

// serial makes the tap safe for the two parties' goroutines.
func serial(p *Pair) {
	tap, turn := p.tap, make(chan struct{}, 1)
	p.tap = func(from match.Role, f sealed) []sealed {
		turn <- struct{}{}
		defer func() { <-turn }()
		return tap(from, f)
	}
}

// worst is the code of the error that is no mere consequence of the other.
func worst(errs ...error) string {
	for _, err := range errs {
		if err != nil && match.Code(err) != "CANCELLED" {
			return match.Code(err)
		}
	}
	return match.Code(errors.Join(errs...))
}

// alterations are what a carrier may do to a message.
var alterations = map[string]func(sealed) []sealed{
	"kind":        func(f sealed) []sealed { return []sealed{flip(f, 1)} },
	"level":       func(f sealed) []sealed { return []sealed{flip(f, 2)} },
	"last":        func(f sealed) []sealed { return []sealed{flip(f, 4)} },
	"seq":         func(f sealed) []sealed { return []sealed{flip(f, 8)} },
	"rows":        func(f sealed) []sealed { return []sealed{flip(f, 16)} },
	"sid":         func(f sealed) []sealed { return []sealed{flip(f, 17)} },
	"digest":      func(f sealed) []sealed { return []sealed{flip(f, 49)} },
	"transcript":  func(f sealed) []sealed { return []sealed{flip(f, 81)} },
	"signature":   func(f sealed) []sealed { return []sealed{flip(f, wire.ManifestSize-1)} },
	"truncated":   func(f sealed) []sealed { return []sealed{{f.manifest[:len(f.manifest)-1], f.columns}} },
	"replayed":    func(f sealed) []sealed { return []sealed{f, f} },
	"no columns":  func(f sealed) []sealed { return []sealed{{f.manifest, nil}} },
	"long column": func(f sealed) []sealed { return []sealed{{f.manifest, lengthen(f.columns)}} },
	"value":       func(f sealed) []sealed { return []sealed{{f.manifest, flipColumn(f.columns)}} },
}

func flip(f sealed, at int) sealed {
	m := bytes.Clone(f.manifest)
	m[at] ^= 1
	return sealed{m, f.columns}
}

func lengthen(columns [][]byte) [][]byte {
	out := slices.Clone(columns)
	out[0] = append(bytes.Clone(out[0]), 0)
	return out
}

func flipColumn(columns [][]byte) [][]byte {
	out := slices.Clone(columns)
	last := len(out) - 1
	if len(out[last]) == 0 {
		return append(out, nil)
	}
	out[last] = bytes.Clone(out[last])
	out[last][len(out[last])-1] ^= 1
	return out
}

// lies lets B, with a good signature, send what the protocol forbids: A has to
// refuse with the code that names the check.
func (s suite) lies(t *testing.T) {
	told := 0
	ofA, ofB := s.p.Frames(s.deceived(t, true).config([32]byte{}, match.Initiator))
	spoken := map[match.Role]wire.Schemas{match.Initiator: ofA, match.Responder: ofB}
	for _, l := range slices.Concat(lies, cellLies) {
		for _, liar := range s.liars() {
			if schema, ok := spoken[liar][l.kind]; !ok || len(schema) < l.columns || (s.sells() && l.name == anyNumber) {
				continue
			}
			t.Run(l.name+" from "+liar.String(), func(t *testing.T) { told += s.lie(t, l, liar) })
		}
	}
	if told == 0 {
		t.Error("no lie was told: the test tests nothing")
	}
}

// deceived is the run in which lies are told, to the learner or to the other.
func (s suite) deceived(t *testing.T, learner bool) Pair {
	r := Seeded(t)
	p := s.pair(r, 2, s.rows(60), s.rows(50))
	if !s.both() {
		p.LearnsA, p.LearnsB = learner, !learner
	}
	if s.sells() {
		p.CapA, p.CapB = p.CapA+20, p.CapB+20
		p.sell()
	}
	if !s.cells {
		return p
	}
	shape := s.shape(r, 2)
	if s.p.Analysis == "aggregate" && s.both() {
		shape = Shape{KA: 2, KB: 2, VA: 1, VB: 2, S: 1}
	}
	p.cells(r, shape)
	p.Cells.Gate = Release(-1 << 40)
	return p
}

// lie tells one lie, in the first message of its kind that the liar sends, if any.
func (s suite) lie(t *testing.T, l lie, liar match.Role) (told int) {
	p := s.deceived(t, l.toLearner)
	p.lie = func(from match.Role, f wire.Frame) []wire.Frame {
		if from != liar || f.Kind != l.kind || told > 0 {
			return []wire.Frame{f}
		}
		told++
		f.Columns = slices.Clone(f.Columns)
		for i := range f.Columns {
			f.Columns[i] = bytes.Clone(f.Columns[i])
		}
		return l.tell(f)
	}
	deceived, other := p.Run()
	if liar == match.Initiator {
		deceived = other
	}
	if told == 0 && s.both() {
		t.Error("the lie was not told")
	}
	if told > 0 && !slices.Contains(l.codes, match.Code(deceived.Err)) {
		t.Errorf("%v: code %s, want one of %v", deceived.Err, match.Code(deceived.Err), l.codes)
	}
	return told
}

// liars are the sides that may lie: either where both do the same, the one that
// answers where they do not.
func (s suite) liars() []match.Role {
	if s.both() {
		return []match.Role{match.Responder, match.Initiator}
	}
	return []match.Role{match.Responder}
}
