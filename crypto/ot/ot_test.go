package ot

import (
	"errors"
	"fmt"
	"math/bits"
	"math/rand/v2"
	"strings"
	"testing"

	"mandorla/crypto/gf128"
)

var (
	testSID   = [32]byte{1, 2, 3}
	testDelta = gf128.Element{Lo: 0x0123456789abcdef, Hi: 0xfedcba9876543210}
)

// dealt are both ends of base OTs.
func dealt(t testing.TB, delta gf128.Element) (*Chosen, *Pairs) {
	t.Helper()
	c := NewChooser(testSID, delta)
	reply, pairs, err := Offer(testSID, c.Points())
	if err != nil {
		t.Fatal(err)
	}
	chosen, err := c.Seeds(reply)
	if err != nil {
		t.Fatal(err)
	}
	return chosen, pairs
}

// paired are both ends of an extension, without base OTs to pay for.
func paired(r *rand.Rand, delta gf128.Element) (*Sender, *Receiver) {
	pairs := &Pairs{seeds: new([Count][2]gf128.Element)}
	chosen := &Chosen{seeds: new([Count]gf128.Element)}
	for i := range pairs.seeds {
		pairs.seeds[i] = [2]gf128.Element{random(r), random(r)}
		chosen.seeds[i] = pairs.seeds[i][delta.Bit(i)]
	}
	return NewSender(testSID, delta, chosen), NewReceiver(testSID, pairs)
}

func random(r *rand.Rand) gf128.Element { return gf128.Element{Lo: r.Uint64(), Hi: r.Uint64()} }

func randomChoices(r *rand.Rand, n int) []uint64 {
	x := make([]uint64, (n+63)/64)
	for i := range x {
		x[i] = r.Uint64()
	}
	return x
}

// correlated checks t[i] = q[i] + x[i]·delta.
func correlated(t testing.TB, delta gf128.Element, q, ts []gf128.Element, x []uint64, n int) {
	t.Helper()
	if len(q) != n || len(ts) != n {
		t.Fatalf("%d and %d OTs, want %d", len(q), len(ts), n)
	}
	for i := range q {
		if want := q[i].Add(masked(delta, -(x[i/64] >> (i % 64) & 1))); ts[i] != want {
			t.Fatalf("OT %d of %d is not correlated", i, n)
		}
	}
}

func extended(t testing.TB, r *rand.Rand, s *Sender, v *Receiver, delta gf128.Element, n int) (q []gf128.Element) {
	t.Helper()
	x := randomChoices(r, n)
	size := v.MessageSize(n)
	msg, ts := v.Extend(x, n)
	if len(msg) != size {
		t.Fatalf("a message of %d bytes, said to have %d", len(msg), size)
	}
	if len(msg) != s.MessageSize(n) {
		t.Fatalf("a message of %d bytes, the sender expects %d", len(msg), s.MessageSize(n))
	}
	q, err := s.Extend(msg, n)
	if err != nil {
		t.Fatal(err)
	}
	correlated(t, delta, q, ts, x, n)
	return q
}

func TestWholeProtocol(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, delta := range []gf128.Element{testDelta, {}, {Lo: ^uint64(0), Hi: ^uint64(0)}, random(r)} {
		chosen, pairs := dealt(t, delta)
		s, v := NewSender(testSID, delta, chosen), NewReceiver(testSID, pairs)
		for _, n := range []int{7, 0, 300} {
			extended(t, r, s, v, delta, n)
		}
	}
}

func TestExtend(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, 7, 63, 64, 65, 127, 128, 129, 2560, 16384, 100000} {
		delta := random(r)
		s, v := paired(r, delta)
		extended(t, r, s, v, delta, n)
		extended(t, r, s, v, delta, n)
	}
}

// TestMessageSizes: 4 bytes an OT, 512 for the rows that hide and 48 for the check.
func TestMessageSizes(t *testing.T) {
	s, v := paired(rand.New(rand.NewPCG(1, 3)), testDelta)
	if got, want := v.MessageSize(2560), 4128+4*2560+512+48; got != want || s.MessageSize(2560) != want {
		t.Errorf("the first message has %d bytes, want %d", got, want)
	}
	extended(t, rand.New(rand.NewPCG(1, 4)), s, v, testDelta, 1)
	if got, want := v.MessageSize(2560), 4*2560+512+48; got != want || s.MessageSize(2560) != want {
		t.Errorf("the next message has %d bytes, want %d", got, want)
	}
}

// TestExtensionsDiffer: with the same choices, each extension is of other streams.
func TestExtensionsDiffer(t *testing.T) {
	_, v := paired(rand.New(rand.NewPCG(1, 5)), testDelta)
	const n = 1000
	_, one := v.Extend(make([]uint64, n), n)
	_, two := v.Extend(make([]uint64, n), n)
	seen := map[gf128.Element]bool{}
	for _, e := range append(one, two...) {
		if seen[e] {
			t.Fatal("a string comes twice")
		}
		seen[e] = true
	}
}

// TestBalanced: of the bits of q, of t and of what hides the choices, half are one,
// within six standard deviations.
func TestBalanced(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 6))
	s, v := paired(r, testDelta)
	const n = 1000
	msg, ts := v.Extend(make([]uint64, n), n)
	q, err := s.Extend(msg, n)
	if err != nil {
		t.Fatal(err)
	}
	ones := func(e []gf128.Element) (sum int) {
		for _, x := range e {
			sum += bits.OnesCount64(x.Lo) + bits.OnesCount64(x.Hi)
		}
		return sum
	}
	hidden := make([]gf128.Element, trees*blocksOf(n))
	for i := range hidden {
		hidden[i] = gf128.FromBytes(msg[forestSize+16*i:])
	}
	for _, e := range [][]gf128.Element{q, ts, hidden} {
		if got := ones(e) - 64*len(e); got*got > 36*32*len(e) {
			t.Errorf("%d ones too many in %d bits", got, 128*len(e))
		}
	}
}

// TestChoicesBeyond: bits after the n-th change nothing.
func TestChoicesBeyond(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 7))
	for _, n := range []int{1, 63, 65, 130} {
		x := randomChoices(r, n)
		blocks := chosenBlocks(x, n)
		x[len(x)-1] ^= ^uint64(0) << (n % 64)
		again := chosenBlocks(x, n)
		for k := range len(blocks) - 1 {
			if blocks[k] != again[k] {
				t.Errorf("%d choices depend on bits beyond them", n)
			}
		}
	}
}

// TestHiding: what hides the choices is drawn anew for each extension.
func TestHiding(t *testing.T) {
	one, two := chosenBlocks(nil, 0), chosenBlocks(nil, 0)
	if one[0] == two[0] || one[0].IsZero() {
		t.Error("the choices are not hidden")
	}
}

func TestSpent(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 8))
	c := NewChooser(testSID, testDelta)
	reply, pairs, err := Offer(testSID, c.Points())
	if err != nil {
		t.Fatal(err)
	}
	chosen, err := c.Seeds(reply)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Seeds(reply); !errors.Is(err, ErrSpent) {
		t.Errorf("a chooser answers twice: %v", err)
	}
	s, v := NewSender(testSID, testDelta, chosen), NewReceiver(testSID, pairs)
	extended(t, r, s, v, testDelta, 10)
	if msg, _ := NewReceiver(testSID, pairs).Extend(nil, 0); msg != nil {
		t.Error("pairs are used twice")
	}
	if _, err := NewSender(testSID, testDelta, chosen).Extend(nil, 0); !errors.Is(err, ErrSpent) {
		t.Errorf("seeds are used twice: %v", err)
	}
	v.Wipe()
	if msg, _ := v.Extend(nil, 0); msg != nil {
		t.Error("a wiped receiver goes on")
	}
	s.Wipe()
	if _, err := s.Extend(make([]byte, s.MessageSize(0)), 0); !errors.Is(err, ErrSpent) {
		t.Errorf("a wiped sender goes on: %v", err)
	}
}

func TestBounds(t *testing.T) {
	for _, n := range []int{-1, MaxExtend + 1} {
		s, v := paired(rand.New(rand.NewPCG(1, 9)), testDelta)
		if msg, _ := v.Extend(nil, n); msg != nil {
			t.Errorf("a receiver makes %d OTs", n)
		}
		if _, err := s.Extend(nil, n); !errors.Is(err, ErrLength) {
			t.Errorf("a sender makes %d OTs: %v", n, err)
		}
	}
}

// TestMute prints everything that holds a secret.
func TestMute(t *testing.T) {
	chosen, pairs := dealt(t, testDelta)
	s, v := paired(rand.New(rand.NewPCG(1, 10)), testDelta)
	for _, secret := range []any{NewChooser(testSID, testDelta), chosen, pairs, s, v} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
			if got := fmt.Sprintf(verb, secret); !strings.HasSuffix(got, "(secret)") {
				t.Errorf("%T prints under %s", secret, verb)
			}
		}
	}
}

func TestWipe(t *testing.T) {
	chosen, pairs := dealt(t, testDelta)
	seeds, both := chosen.seeds, pairs.seeds
	s, v := NewSender(testSID, testDelta, chosen), NewReceiver(testSID, pairs)
	extended(t, rand.New(rand.NewPCG(1, 11)), s, v, testDelta, 1)
	_, others := dealt(t, testDelta)
	others.Wipe()
	if msg, _ := NewReceiver(testSID, others).Extend(nil, 0); msg != nil {
		t.Error("wiped pairs are used")
	}
	if *both != ([Count][2]gf128.Element{}) || *seeds != ([Count]gf128.Element{}) {
		t.Error("seeds outlive the trees")
	}
	s.Wipe()
	v.Wipe()
	if s.forest != nil || v.forest != nil || !s.delta.IsZero() {
		t.Error("keys outlive their end")
	}
}
