package aggregate

import (
	"errors"
	"sync/atomic"
	"testing"

	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/matchtest"
	"mandorla/match/wire"
)

// TestSpend: a side is charged for a run once, before its first tag leaves.
func TestSpend(t *testing.T) {
	for _, p := range []match.Protocol{Dual, Cells, Single} {
		p := matchtest.NewCells(matchtest.Seeded(t), p, 1, 5, 5, matchtest.Shape{KA: 1, KB: 1, S: 1})
		charged, tags := charge(&p, match.Responder, nil)
		if a, b := p.Run(); a.Err != nil || b.Err != nil {
			t.Fatalf("%v; %v", a.Err, b.Err)
		}
		if charged.Load() != 1 || tags.Load() != 1 {
			t.Errorf("%s %s: charged %d times, %d messages of tags", p.Protocol.Analysis, p.Protocol.Topology, charged.Load(), tags.Load())
		}
	}
}

// TestSpent: a run that cannot be charged for ends before any tag has left.
func TestSpent(t *testing.T) {
	broke := errors.New("the budget is used up")
	p := matchtest.NewCells(matchtest.Seeded(t), Dual, 2, 5, 5, matchtest.Shape{KA: 1, KB: 1, S: 1})
	_, tags := charge(&p, match.Responder, broke)
	if _, b := p.Run(); !errors.Is(b.Err, broke) || tags.Load() != 0 {
		t.Errorf("%v, %d messages of tags", b.Err, tags.Load())
	}
}

// TestSpendOnce: a message of several frames is charged for once.
func TestSpendOnce(t *testing.T) {
	spent := 0
	h := &half{Session: session(t)}
	h.Config.Spend = func() error { spent++; return nil }
	rows := 2*wire.RowsPerFrame(tagsSchema) + 1
	l := &level{half: h, sorted: column.NewList(heldTag, 1<<22, column.Memory())}
	if err := l.sorted.Append(make([]byte, rows*heldTag)); err != nil {
		t.Fatal(err)
	}
	send, err := l.send()
	for frames := 0; err == nil; frames++ {
		var f wire.Frame
		if f, err = send(); f.Last {
			if frames != 2 || spent != 1 {
				t.Errorf("%d frames, charged %d times", frames+1, spent)
			}
			break
		}
	}
	if err = errors.Join(err, l.sorted.Close()); err != nil {
		t.Error(err)
	}
}

// charge counts how often a party is charged, and its messages of tags. A
// charge after the first of those is an error.
func charge(p *matchtest.Pair, party match.Role, err error) (charged, tags *atomic.Int32) {
	charged, tags = new(atomic.Int32), new(atomic.Int32)
	p.Spend = func(r match.Role) error {
		if r != party {
			return nil
		}
		charged.Add(1)
		if tags.Load() > 0 {
			return errors.New("charged after the tags have left")
		}
		return err
	}
	p.Wrap = lying(party, &liar{say: func(f *wire.Frame) {
		if f.Kind == wire.KindTags {
			tags.Add(1)
		}
	}})
	return charged, tags
}
