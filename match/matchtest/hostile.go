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
	p := s.pair(seeded(t), 1, 40, 30)
	total := 0
	p.tap = func(_ match.Role, f sealed) []sealed { total++; return []sealed{f} }
	serial(&p)
	p.Run()
	for n := range total {
		for name, change := range alterations {
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
				check(t, p, a, b) // the last message's second copy meets nobody who listens
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
	for _, l := range lies {
		if _, spoken := s.p.Schemas(2)[l.kind]; !spoken {
			continue
		}
		t.Run(l.name, func(t *testing.T) { told += s.lie(t, l) })
	}
	if told == 0 {
		t.Error("no lie was told: the test tests nothing")
	}
}

// lie tells one lie, in the first message of its kind that B sends, if any.
func (s suite) lie(t *testing.T, l lie) (told int) {
	p := s.pair(seeded(t), 2, 60, 50)
	if !s.both() {
		p.LearnsA, p.LearnsB = l.toLearner, !l.toLearner
	}
	p.lie = func(from match.Role, f wire.Frame) []wire.Frame {
		if from != match.Responder || f.Kind != l.kind || told > 0 {
			return []wire.Frame{f}
		}
		told++
		f.Columns = slices.Clone(f.Columns)
		for i := range f.Columns {
			f.Columns[i] = bytes.Clone(f.Columns[i])
		}
		return l.tell(f)
	}
	a, _ := p.Run()
	if told > 0 && !slices.Contains(l.codes, match.Code(a.Err)) {
		t.Errorf("%v: code %s, want one of %v", a.Err, match.Code(a.Err), l.codes)
	}
	return told
}

// A lie is a message of a kind that breaks one rule, and the codes that name it.
type lie struct {
	name      string
	kind      wire.Kind
	toLearner bool // where one party learns: whether it is the one lied to
	codes     []string
	tell      func(wire.Frame) []wire.Frame
}

var lies = []lie{
	{"identity in SET", wire.KindSet, true, []string{"POINT"}, with(func(f *wire.Frame) { clear(f.Columns[0][:32]) })},
	{"identity at level 1", wire.KindSet, true, []string{"POINT"}, with(func(f *wire.Frame) { clear(f.Columns[1][:32]) })},
	{"non-canonical in SET", wire.KindSet, true, []string{"POINT"}, with(func(f *wire.Frame) { fill(f.Columns[0][len(f.Columns[0])-32:]) })},
	{"SET out of order", wire.KindSet, true, []string{"ORDER"}, with(func(f *wire.Frame) { swap(f, 32) })},
	{"row twice in SET", wire.KindSet, true, []string{"ORDER"}, with(func(f *wire.Frame) { copy(f.Columns[0][32:64], f.Columns[0]) })},
	{"element twice at level 1", wire.KindSet, true, []string{"ORDER"}, with(func(f *wire.Frame) { copy(f.Columns[1][32:64], f.Columns[1]) })},
	{"SET too short", wire.KindSet, true, []string{"COUNT"}, with(drop)},
	{"SET goes on", wire.KindSet, true, []string{"COUNT", "TURN"}, func(f wire.Frame) []wire.Frame { return []wire.Frame{f, f} }},
	{"empty frame", wire.KindSet, true, []string{"TURN"}, func(f wire.Frame) []wire.Frame {
		return []wire.Frame{{Kind: f.Kind, Columns: make([][]byte, len(f.Columns))}, f}
	}},
	{"another level", wire.KindTags, true, []string{"TURN"}, with(func(f *wire.Frame) { f.Level = 7 })},
	{"TAGS out of order", wire.KindTags, true, []string{"ORDER"}, with(func(f *wire.Frame) { swap(f, 16) })},
	{"TAGS too short", wire.KindTags, true, []string{"COUNT"}, with(drop)},
	{"segment out of range", wire.KindTags, true, []string{"COUNT"}, with(func(f *wire.Frame) { f.Columns[1][0] = 1 })},
	{"other commitment", wire.KindTagCommit, true, []string{"COMMIT"}, with(func(f *wire.Frame) { f.Columns[0][0] ^= 1 })},
	{"other salt", wire.KindTagOpen, true, []string{"COMMIT"}, with(func(f *wire.Frame) { f.Columns[0][0] ^= 1 })},
	{"tag twice", wire.KindTagsOrdered, true, []string{"COMMIT", "ORDER"}, with(func(f *wire.Frame) { copy(f.Columns[0][16:32], f.Columns[0]) })},
	{"other tags", wire.KindTagsOrdered, true, []string{"COMMIT"}, with(func(f *wire.Frame) { f.Columns[0][0] ^= 1 })},
	{"TAGS_ORDERED too short", wire.KindTagsOrdered, true, []string{"COUNT"}, with(drop)},
	{"other count commitment", wire.KindCountCommit, true, []string{"COMMIT"}, with(func(f *wire.Frame) { f.Columns[0][0] ^= 1 })},
	{"other count", wire.KindCount, true, []string{"COMMIT"}, with(func(f *wire.Frame) { f.Columns[3][0] ^= 1 })},
	{"proof of knowledge", wire.KindKeys, true, []string{"PROOF"}, with(func(f *wire.Frame) { f.Columns[1][40] ^= 1 })},
	{"key is the identity", wire.KindKeys, true, []string{"PROOF"}, with(func(f *wire.Frame) { clear(f.Columns[0]) })},
	{"evaluation", wire.KindEvalResp, true, []string{"PROOF"}, with(func(f *wire.Frame) { swap(f, 32) })},
	{"evaluation is the identity", wire.KindEvalResp, true, []string{"PROOF", "POINT"}, with(func(f *wire.Frame) { clear(f.Columns[0][:32]) })},
	{"proof of evaluation", wire.KindEvalProof, true, []string{"PROOF"}, with(func(f *wire.Frame) { f.Columns[0][0] ^= 1 })},
	{"directory out of order", wire.KindDirectory, true, []string{"ORDER"}, with(func(f *wire.Frame) { swap(f, 16) })},
	{"directory too short", wire.KindDirectory, true, []string{"COUNT"}, with(drop)},
	{"directory of another key", wire.KindDirectory, true, []string{"PROOF"}, with(shift)},
	{"identity in EVALREQ", wire.KindEvalReq, false, []string{"POINT"}, with(func(f *wire.Frame) { clear(f.Columns[0][:32]) })},
	{"EVALREQ out of order", wire.KindEvalReq, false, []string{"ORDER"}, with(func(f *wire.Frame) { swap(f, 32) })},
	{"EVALREQ too short", wire.KindEvalReq, false, []string{"COUNT"}, with(drop)},
}

// with makes a lie of a change to one frame.
func with(change func(*wire.Frame)) func(wire.Frame) []wire.Frame {
	return func(f wire.Frame) []wire.Frame {
		change(&f)
		return []wire.Frame{f}
	}
}

func fill(b []byte) {
	for i := range b {
		b[i] = 0xff
	}
}

// swap exchanges the first two values of the first column.
func swap(f *wire.Frame, width int) {
	c := f.Columns[0]
	first := bytes.Clone(c[:width])
	copy(c, c[width:2*width])
	copy(c[width:], first)
}

// drop leaves out the last row.
func drop(f *wire.Frame) {
	for i, c := range f.Columns {
		f.Columns[i] = c[:len(c)-len(c)/f.Rows]
	}
	f.Rows--
}

// shift alters every tag but keeps their order.
func shift(f *wire.Frame) {
	for i := 15; i < len(f.Columns[0]); i += 16 {
		f.Columns[0][i] ^= 1
	}
}
