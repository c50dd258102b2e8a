package ot

import (
	"errors"
	"math/rand/v2"
	"testing"

	"mandorla/crypto/gf128"
	"mandorla/crypto/ristretto"
)

// FuzzOffer wants only points of the right number to be taken, and none but
// canonical ones.
func FuzzOffer(f *testing.F) {
	good := NewChooser(testSID, testDelta).Points()
	f.Add(good)
	f.Add(good[:PointsSize-1])
	f.Add(make([]byte, PointsSize))
	f.Fuzz(func(t *testing.T, points []byte) {
		reply, pairs, err := Offer(testSID, points)
		if err == nil && (len(points) != PointsSize || ristretto.Check(points) != nil || len(reply) != ReplySize || pairs == nil) {
			t.Error("bad points are taken")
		}
		if err != nil && (pairs != nil || reply != nil) {
			t.Error("an error comes with seeds")
		}
	})
}

// FuzzSeeds wants every reply that is taken to be one canonical point.
func FuzzSeeds(f *testing.F) {
	public := ristretto.NewKey().Public()
	f.Add(public[:])
	for _, b := range bad() {
		f.Add(b)
	}
	scalars, points := NewChooser(testSID, testDelta), NewChooser(testSID, testDelta).Points()
	f.Fuzz(func(t *testing.T, reply []byte) {
		c := &Chooser{sid: testSID, delta: testDelta, scalars: append([]byte(nil), scalars.scalars...), points: points}
		chosen, err := c.Seeds(reply)
		if (err == nil) != (len(reply) == ReplySize && ristretto.Check(reply) == nil) || (err == nil) != (chosen != nil) {
			t.Errorf("a reply gives %v", err)
		}
	})
}

// FuzzExtend wants no message to be taken but the receiver's.
func FuzzExtend(f *testing.F) {
	s, v := paired(rand.New(rand.NewPCG(4, 1)), testDelta)
	first, _ := v.extend([]gf128.Element{{Lo: 1}, testDelta}, 3) // the same in every worker
	f.Add(first, 3)
	f.Add(first, 4)
	f.Add(first[:forestSize], 0)
	f.Add([]byte(nil), -1)
	f.Add([]byte{1}, int(^uint(0)>>1))
	f.Fuzz(func(t *testing.T, msg []byte, n int) {
		q, err := s.copied().Extend(msg, n)
		if err == nil && (string(msg) != string(first) || n != 3 || len(q) != n) {
			t.Error("a forged message is taken")
		}
		if err != nil && (q != nil || !errors.Is(err, ErrCheck) && !errors.Is(err, ErrLength)) {
			t.Errorf("the error is %v", err)
		}
	})
}
