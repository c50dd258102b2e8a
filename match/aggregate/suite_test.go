package aggregate

import (
	"sync"
	"testing"

	"mandorla/match"
	"mandorla/match/matchtest"
)

// An observer remembers the half behind each machine of a test: what it drew, no
// machine shows.
type observer struct{ halves sync.Map }

// watch is the protocol with an eye on its machines.
func (o *observer) watch(p match.Protocol) match.Protocol {
	p.New = func(c match.Config, learns bool) (match.Machine, error) {
		if p.Topology == "SINGLE" {
			s, err := newSingle(c, learns)
			if err != nil {
				return nil, err
			}
			return o.remember(s.machine(), s.half), nil
		}
		d, err := newDual(c)
		if err != nil {
			return nil, err
		}
		return o.remember(d.machine(), d.half), nil
	}
	return p
}

func (o *observer) remember(m match.Machine, h *half) match.Machine {
	o.halves.Store(m, h)
	return m
}

func (o *observer) half(m match.Machine) *half {
	h, _ := o.halves.Load(m)
	return h.(*half)
}

func (o *observer) noise(m match.Machine) matchtest.Noise {
	d := o.half(m).drawn
	return matchtest.Noise{Dummies: d.dummies, OwnSums: d.ownSums, PeerSums: d.peerSums}
}

func TestSuite(t *testing.T) {
	for _, p := range []match.Protocol{Dual, Cells, Single, CellsSingle} {
		t.Run(p.Analysis+" "+p.Topology, func(t *testing.T) {
			t.Parallel()
			o := new(observer)
			matchtest.CellSuite(t, o.watch(p), o.noise)
		})
	}
}
