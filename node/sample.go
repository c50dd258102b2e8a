package node

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"math/bits"

	"mandorla/agreement"
)

// sampleRows is how many rows of a side an estimate is made of, about
// (PROTOCOLS.md §9, P7a).
const sampleRows = 1 << 16

// sampleCap is what a sample is topped up to. How many rows it has is a matter of
// chance: this is six standard deviations above the mean, at least.
func (n *Node) sampleCap() uint64 {
	return stepFor(n.drawn + uint64(6*math.Sqrt(float64(n.drawn))))
}

// sampled makes the plan one of an estimate: by the first identifier alone, so
// that both nodes take the same people.
func (p *plan) sampled() error {
	if p.analysis != agreement.Size {
		return refuse("%s: only `size` can be estimated from a sample", p.analysis)
	}
	p.sample = true
	p.normalisers, p.inputs = p.normalisers[:1], p.inputs[:1]
	return nil
}

// takeSample is a side of which a sample takes part, if it is to: it announces
// what it is taken from as well.
func (a *attempt) takeSample(s side) side {
	if !a.plan.sample {
		return s
	}
	s.Full = s.Cap
	s.Cap = min(s.Cap, a.sampleCap())
	if s.Cells != nil {
		s.Cells.Caps = []uint64{s.Cap}
	}
	return s
}

// checkFull sees that the partner takes the sample that was asked for.
func (a *attempt) checkFull(peer side) error {
	if !a.plan.sample {
		if peer.Full != 0 {
			return errControl
		}
		return nil
	}
	if peer.Cap != min(peer.Full, a.sampleCap()) || peer.Full > a.capFor(a.plan.rules.MaxRows) {
		return refuse("rules.max_rows: the partner's table has more rows than the %d agreed on", a.plan.rules.MaxRows)
	}
	return nil
}

// A sample is which people take part in an estimate: those whose identifier's
// hash, under the session, lies below a bound that both nodes know.
type sample struct {
	message []byte // what is hashed; the digest comes last
	below   uint64 // of the hash's first eight bytes; 0: everybody
}

// newSample is nil where all rows take part.
func (a *attempt) newSample() *sample {
	if !a.plan.sample {
		return nil
	}
	name := a.plan.levels()[0]
	s := &sample{message: []byte(suite + "-SAMPLE")}
	s.message = append(s.message, a.session.sid[:]...)
	s.message = append(append(s.message, byte(len(name))), name...)
	s.message = append(s.message, make([]byte, 32)...)
	if full := a.session.full(); full > a.drawn {
		s.below, _ = bits.Div64(a.drawn, 0, full) // that share of 2^64
	}
	return s
}

// full is what a sample's share is of: the larger of both padded tables.
func (s *session) full() uint64 { return max(s.own.Full, s.peer.Full) }

// takes reports whether a person takes part, who is known by a digest.
func (s *sample) takes(digest []byte) bool {
	if s == nil || s.below == 0 {
		return true
	}
	copy(s.message[len(s.message)-32:], digest)
	sum := sha256.Sum256(s.message)
	return binary.BigEndian.Uint64(sum[:]) < s.below
}

// scaleUp makes an estimate of a sample's count: to two digits, as more would say
// nothing, with the standard deviation of the sampling and the noise together.
func (a *attempt) scaleUp(r *Result) {
	if !a.plan.sample {
		return
	}
	r.Sample = min(1, float64(a.drawn)/float64(a.session.full()))
	r.SampleBy, r.Levels = r.Levels[0].Type, r.Levels[:0]
	if r.Count == nil {
		return
	}
	noise, overlap := *r.SD/r.Sample, float64(*r.Count)/r.Sample
	sd := twoDigits(math.Sqrt(overlap*(1-r.Sample)/r.Sample + noise*noise))
	r.fill(uint64(twoDigits(overlap)), nil, a.session.peer.Full)
	r.SD = &sd
}

// twoDigits rounds to two leading digits.
func twoDigits(v float64) float64 {
	if v < 10 {
		return math.Round(v)
	}
	unit := math.Pow(10, math.Floor(math.Log10(v))-1)
	return math.Round(v/unit) * unit
}
