package matchtest

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"math/big"
	"slices"
	"sync"
	"testing"

	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/wire"
)

// A Circle is all parties of one run of a group.
type Circle struct {
	Protocol   match.Protocol
	Tables     []Table // one a member
	Levels     int     // of the tables; 0: one
	Caps       []uint64
	Told       []bool
	Asked      []match.Figure
	Understate uint64 // by how many rows each member says less than it has
	Rows       bool   // whether the members tell the combiner how many rows they have
	Scale      *big.Rat
	Release    func(noisy []int64) ([]match.Figure, error) // nil: all that is asked
	Cells      *Cells                                      // of two members and a helper; nil for any other
	Contacts   int                                         // of a frequency cap
	Order      []int

	Budget int64                                          // bytes of rows in memory; 0: enough for all
	Store  func(party int) column.Store                   // nil: memory
	Spend  func(party int) error                          // charged before RING; may be nil
	Hear   func(party int, f wire.Frame)                  // sees every frame that a party is sent; may be nil
	Wrap   func(party int, m match.Machine) match.Machine // stands between a party and its machine; may be nil
	Lie    func(from, to int, f wire.Frame) []wire.Frame  // what a party sends instead; may be nil
	Until  func(party int, f wire.Frame) bool             // the party dies before it sends the frame; may be nil
}

// errDied is the end of a party that was killed.
var errDied = errors.New("matchtest: this party died")

// combiner is the combiner's number.
func (c Circle) combiner() int { return len(c.Tables) }

// config is what a party's machine is made of.
func (c Circle) config(party int) match.Config {
	out := match.Config{SID: [32]byte{4, 5, 6}, Levels: levelNames(max(c.Levels, 1)), Budget: cmp.Or(c.Budget, 64<<20), Store: column.Memory(),
		Circle: &match.Circle{Party: party, Caps: c.Caps, Told: c.Told, Asked: c.Asked, Contacts: c.Contacts, Order: c.Order}}
	if c.Cells != nil {
		out.Role = match.Role(party % 2) // the helper sees what the first member does
		out.Cells, out.Circle.Scale = c.Cells.of(out.Role), c.Scale
		out.OwnCap, out.PeerCap = total(out.Cells.Own.Caps), total(out.Cells.Peer.Caps)
	}
	if c.Store != nil {
		out.Store = c.Store(party)
	}
	if c.Spend != nil {
		out.Spend = func() error { return c.Spend(party) }
	}
	if party < c.combiner() {
		return out
	}
	out.Circle.Scale, out.Circle.Release = c.Scale, c.Release
	if c.Release == nil {
		out.Circle.Release = c.all
	}
	if c.Rows {
		for _, t := range c.Tables {
			out.Circle.Rows = append(out.Circle.Rows, t.held()-min(c.Understate, t.held()))
		}
	}
	return out
}

// all releases everything.
func (c Circle) all(noisy []int64) ([]match.Figure, error) {
	out := slices.Clone(c.Asked)
	for i, n := range noisy {
		out[i].Count, out[i].Released = n, true
	}
	return out, nil
}

// held is how many rows have an identifier.
func (t Table) held() (n uint64) {
	for _, row := range t {
		if row[0] != 0 {
			n++
		}
	}
	return n
}

// Run runs all parties to their ends; the combiner's answer is the last.
func (c Circle) Run(t testing.TB) []Answer {
	t.Helper()
	answers := make([]Answer, len(c.Tables)+1)
	sides := make([][]match.Neighbour, len(answers))
	for party := range answers {
		sides[party] = c.Protocol.Neighbours(c.config(party))
	}
	links := c.wires(sides)
	ctx, cancel := context.WithTimeoutCause(context.Background(), hang, errHang)
	defer cancel()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var wg sync.WaitGroup
	for party := range answers {
		wg.Go(func() {
			answers[party] = c.party(ctx, party, sides[party], links[party])
			if answers[party].Err != nil {
				stop()
			}
		})
	}
	wg.Wait()
	if errors.Is(context.Cause(ctx), errHang) {
		t.Fatal(errHang)
	}
	return answers
}

// party runs one party.
func (c Circle) party(ctx context.Context, party int, sides []match.Neighbour, links []match.Link) (out Answer) {
	machine, err := c.Protocol.New(c.config(party), true)
	if err != nil {
		return Answer{Err: err}
	}
	defer func() { out.Err = errors.Join(out.Err, machine.Close()) }()
	out.Machine = machine
	src := &source{levels: max(c.Levels, 1), batch: 100}
	if party < c.combiner() {
		src.t = c.Tables[party]
		if c.Cells != nil {
			src.segments, src.values = c.Cells.rows(match.Role(party))
		}
	}
	if c.Wrap != nil {
		machine = c.Wrap(party, machine)
	}
	j := match.Join(ctx, sides, links)
	defer j.Close()
	out.Outcome, out.Err = match.Run(ctx, machine, src, j)
	return out
}

// wires joins every two neighbours by a link with the manifests of a real one.
func (c Circle) wires(sides [][]match.Neighbour) [][]match.Link {
	sign := func(msg []byte) (sig [64]byte) {
		h := sha256.Sum256(append([]byte("test key"), msg...))
		copy(sig[:], h[:])
		return sig
	}
	verify := func(msg []byte, sig [64]byte) bool { return sign(msg) == sig }
	sid := [32]byte{4, 5, 6}
	channels := map[[2]int]chan sealed{}
	for from := range sides {
		for to := range sides {
			channels[[2]int{from, to}] = make(chan sealed, 2)
		}
	}
	out := make([][]match.Link, len(sides))
	for party, neighbours := range sides {
		for _, n := range neighbours {
			dir := wire.FromInitiator
			if party > n.Party {
				dir = wire.FromResponder
			}
			p := &pipe{sealer: wire.NewSealer(sid, dir, n.Own, sign), opener: wire.NewOpener(sid, dir.Other(), n.Peer, verify),
				out: channels[[2]int{party, n.Party}], in: channels[[2]int{n.Party, party}]}
			if c.Lie != nil {
				p.lie = func(f wire.Frame) []wire.Frame { return c.Lie(party, n.Party, f) }
			}
			out[party] = append(out[party], &overheard{pipe: p, party: party, c: c})
		}
	}
	return out
}

// An overheard link tells the test what passes, and dies when it is told to.
type overheard struct {
	*pipe
	party int
	c     Circle
}

// Send implements [match.Link].
func (o *overheard) Send(ctx context.Context, f wire.Frame) error {
	if o.c.Until != nil && o.c.Until(o.party, f) {
		return errDied
	}
	return o.pipe.Send(ctx, f)
}

// Recv implements [match.Link].
func (o *overheard) Recv(ctx context.Context) (wire.Frame, error) {
	f, err := o.pipe.Recv(ctx)
	if err == nil && o.c.Hear != nil {
		o.c.Hear(o.party, f)
	}
	return f, err
}

// Regions is the plain answer: how many values exactly these members hold, by
// the set of members.
func Regions(tables []Table) []int64 {
	held := map[uint64]int{}
	for i, t := range tables {
		for _, row := range t {
			if row[0] != 0 {
				held[row[0]] |= 1 << i
			}
		}
	}
	out := make([]int64, 1<<len(tables))
	for _, set := range held {
		out[set]++
	}
	return out
}
