package ot

import (
	"bytes"
	"errors"
	"testing"

	"mandorla/crypto/gf128"
	"mandorla/crypto/ristretto"
)

func TestBase(t *testing.T) {
	for _, delta := range []gf128.Element{testDelta, {}, {Lo: ^uint64(0), Hi: ^uint64(0)}} {
		chosen, pairs := dealt(t, delta)
		seen := map[gf128.Element]bool{}
		for i, pair := range pairs.seeds {
			if chosen.seeds[i] != pair[delta.Bit(i)] {
				t.Fatalf("seed %d is not the one that was chosen", i)
			}
			if seen[pair[0]] || seen[pair[1]] || pair[0] == pair[1] {
				t.Fatal("a seed comes twice")
			}
			seen[pair[0]], seen[pair[1]] = true, true
		}
		if chosen.bound != pairs.bound {
			t.Error("the ends disagree on what was sent")
		}
	}
}

// TestMessagesAreFresh: nothing is sent twice, whatever is the same.
func TestMessagesAreFresh(t *testing.T) {
	one, two := NewChooser(testSID, testDelta).Points(), NewChooser(testSID, testDelta).Points()
	seen := map[string]bool{}
	for _, points := range [][]byte{one, two} {
		for len(points) > 0 {
			if seen[string(points[:ristretto.Size])] {
				t.Fatal("a point is sent twice")
			}
			seen[string(points[:ristretto.Size])] = true
			points = points[ristretto.Size:]
		}
	}
	a, _, err1 := Offer(testSID, one)
	b, _, err2 := Offer(testSID, one)
	if err := errors.Join(err1, err2); err != nil || bytes.Equal(a, b) {
		t.Errorf("two offers have one key (%v)", err)
	}
}

// TestSessions: seeds agree only between ends of one session.
func TestSessions(t *testing.T) {
	c := NewChooser(testSID, testDelta)
	reply, pairs, err := Offer([32]byte{9}, c.Points())
	if err != nil {
		t.Fatal(err)
	}
	chosen, err := c.Seeds(reply)
	if err != nil {
		t.Fatal(err)
	}
	for i, pair := range pairs.seeds {
		if chosen.seeds[i] == pair[0] || chosen.seeds[i] == pair[1] {
			t.Fatalf("seed %d crosses sessions", i)
		}
	}
}

// bad are encodings that are refused: the identity; the order's prime as a field
// element; a negative one; one that is no point; all ones.
func bad() map[string][]byte {
	prime := bytes.Repeat([]byte{0xff}, 32)
	prime[0], prime[31] = 0xed, 0x7f
	return map[string][]byte{
		"identity": make([]byte, 32),
		"prime":    prime,
		"negative": append([]byte{1}, make([]byte, 31)...),
		"no point": append([]byte{0x26, 0x94, 0x8d, 0x35, 0xca, 0x62, 0xe6, 0x43, 0xe2, 0x6a, 0x83, 0x17, 0x73, 0x32, 0xe6, 0xb6, 0xaf, 0xeb, 0x9d, 0x08, 0xe4, 0x26, 0x8b, 0x65, 0x0f, 0x1f, 0x5b, 0xbd, 0x8d, 0x81, 0xd3}, 0x71),
		"ones":     bytes.Repeat([]byte{0xff}, 32),
	}
}

func TestRefusedPoints(t *testing.T) {
	good := NewChooser(testSID, testDelta).Points()
	for name, point := range bad() {
		for _, at := range []int{0, 1, 128, 255} {
			points := bytes.Clone(good)
			copy(points[at*32:], point)
			var refused *ristretto.PointError
			if _, _, err := Offer(testSID, points); !errors.As(err, &refused) || refused.Index != at {
				t.Errorf("%s as point %d: %v", name, at, err)
			}
		}
		c := NewChooser(testSID, testDelta)
		if _, err := c.Seeds(point); !errors.Is(err, ristretto.ErrPoint) {
			t.Errorf("%s as the offerer's key: %v", name, err)
		}
		if _, err := c.Seeds(point); !errors.Is(err, ErrSpent) {
			t.Errorf("a chooser outlives a refused key: %v", err)
		}
	}
}

// TestKnownKey: a chooser that makes R_0 + H(R_1) the identity is refused.
func TestKnownKey(t *testing.T) {
	points := NewChooser(testSID, testDelta).Points()
	minus, err := ristretto.NewKeyFrom(minusOne)
	if err != nil {
		t.Fatal(err)
	}
	if err := minus.HashMul(points[:32], hashedDST, appendHashed(nil, testSID, 0, 0, points[32:64]), hashedWidth); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Offer(testSID, points); !errors.Is(err, ristretto.ErrPoint) {
		t.Errorf("a key that is no secret is taken: %v", err)
	}
}

func TestBaseLengths(t *testing.T) {
	points := NewChooser(testSID, testDelta).Points()
	for _, n := range []int{0, 1, 32, PointsSize - 1, PointsSize - 32} {
		if _, _, err := Offer(testSID, points[:n]); !errors.Is(err, ErrLength) {
			t.Errorf("%d bytes of points: %v", n, err)
		}
	}
	if _, _, err := Offer(testSID, append(points, points[:32]...)); !errors.Is(err, ErrLength) {
		t.Errorf("a point too many: %v", err)
	}
	for _, n := range []int{0, 31, 33} {
		if _, err := NewChooser(testSID, testDelta).Seeds(make([]byte, n)); !errors.Is(err, ErrLength) {
			t.Errorf("a reply of %d bytes: %v", n, err)
		}
	}
}

// agreed runs the base OTs with one change to a message, and an extension; it wants
// an error somewhere.
func agreed(points, reply func(b []byte)) error {
	c := NewChooser(testSID, testDelta)
	sent := c.Points()
	points(sent)
	answer, pairs, err := Offer(testSID, sent)
	if err != nil {
		return err
	}
	reply(answer)
	chosen, err := c.Seeds(answer)
	if err != nil {
		return err
	}
	msg, _ := NewReceiver(testSID, pairs).Extend(nil, 0)
	_, err = NewSender(testSID, testDelta, chosen).Extend(msg, 0)
	return err
}

func TestChangedBaseMessages(t *testing.T) {
	keep := func([]byte) {}
	if err := agreed(keep, keep); err != nil {
		t.Fatal(err)
	}
	for at := range ReplySize {
		if agreed(keep, func(b []byte) { b[at] ^= 1 << (at % 8) }) == nil {
			t.Errorf("byte %d of the reply is changed in secret", at)
		}
	}
	for at := 0; at < PointsSize; at += 311 {
		if agreed(func(b []byte) { b[at] ^= 1 << (at % 8) }, keep) == nil {
			t.Errorf("byte %d of the points is changed in secret", at)
		}
	}
	swap := func(b []byte) {
		one := bytes.Clone(b[:64])
		copy(b, b[64:128])
		copy(b[64:], one)
	}
	if agreed(swap, keep) == nil {
		t.Error("two OTs are exchanged in secret")
	}
}
