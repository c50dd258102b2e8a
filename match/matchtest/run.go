package matchtest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/wire"
)

// A Pair is both parties of one run.
type Pair struct {
	Protocol match.Protocol
	A, B     Table
	Levels   int
	LearnsA  bool
	LearnsB  bool

	Sold       int                      // bytes that are sold of a row, by whoever does not learn; 0: nothing is
	Take       func(names uint64) error // asked of the buyer; nil: takes them all
	Most       [2]uint64                // per role, the rows that may be taken; 0: all
	Cells      *Cells                   // of a run that counts cells; nil for any other
	Labels     bool                     // of a run that appends: who does not learn has a label a row
	Label      func(row int) []byte     // and it is this; nil: of the row's number
	Session    [32]byte                 // zero: that of every run
	Epoch      [2]*match.Epoch          // per role, of a run of an epoch
	CapA, CapB uint64                   // what is announced without cells; 0: the table's size
	Budget     int64                    // bytes of rows in memory; 0: enough for all
	StoreA     column.Store             // nil: memory
	StoreB     column.Store

	// Wrap, if not nil, puts something between a party and its machine: a party
	// that does not keep to the protocol.
	Wrap  func(match.Role, match.Machine) match.Machine
	Spend func(match.Role) error // charged before TAGS; may be nil

	lie func(from match.Role, f wire.Frame) []wire.Frame
	tap func(from match.Role, s sealed) []sealed
}

// An Answer is what one party's half of a run ended with.
type Answer struct {
	Outcome match.Outcome
	Err     error
	Machine match.Machine     // closed
	Labels  map[uint64][]byte // of a [match.Labelled], by row; the outcome is closed
}

// hang is how long two parties in one process may take before the test says
// that they wait for each other for ever.
const hang = 4 * time.Minute

var errHang = errors.New("matchtest: the two parties wait for each other")

// Run runs both parties to their ends.
func (p Pair) Run() (a, b Answer) {
	sid := p.Session
	if sid == [32]byte{} {
		sid = [32]byte{1, 2, 3}
	}
	left, right := links(sid, p.Protocol, p.config(sid, match.Initiator), p.config(sid, match.Responder))
	p.corrupt(left, match.Initiator)
	p.corrupt(right, match.Responder)
	ctx, cancel := context.WithTimeoutCause(context.Background(), hang, errHang)
	defer cancel()
	var wg sync.WaitGroup
	party := func(role match.Role, link match.Link, out *Answer) {
		defer wg.Done()
		*out = p.party(ctx, sid, role, link)
		if out.Err != nil {
			cancel() // a real link is told of it by ABORT
		}
	}
	wg.Add(2)
	go party(match.Initiator, left, &a)
	go party(match.Responder, right, &b)
	wg.Wait()
	if errors.Is(context.Cause(ctx), errHang) {
		a.Err, b.Err = errors.Join(errHang, a.Err), errors.Join(errHang, b.Err)
	}
	return a, b
}

// corrupt makes one end of the link hostile.
func (p Pair) corrupt(end *pipe, role match.Role) {
	if p.lie != nil {
		end.lie = func(f wire.Frame) []wire.Frame { return p.lie(role, f) }
	}
	if p.tap != nil {
		end.tap = func(s sealed) []sealed { return p.tap(role, s) }
	}
}

// party runs one half.
func (p Pair) party(ctx context.Context, sid [32]byte, role match.Role, link match.Link) (out Answer) {
	learns, src := p.LearnsA, &source{t: p.A, levels: p.Levels, batch: 100}
	if role == match.Responder {
		learns, src.t = p.LearnsB, p.B
	}
	if p.Cells != nil {
		src.segments, src.values = p.Cells.rows(role)
	}
	if !learns {
		src.sold = p.Sold
	}
	if p.Labels && !learns {
		src.label = p.label()
	}
	machine, err := p.Protocol.New(p.config(sid, role), learns)
	if err != nil {
		return Answer{Err: err}
	}
	defer func() { out.Err = errors.Join(out.Err, machine.Close()) }()
	out.Machine = machine
	m := machine
	if p.Wrap != nil {
		m = p.Wrap(role, m)
	}
	out.Outcome, out.Err = match.Run(ctx, m, src, link)
	if o, ok := out.Outcome.(match.Labelled); ok {
		out.Labels, out.Err = opened(o)
		out.Err = errors.Join(out.Err, o.Close())
	}
	return out
}

// levelNames are the names of so many levels.
func levelNames(levels int) (names []string) {
	for l := range levels {
		names = append(names, fmt.Sprintf("test-1/level%d", l))
	}
	return names
}

// config is what a party's machine is made of.
func (p Pair) config(sid [32]byte, role match.Role) match.Config {
	c := match.Config{SID: sid, Role: role, Epoch: p.Epoch[role], Budget: cmp.Or(p.Budget, 64<<20), Store: p.StoreA}
	if role == match.Responder {
		c.Store = p.StoreB
	}
	if c.Store == nil {
		c.Store = column.Memory()
	}
	c.Levels = levelNames(p.Levels)
	c.OwnCap, c.PeerCap = p.cap(role), p.cap(role.Other())
	if p.Cells != nil {
		c.Cells = p.Cells.of(role)
		c.OwnCap, c.PeerCap = total(c.Cells.Own.Caps), total(c.Cells.Peer.Caps)
	}
	if p.Sold > 0 {
		c.Sale = &match.Sale{Width: p.Sold, Most: cmp.Or(p.Most[role], p.CapA+p.CapB), Take: p.Take, Give: func(uint64) error { return nil }}
		if p.Take == nil {
			c.Sale.Take = func(uint64) error { return nil }
		}
	}
	if p.Labels {
		c.Labels = labels()
	}
	if p.Spend != nil {
		c.Spend = func() error { return p.Spend(role) }
	}
	return c
}

func (p Pair) cap(r match.Role) uint64 {
	announced, t := p.CapA, p.A
	if r == match.Responder {
		announced, t = p.CapB, p.B
	}
	if announced == 0 {
		return uint64(len(t))
	}
	return announced
}
