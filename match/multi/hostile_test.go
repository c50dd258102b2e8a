package multi_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"

	"mandorla/match"
	"mandorla/match/matchtest"
	"mandorla/match/wire"
)

// A lie is what party 0, 1 or the combiner sends instead of a frame, and the
// error that the party it is sent to ends with.
type lie struct {
	from int
	kind wire.Kind
	tell func(f wire.Frame) []wire.Frame
	want error
}

var lies = map[string]lie{
	"another's key":    {0, wire.KindKeys, matchtest.Altered(func(c [][]byte) { c[0][0] ^= 2 }), match.ErrProof},
	"another's proof":  {0, wire.KindKeys, matchtest.Altered(func(c [][]byte) { c[1][40] ^= 1 }), match.ErrProof},
	"no key":           {0, wire.KindKeys, matchtest.Shorter, match.ErrCount},
	"a row too few":    {0, wire.KindRing, matchtest.Shorter, match.ErrCount},
	"rows twice":       {0, wire.KindRing, matchtest.Longer, match.ErrCount},
	"rows swapped":     {0, wire.KindRing, matchtest.Altered(swap(32)), match.ErrOrder},
	"a row twice":      {0, wire.KindRing, matchtest.Altered(func(c [][]byte) { copy(c[0][32:], c[0][:32]) }), match.ErrOrder},
	"the identity":     {0, wire.KindRing, matchtest.Altered(func(c [][]byte) { clear(c[0][:32]) }), match.ErrPoint},
	"no point":         {0, wire.KindRing, matchtest.Altered(func(c [][]byte) { c[0][len(c[0])-1] |= 0x80 }), match.ErrPoint},
	"another hop":      {0, wire.KindRing, func(f wire.Frame) []wire.Frame { f.Level = 9; return []wire.Frame{f} }, match.ErrTurn},
	"a tag too few":    {0, wire.KindTags, matchtest.Shorter, match.ErrCount},
	"tags swapped":     {0, wire.KindTags, matchtest.Altered(swap(16)), match.ErrOrder},
	"another's tags":   {0, wire.KindTags, func(f wire.Frame) []wire.Frame { f.Level = 1; return []wire.Frame{f} }, wire.ErrFrame},
	"nobody's tags":    {0, wire.KindTags, func(f wire.Frame) []wire.Frame { f.Level = 77; return []wire.Frame{f} }, wire.ErrFrame},
	"a figure too few": {3, wire.KindFigures, matchtest.Shorter, match.ErrCount},
	"figures in parts": {3, wire.KindFigures, matchtest.Longer, match.ErrCount},
	"another measure":  {3, wire.KindFigures, matchtest.Altered(func(c [][]byte) { c[0][0] ^= 1 }), match.ErrSum},
	"other members":    {3, wire.KindFigures, matchtest.Altered(func(c [][]byte) { c[1][0] ^= 1 }), match.ErrSum},
	"another state":    {3, wire.KindFigures, matchtest.Altered(func(c [][]byte) { c[2][0] = 2 }), match.ErrSum},
	"below zero":       {3, wire.KindFigures, matchtest.Altered(func(c [][]byte) { binary.LittleEndian.PutUint64(c[3], 1<<63) }), match.ErrSum},
	"suppressed, with a count": {3, wire.KindFigures,
		matchtest.Altered(func(c [][]byte) { c[2][0] = 0; binary.LittleEndian.PutUint64(c[3], 5) }), match.ErrSum},
}

func swap(width int) func([][]byte) {
	return func(c [][]byte) {
		last := len(c[0]) - width
		first := bytes.Clone(c[0][:width])
		copy(c[0][:width], c[0][last:])
		copy(c[0][last:], first)
	}
}

// TestLies has one party depart from the protocol in every way: nobody learns
// anything, and whoever is lied to says why.
func TestLies(t *testing.T) {
	for name, l := range lies {
		t.Run(name, func(t *testing.T) {
			c := circle(matchtest.Seeded(t), 3, 60)
			c.Told = []bool{true, true, true}
			told := -1
			c.Lie = func(from, to int, f wire.Frame) []wire.Frame {
				if from != l.from || f.Kind != l.kind || f.Kind == wire.KindFigures && to != 0 {
					return []wire.Frame{f}
				}
				told = to
				return l.tell(f)
			}
			answers := c.Run(t)
			if told < 0 || !errors.Is(answers[told].Err, l.want) {
				t.Errorf("party %d: %v, not %v", told, answers[told].Err, l.want)
			}
			if answers[told].Outcome != nil {
				t.Error("it learnt something all the same")
			}
		})
	}
}

// TestReflection sends a member its own table back as another's (V9).
func TestReflection(t *testing.T) {
	c := circle(matchtest.Seeded(t), 3, 60)
	for i := range c.Caps {
		c.Caps[i] = 80
	}
	sent := make(chan [][]byte, 1)
	c.Lie = func(from, to int, f wire.Frame) []wire.Frame {
		if from == 1 && f.Kind == wire.KindRing && f.Level == 1 {
			sent <- f.Columns // party 1's own
		}
		if from == 0 && f.Kind == wire.KindRing && f.Level == 2 {
			f.Columns = <-sent
		}
		return []wire.Frame{f}
	}
	if answers := c.Run(t); !errors.Is(answers[1].Err, match.ErrReflect) {
		t.Errorf("%v", answers[1].Err)
	}
}
