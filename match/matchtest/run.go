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

	CapA, CapB uint64       // what is announced; 0: the table's size
	Budget     int64        // bytes of rows in memory; 0: enough for all
	StoreA     column.Store // nil: memory
	StoreB     column.Store
	lie        func(from match.Role, f wire.Frame) []wire.Frame
	tap        func(from match.Role, s sealed) []sealed
}

// An Answer is what one party's half of a run ended with.
type Answer struct {
	Outcome match.Outcome
	Err     error
}

// hang is how long two parties in one process may take before the test says
// that they wait for each other for ever.
const hang = time.Minute

var errHang = errors.New("matchtest: the two parties wait for each other")

// Run runs both parties to their ends.
func (p Pair) Run() (a, b Answer) {
	sid := [32]byte{1, 2, 3}
	left, right := links(sid, p.Protocol.Schemas(p.Levels))
	p.corrupt(left, match.Initiator)
	p.corrupt(right, match.Responder)
	ctx, cancel := context.WithTimeoutCause(context.Background(), hang, errHang)
	defer cancel()
	var wg sync.WaitGroup
	party := func(role match.Role, t Table, learns bool, store column.Store, link match.Link, out *Answer) {
		defer wg.Done()
		out.Outcome, out.Err = p.party(ctx, sid, role, t, learns, store, link)
		if out.Err != nil {
			cancel() // a real link is told of it by ABORT
		}
	}
	wg.Add(2)
	go party(match.Initiator, p.A, p.LearnsA, p.StoreA, left, &a)
	go party(match.Responder, p.B, p.LearnsB, p.StoreB, right, &b)
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

func (p Pair) party(ctx context.Context, sid [32]byte, role match.Role, t Table, learns bool, store column.Store, link match.Link) (_ match.Outcome, err error) {
	c := match.Config{SID: sid, Role: role, OwnCap: p.cap(role), PeerCap: p.cap(role.Other()), Budget: cmp.Or(p.Budget, 64<<20), Store: store}
	if store == nil {
		c.Store = column.Memory()
	}
	for l := range p.Levels {
		c.Levels = append(c.Levels, fmt.Sprintf("test-1/level%d", l))
	}
	m, err := p.Protocol.New(c, learns)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, m.Close()) }()
	return match.Run(ctx, m, &source{t: t, levels: p.Levels, batch: 100}, link)
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
