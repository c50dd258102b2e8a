package matchtest

import (
	"bytes"
	"errors"
	"testing"

	"mandorla/match"
	"mandorla/match/wire"
)

// everyByte records a run and changes each byte of each message in turn: the
// link refuses it as a frame, whatever it was, and is none the worse for it.
func (s suite) everyByte(t *testing.T) {
	p := s.pair(Seeded(t), 2, 12, 9)
	recorded := map[match.Role][]sealed{}
	p.tap = func(from match.Role, f sealed) []sealed {
		recorded[from] = append(recorded[from], clone(f))
		return []sealed{f}
	}
	serial(&p)
	a, b := p.Run()
	s.check(t, p, a, b)
	sid := [32]byte{1, 2, 3}
	left, right := links(sid, p.Protocol, p.config(sid, match.Initiator), p.config(sid, match.Responder))
	for from, end := range map[match.Role]*pipe{match.Initiator: right, match.Responder: left} {
		for _, message := range recorded[from] {
			eachByte(message, func() { refuse(t, end.opener, message) })
			if _, err := open(end.opener, message); err != nil {
				t.Fatalf("the message as it was: %v", err)
			}
		}
	}
}

// eachByte changes every byte of a message, one at a time, and changes it back;
// of a long column it takes some hundreds, spread over it.
func eachByte(s sealed, do func()) {
	for _, part := range append([][]byte{s.manifest}, s.columns...) {
		for i := 0; i < len(part); i += max(1, len(part)/700) {
			part[i] ^= 0x40
			do()
			part[i] ^= 0x40
		}
	}
}

func refuse(t *testing.T, o *wire.Opener, s sealed) {
	if _, err := open(o, s); !errors.Is(err, wire.ErrFrame) {
		t.Fatalf("an altered message: %v", err)
	}
}

func open(o *wire.Opener, s sealed) (wire.Frame, error) {
	return o.Open(s.manifest, func(wire.Schema, int) ([][]byte, error) { return s.columns, nil })
}

func clone(s sealed) sealed {
	out := sealed{manifest: bytes.Clone(s.manifest)}
	for _, c := range s.columns {
		out.columns = append(out.columns, bytes.Clone(c))
	}
	return out
}
