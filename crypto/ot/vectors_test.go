package ot

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"github.com/cloudflare/circl/group"

	"mandorla/crypto/gf128"
	"mandorla/crypto/ristretto"
)

// fixed are all secrets of a run, made of nothing but their names.
func fixed(name string) (sum [32]byte) { return sha256.Sum256([]byte("ot test " + name)) }

// fixedChooser has scalars and other points of its own making.
func fixedChooser(t *testing.T) *Chooser {
	t.Helper()
	c := &Chooser{sid: testSID, delta: testDelta}
	var powers []byte
	for i := range Count {
		scalar, power := fixed("scalar"+string(rune('A'+i))), fixed("power"+string(rune('A'+i)))
		scalar[31], power[31] = 0, 0
		c.scalars = append(c.scalars, scalar[:]...)
		powers = append(powers, power[:]...)
	}
	if err := ristretto.Powers(powers, powers); err != nil {
		t.Fatal(err)
	}
	var err error
	if c.points, err = c.blind(powers); err != nil {
		t.Fatal(err)
	}
	return c
}

func fixedOffer(t *testing.T, points []byte) ([]byte, *Pairs, [32]byte) {
	t.Helper()
	secret := fixed("key")
	secret[31] = 0
	key, err := ristretto.NewKeyFrom(secret)
	if err != nil {
		t.Fatal(err)
	}
	reply, pairs, err := offer(key, testSID, points)
	if err != nil {
		t.Fatal(err)
	}
	return reply, pairs, secret
}

// TestAgainstCircl makes the seeds from the messages and the offerer's scalar by
// circl's arithmetic, one at a time.
func TestAgainstCircl(t *testing.T) {
	points := fixedChooser(t).Points()
	reply, pairs, secret := fixedOffer(t, points)
	g := group.Ristretto255
	scalar := g.NewScalar()
	if err := scalar.UnmarshalBinary(secret[:]); err != nil {
		t.Fatal(err)
	}
	if public, err := g.NewElement().MulGen(scalar).MarshalBinary(); err != nil || string(public) != string(reply) {
		t.Fatalf("the reply is not the public key (%v)", err)
	}
	bound := digest(useBase, testSID[:], points, reply)
	for i := range Count {
		for j := range 2 {
			own, other := points[(2*i+j)*32:][:32], points[(2*i+1-j)*32:][:32]
			sum := g.NewElement()
			if err := sum.UnmarshalBinary(own); err != nil {
				t.Fatal(err)
			}
			msg := append(append(append([]byte{}, testSID[:]...), byte(i), byte(j)), other...)
			sum.Add(sum, g.HashToElement(msg, []byte(hashedDST)))
			shared, err := sum.Mul(sum, scalar).MarshalBinary()
			if err != nil {
				t.Fatal(err)
			}
			if pairs.seeds[i][j] != seedOf(bound, i, uint64(j), shared) {
				t.Fatalf("seed %d of pair %d differs", j, i)
			}
		}
	}
}

// TestVectors pins every message of a run, and what it gives, to what they were when
// this was written: a change here is a change of the protocol.
func TestVectors(t *testing.T) {
	c := fixedChooser(t)
	points := c.Points()
	reply, pairs, _ := fixedOffer(t, points)
	chosen, err := c.Seeds(reply)
	if err != nil {
		t.Fatal(err)
	}
	s, r := NewSender(testSID, testDelta, chosen), NewReceiver(testSID, pairs)
	x := chosenBlocks([]uint64{0x0123456789abcdef, 0x55, 0x3}, 130)
	hide := fixed("hide")
	x[len(x)-1] = gf128.FromBytes(hide[:])
	var sums []string
	add := func(b []byte) {
		sum := sha256.Sum256(b)
		sums = append(sums, hex.EncodeToString(sum[:8]))
	}
	add(points)
	add(reply)
	for range 2 {
		msg, ts := r.extend(x, 130)
		q, err := s.Extend(msg, 130)
		if err != nil {
			t.Fatal(err)
		}
		add(msg)
		for _, out := range [][]gf128.Element{ts, q} {
			var b []byte
			for _, e := range out {
				b = e.Append(b)
			}
			add(b)
		}
	}
	want := []string{
		"3a235657fdbdbc60", "49fc187b34d2ba06",
		"2fcd255b66f64488", "53fada85769809ed", "401dde8b75d2a06c",
		"32add69fead70822", "677f18c5a65ef83d", "939bc6fa0b1d6e33",
	}
	for i := range want {
		if sums[i] != want[i] {
			t.Errorf("%d: %q, want %q", i, sums[i], want[i])
		}
	}
}
