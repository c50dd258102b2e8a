package ot

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"testing"

	"mandorla/crypto/gf128"
)

// A copied sender is one that can be asked what another would say.
func (s *Sender) copied() *Sender {
	c := &Sender{delta: s.delta, session: s.session, extensions: s.extensions, forest: s.forest}
	if s.chosen != nil {
		c.chosen = new([Count]gf128.Element)
		*c.chosen = *s.chosen
	}
	return c
}

// TestChangedMessages changes every byte of the first message, and of the second.
func TestChangedMessages(t *testing.T) {
	const n = 1
	r := rand.New(rand.NewPCG(2, 1))
	s, v := paired(r, testDelta)
	for range 2 {
		msg, _ := v.Extend([]uint64{1}, n)
		for at := 0; at < len(msg); at += everyByte {
			changed := bytes.Clone(msg)
			changed[at] ^= 1 << (at % 8)
			if _, err := s.copied().Extend(changed, n); !errors.Is(err, ErrCheck) {
				t.Fatalf("byte %d of %d is changed: %v", at, len(msg), err)
			}
		}
		if _, err := s.Extend(msg, n); err != nil {
			t.Fatal(err)
		}
	}
}

func TestLengths(t *testing.T) {
	s, v := paired(rand.New(rand.NewPCG(2, 2)), testDelta)
	msg, _ := v.Extend([]uint64{1, 2, 3}, 150)
	for _, n := range []int{0, 1, forestSize, len(msg) - 1} {
		if _, err := s.copied().Extend(msg[:n], 150); !errors.Is(err, ErrLength) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
	if _, err := s.copied().Extend(append(msg, 0), 150); !errors.Is(err, ErrLength) {
		t.Errorf("a byte too many: %v", err)
	}
	if _, err := s.copied().Extend(msg, 129); !errors.Is(err, ErrCheck) {
		t.Errorf("fewer OTs than the receiver made: %v", err)
	}
}

// TestOrder: an extension cannot be left out, come twice or come to another session.
func TestOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 3))
	s, v := paired(r, testDelta)
	extended(t, r, s, v, testDelta, 5)
	one, _ := v.Extend([]uint64{1}, 5)
	two, _ := v.Extend([]uint64{1}, 5)
	if _, err := s.copied().Extend(two, 5); !errors.Is(err, ErrCheck) {
		t.Errorf("an extension is left out: %v", err)
	}
	after := s.copied()
	if _, err := after.Extend(one, 5); err != nil {
		t.Fatal(err)
	}
	if _, err := after.Extend(one, 5); !errors.Is(err, ErrCheck) {
		t.Errorf("an extension comes twice: %v", err)
	}
	if _, err := after.Extend(two, 5); !errors.Is(err, ErrSpent) {
		t.Errorf("a sender outlives a failed check: %v", err)
	}
}

func TestSessionOfExtension(t *testing.T) {
	chosen, pairs := dealt(t, testDelta)
	msg, _ := NewReceiver([32]byte{8}, pairs).Extend(nil, 0)
	if _, err := NewSender(testSID, testDelta, chosen).Extend(msg, 0); !errors.Is(err, ErrCheck) {
		t.Errorf("an extension crosses sessions: %v", err)
	}
}

// cheat is a receiver that flips choice 0 for one tree alone, and bets on the four
// bits of delta there.
func (r *Receiver) cheat(choices []uint64, n, tree int, bet uint64) []byte {
	x := chosenBlocks(choices, n)
	hidden, v := r.spread(x)
	hidden[tree*len(hidden)/trees] ^= 1
	flip := make([]gf128.Element, len(x))
	flip[0] = gf128.One
	var bits gf128.Element
	if depth*tree < 64 {
		bits.Lo = bet << (depth * tree)
	} else {
		bits.Hi = bet << (depth*tree - 64)
	}
	c := challenged(r.session, r.extensions, n, hidden)
	sum := c.of(x)
	columns := c.digestOf(v, bits, c.of(flip), r.session, r.extensions)
	msg := append(bytes.Clone(r.trees), hidden...)
	return append(sum.Append(msg), columns[:]...)
}

// TestChoicesThatDiffer: of sixteen bets on four bits of delta one is right, and
// every other is found out: the probability is 15/16 for one tree.
func TestChoicesThatDiffer(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 4))
	for _, tree := range []int{0, 7, 15, 16, 31} {
		delta := random(r)
		s, v := paired(r, delta)
		passed := 0
		for bet := range uint64(leaves) {
			msg := v.cheat([]uint64{5}, 64, tree, bet)
			_, err := s.copied().Extend(msg, 64)
			right := true
			for b := range depth {
				right = right && bet>>b&1 == delta.Bit(depth*tree+b)
			}
			if right != (err == nil) || err != nil && !errors.Is(err, ErrCheck) {
				t.Errorf("tree %d: a bet (right: %v) gives %v", tree, right, err)
			}
			if err == nil {
				passed++
			}
		}
		if passed != 1 {
			t.Errorf("tree %d: %d of 16 bets pass, want 1", tree, passed)
		}
	}
}

// TestTreesThatDiffer: a receiver that spoils the sum of one side of a level, and
// says so in all that follows, bets on one bit of delta.
func TestTreesThatDiffer(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 5))
	for range 4 {
		delta := random(r)
		for level := 1; level < depth; level++ {
			for side := range 2 {
				s, v := paired(r, delta)
				o := oracle(s.session)
				const i = 9
				v.trees[i*treeSize+(2*(level-1)+side)*gf128.Size] ^= 4
				v.session = digest(useTrees, o[:], v.trees)
				msg, ts := v.Extend([]uint64{3}, 2)
				q, err := s.Extend(msg, 2)
				// The sender takes the sum of the side that is not its bit's.
				if met := delta.Bit(levelOT(i, level)) != uint64(side); met != errors.Is(err, ErrCheck) {
					t.Errorf("level %d, side %d: met is %v, and the check says %v", level, side, met, err)
				}
				if err == nil {
					correlated(t, delta, q, ts, []uint64{3}, 2)
				}
			}
		}
	}
}

// TestTagsThatDiffer: a digest that does not fit the leaves, or a sum that does not
// fit the digest, is found out whatever delta is.
func TestTagsThatDiffer(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 6))
	for _, at := range []int{treeSums, treeSize - 1, forestSize - 1} {
		s, v := paired(r, random(r))
		o := oracle(s.session)
		v.trees[at] ^= 1
		v.session = digest(useTrees, o[:], v.trees)
		msg, _ := v.Extend(nil, 0)
		if _, err := s.Extend(msg, 0); !errors.Is(err, ErrCheck) {
			t.Errorf("byte %d: %v", at, err)
		}
	}
}

// TestLinear: the challenge maps sums to sums, and the last block to itself.
func TestLinear(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 7))
	const n = 700
	c := challenged([32]byte{1}, 2, n, []byte{3})
	a, b, sum := make([]gf128.Element, blocksOf(n)), make([]gf128.Element, blocksOf(n)), make([]gf128.Element, blocksOf(n))
	for k := range a {
		a[k], b[k] = random(r), random(r)
		sum[k] = a[k].Add(b[k])
	}
	if c.of(sum) != c.of(a).Add(c.of(b)) {
		t.Error("not linear")
	}
	last := make([]gf128.Element, blocksOf(n))
	last[len(last)-1] = testDelta
	if c.of(last) != testDelta {
		t.Error("the last block does not hide the others")
	}
}

// TestChallengeIsOfEverything changes each thing that a challenge depends on.
func TestChallengeIsOfEverything(t *testing.T) {
	const n = 128
	base := challenged([32]byte{1}, 2, n, []byte{3})
	for name, c := range map[string]challenge{
		"session":   challenged([32]byte{9}, 2, n, []byte{3}),
		"extension": challenged([32]byte{1}, 3, n, []byte{3}),
		"number":    challenged([32]byte{1}, 2, n-1, []byte{3}),
		"message":   challenged([32]byte{1}, 2, n, []byte{4}),
	} {
		if c[0] == base[0] {
			t.Errorf("the challenge does not depend on the %s", name)
		}
	}
}
