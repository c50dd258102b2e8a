package vole

import (
	"errors"
	"testing"

	"mandorla/crypto/gf128"
)

// together is both sides after their hellos.
func together(t testing.TB) (*Sender, *Receiver) {
	t.Helper()
	s, r := NewSender([32]byte{9}), NewReceiver([32]byte{9})
	reply, err := r.Hello(s.Hello())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Begin(reply); err != nil {
		t.Fatal(err)
	}
	return s, r
}

// cheat is a chunk of a sender that changes its corrections, and then keeps to the
// protocol with those.
func (s *Sender) cheat(q []gf128.Element, change func(corrections []byte)) []byte {
	var corrections []byte
	h, out := newHashes(&s.log), s.out.grow()
	for i := range slabs {
		corrections = h.grow(slabOf(out, s.parity, i), corrections, i*batch, s.delta,
			q[i*slabTransfers:(i+1)*slabTransfers], s.held[i*batch:(i+1)*batch])
	}
	change(corrections)
	s.log.absorb("trees", corrections)
	s.fold.start(s.log.challenge())
	s.fold.add(out[:])
	s.fold.add(s.parity[:])
	s.sums = append(s.sums, s.fold.sum.Add(s.held[trees]))
	return corrections
}

// A sender that lies in one correction is found out, whichever it is, but for a
// pad of the last level that the receiver does not open: there the lie is a bet on
// one turn of one path, which is the leakage that the package admits to.
func TestCheatingSender(t *testing.T) {
	const tree, in = 5, 3 // of slab 3
	for level := 0; level < depth+2; level += thorough {
		s, r := together(t)
		q, err := s.cots.Extend(r.Ask(1), transfers(1, true))
		if err != nil {
			t.Fatal(err)
		}
		s.log = r.log
		s.held = pack(q[:heldTransfers])
		corrections := s.cheat(q[heldTransfers:], func(c []byte) {
			c[in*slabCorrections+(level*batch+tree)*gf128.Size] ^= 1
		})
		s.turn = confirm
		path := pathsOf(r.choices, in*slabTransfers)[tree]
		last := int(path>>(depth-1)) + depth - 1 // the pad that the receiver opens
		check, err := r.Expand(corrections)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := s.Confirm(check)
		if err != nil {
			t.Fatal(err)
		}
		bet := (level == depth-1 || level == depth) && level != last
		switch err := r.Accept(answer); {
		case bet && err != nil:
			t.Errorf("correction %d: a bet that is won fails: %v", level, err)
		case !bet && !errors.Is(err, ErrCheck):
			t.Errorf("correction %d: the lie passes: %v", level, err)
		}
	}
}

// A receiver that lies in its check gets no answer that fits.
func TestCheatingReceiver(t *testing.T) {
	s, r := together(t)
	trees, err := s.Expand(r.Ask(1), 1)
	if err != nil {
		t.Fatal(err)
	}
	check, err := r.Expand(trees)
	if err != nil {
		t.Fatal(err)
	}
	check[0] ^= 1
	s.log, r.log = transcript{}, transcript{}
	answer, err := s.Confirm(check)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Accept(answer); !errors.Is(err, ErrCheck) {
		t.Error("a wrong check passes")
	}
}

// The transcript tells everything apart that was said in another way.
func TestTranscript(t *testing.T) {
	seen := map[[32]byte]string{}
	note := func(name string, h [32]byte) {
		t.Helper()
		if other, ok := seen[h]; ok {
			t.Errorf("%s is the same as %s", name, other)
		}
		seen[h] = name
	}
	start := newTranscript([32]byte{1})
	note("start", start)
	note("another session", newTranscript([32]byte{2}))
	for _, said := range [][2]string{{"ask", ""}, {"ask", "a"}, {"aska", ""}, {"as", "ka"}, {"trees", "a"}} {
		h := start
		h.absorb(said[0], []byte(said[1]))
		note(said[0]+"/"+said[1], h)
		note("key of "+said[0]+"/"+said[1], h.draw("inner"))
	}
	note("key", start.draw("ask"))
	note("another key", start.draw("inner"))
}

// What is left behind does not hold secrets, and memory is used again.
func TestQueue(t *testing.T) {
	var q queue
	first := q.grow()
	first[0] = gf128.One
	if q.available() != 0 {
		t.Error("outputs are there before they are confirmed")
	}
	q.confirm()
	q.next(make([]gf128.Element, Usable))
	if !first[0].IsZero() {
		t.Error("a used output is still in memory")
	}
	if q.grow() != first {
		t.Error("memory is not used again")
	}
	first[1] = gf128.One
	q.wipe()
	if !first[1].IsZero() || q.available() != 0 {
		t.Error("outputs are there after they were wiped")
	}
}
