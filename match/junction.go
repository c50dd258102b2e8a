package match

import (
	"context"
	"fmt"
	"sync"

	"mandorla/match/wire"
)

// A Junction is the one [Link] of a party of a group: frames go to, and come
// from, whichever neighbour their kind belongs to.
type Junction struct {
	sides []Neighbour
	links []Link
	in    chan arrival
	stop  context.CancelFunc
	ended sync.WaitGroup
}

// An arrival is what a neighbour's link gave.
type arrival struct {
	frame wire.Frame
	err   error
}

// Join listens to all neighbours, each over its link, until [Junction.Close]: the
// end of any of them is the end of the run.
func Join(ctx context.Context, sides []Neighbour, links []Link) *Junction {
	ctx, stop := context.WithCancel(ctx)
	j := &Junction{sides: sides, links: links, in: make(chan arrival), stop: stop}
	for i := range sides {
		j.ended.Go(func() { j.listen(ctx, i) })
	}
	return j
}

// listen takes in what one neighbour sends.
func (j *Junction) listen(ctx context.Context, i int) {
	for {
		f, err := j.links[i].Recv(ctx)
		if err == nil && j.several(f.Kind, received) && int(f.Level) != j.sides[i].Party {
			err = fmt.Errorf("%w: %v that says it is another member's", wire.ErrFrame, f.Kind)
		}
		select {
		case j.in <- arrival{f, err}:
		case <-ctx.Done():
			return
		}
		if err != nil {
			return
		}
	}
}

// sent and received are the two directions of a neighbour.
func sent(n Neighbour) wire.Schemas     { return n.Own }
func received(n Neighbour) wire.Schemas { return n.Peer }

// several reports whether a kind belongs to more than one neighbour.
func (j *Junction) several(k wire.Kind, way func(Neighbour) wire.Schemas) bool {
	n := 0
	for _, s := range j.sides {
		if _, ok := way(s)[k]; ok {
			n++
		}
	}
	return n > 1
}

// Send implements [Link].
func (j *Junction) Send(ctx context.Context, f wire.Frame) error {
	several := j.several(f.Kind, sent)
	for i, s := range j.sides {
		if _, ok := s.Own[f.Kind]; ok && (!several || s.Party == int(f.Level)) {
			return j.links[i].Send(ctx, f)
		}
	}
	return fmt.Errorf("%w: no neighbour is sent %v", wire.ErrFrame, f.Kind)
}

// Recv implements [Link].
func (j *Junction) Recv(ctx context.Context) (wire.Frame, error) {
	select {
	case a := <-j.in:
		return a.frame, a.err
	case <-ctx.Done():
		return wire.Frame{}, context.Cause(ctx)
	}
}

// Close lets go of the links, which it does not close, and waits for the
// goroutines that listened.
func (j *Junction) Close() {
	j.stop()
	j.ended.Wait()
}
