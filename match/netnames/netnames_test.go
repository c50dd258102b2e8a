package netnames

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"testing"
	"time"

	"mandorla/crypto/ristretto"
	"mandorla/match"
	"mandorla/match/dh"
	"mandorla/match/matchtest"
	"mandorla/match/wire"
)

var update = flag.Bool("update", false, "write the golden files anew")

// pair is a run in which A buys and B sells.
func pair(a, b matchtest.Table, levels int) matchtest.Pair {
	return matchtest.Pair{Protocol: Sale, A: a, B: b, Levels: levels, LearnsA: true,
		CapA: uint64(len(a)) + 7, CapB: uint64(len(b)), Sold: 40}
}

// TestPlainDifference sells random lists, with rows that lack identifiers, and
// lists that are empty.
func TestPlainDifference(t *testing.T) {
	r := matchtest.Seeded(t)
	for levels := 1; levels <= 3; levels++ {
		for _, rows := range [][2]int{{0, 0}, {0, 4}, {4, 0}, {1, 1}, {50, 60}, {60, 3}, {2, 90}} {
			a, b := matchtest.Tables(r, levels, rows[0], rows[1])
			p := pair(a, b, levels)
			x, y := p.Run()
			p.CheckSale(t, x, y)
		}
	}
}

// whole is a table of which every row has every identifier, from a number on.
func whole(levels, from, n int) (t matchtest.Table) {
	for i := range n {
		row := make([]uint64, levels)
		for l := range row {
			row[l] = uint64(from + i + 1)
		}
		t = append(t, row)
	}
	return t
}

// TestNothingNew: a buyer that has all that is on sale asks nothing, and not one
// sealed row crosses.
func TestNothingNew(t *testing.T) {
	table := whole(2, 0, 30)
	p := pair(table, table, 2)
	views, a, b := p.Views()
	p.CheckSale(t, a, b)
	if n := len(views[0]); views[0][n-1].Kind != wire.KindTags {
		t.Errorf("the buyer was sent %v at the end", views[0][n-1].Kind)
	}
	if n := len(views[1]); views[1][n-1].Kind != wire.KindEvalReq || views[1][n-1].Rows != 0 {
		t.Errorf("the seller was sent %d rows of %v at the end", views[1][n-1].Rows, views[1][n-1].Kind)
	}
}

// TestDeclined: the buyer hears how many there are, and takes none: nothing goes
// to the seller any more, and no sealed row comes back.
func TestDeclined(t *testing.T) {
	p := pair(whole(1, 0, 30), whole(1, 20, 40), 1)
	errTooMany, asked := errors.New("too many"), uint64(0)
	p.Take = func(n uint64) error {
		asked = n
		return errTooMany
	}
	views, a, _ := p.Views()
	if !errors.Is(a.Err, errTooMany) || asked != 30 {
		t.Errorf("%d names were offered: %v", asked, a.Err)
	}
	for role, view := range views {
		for _, m := range view {
			if m.Kind == wire.KindEvalReq || m.Kind == wire.KindSealed {
				t.Errorf("%v was sent %v after all", match.Role(role), m.Kind)
			}
		}
	}
}

// TestNoMoreThanAgreed: the buyer takes no more than was agreed on, and the
// seller answers no more.
func TestNoMoreThanAgreed(t *testing.T) {
	p := pair(whole(1, 0, 30), whole(1, 20, 40), 1)
	p.Most = [2]uint64{29, 29}
	if a, _ := p.Run(); !errors.Is(a.Err, match.ErrDecline) {
		t.Errorf("30 names, at most 29: %v", a.Err)
	}
	p.Most = [2]uint64{30, 29}
	if _, b := p.Run(); !errors.Is(b.Err, match.ErrCount) {
		t.Errorf("30 questions, at most 29: %v", b.Err)
	}
	p.Most = [2]uint64{30, 30}
	a, b := p.Run()
	p.CheckSale(t, a, b)
}

// TestTerms: nothing is sold without saying how much.
func TestTerms(t *testing.T) {
	for _, sale := range []*match.Sale{nil, {Width: 0}, {Width: mostSold + 1}} {
		for _, learns := range []bool{true, false} {
			if _, err := newSale(match.Config{Levels: []string{"a"}, Sale: sale}, learns); err == nil {
				t.Errorf("a sale of %+v", sale)
			}
		}
	}
}

// A deceiver changes the first frame of a kind and level that it sends.
type deceiver struct {
	match.Machine
	kind  wire.Kind
	level uint8
	lie   func(*wire.Frame)
	told  bool
}

// Step implements [match.Machine].
func (d *deceiver) Step(ev match.Event) (*wire.Frame, error) {
	f, err := d.Machine.Step(ev)
	if f == nil || f.Kind != d.kind || f.Level != d.level || d.told {
		return f, err
	}
	d.told = true
	out := *f
	out.Columns = nil
	for _, c := range f.Columns {
		out.Columns = append(out.Columns, bytes.Clone(c))
	}
	d.lie(&out)
	return &out, err
}

// TestLies tells those lies that are this protocol's own: to the seller, and of
// the second key.
func TestLies(t *testing.T) {
	cut := func(f *wire.Frame) { f.Columns[0], f.Rows = f.Columns[0][32:], f.Rows-1 }
	for name, c := range map[string]struct {
		from match.Role
		d    deceiver
		code string
	}{
		"identity in the buyer's SET": {match.Initiator, deceiver{kind: wire.KindSet, lie: func(f *wire.Frame) { clear(f.Columns[0][:32]) }}, "POINT"},
		"the buyer's SET cut short":   {match.Initiator, deceiver{kind: wire.KindSet, lie: cut}, "COUNT"},
		"a question twice": {match.Initiator, deceiver{kind: wire.KindEvalReq,
			lie: func(f *wire.Frame) { copy(f.Columns[0][32:64], f.Columns[0]) }}, "ORDER"},
		"the offered key is the identity": {match.Responder, deceiver{kind: wire.KindKeys, level: offerLevel,
			lie: func(f *wire.Frame) { clear(f.Columns[0]) }}, "PROOF"},
		"the proof of the offered key": {match.Responder, deceiver{kind: wire.KindKeys, level: offerLevel,
			lie: func(f *wire.Frame) { f.Columns[1][1] ^= 1 }}, "PROOF"},
		"one sealed row": {match.Responder, deceiver{kind: wire.KindSealed,
			lie: func(f *wire.Frame) { swapRows(f.Columns[0], 40+overhead) }}, "SEAL"},
		"an answer left out": {match.Responder, deceiver{kind: wire.KindEvalResp, lie: cut}, "COUNT"},
	} {
		p := pair(whole(1, 0, 30), whole(1, 100, 40), 1)
		p.Wrap = func(r match.Role, m match.Machine) match.Machine {
			if r != c.from {
				return m
			}
			c.d.Machine = m
			return &c.d
		}
		deceived, other := p.Run()
		if c.from == match.Initiator {
			deceived = other
		}
		if !c.d.told || match.Code(deceived.Err) != c.code {
			t.Errorf("%s: told %v, %v, not code %s", name, c.d.told, deceived.Err, c.code)
		}
	}
}

// swapRows exchanges the first two rows.
func swapRows(b []byte, width int) {
	first := bytes.Clone(b[:width])
	copy(b, b[width:2*width])
	copy(b[width:], first)
}

// TestProofIsOfItsRole: the proof of the blinding key is none of the offered key.
func TestProofIsOfItsRole(t *testing.T) {
	k := ristretto.NewKey()
	defer k.Wipe()
	c := match.Config{SID: [32]byte{1}, Role: match.Responder}
	f, err := dh.KeysFrame(k, c.SID, c.Role)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := checkOffer(f, match.Config{SID: c.SID, Role: match.Initiator}); !errors.Is(err, match.ErrProof) {
		t.Errorf("the proof of another role: %v", err)
	}
	if f, err = offerFrame(k, c); err != nil {
		t.Fatal(err)
	}
	if y, err := checkOffer(f, match.Config{SID: c.SID, Role: match.Initiator}); err != nil || y != k.Public() {
		t.Error(err)
	}
}

// TestViews pins what each side is sent: all but the number of names, which is
// the outcome, follows from what was agreed on before.
func TestViews(t *testing.T) {
	p := pair(whole(2, 0, 20), whole(2, 12, 25), 2)
	p.CapA = 30
	views, a, b := p.Views()
	p.CheckSale(t, a, b)
	for role, view := range views {
		matchtest.Golden(t, fmt.Sprintf("%v.golden", match.Role(role)), p.Sent(match.Role(role), view), *update)
	}
}

// TestLarge buys from 100,000 rows with 100,000 of one's own.
func TestLarge(t *testing.T) {
	if testing.Short() || raced {
		t.Skip("100,000 rows a side")
	}
	a, b := matchtest.Tables(matchtest.Seeded(t), 1, 100_000, 100_000)
	started := time.Now()
	p := pair(a, b, 1)
	x, y := p.Run()
	t.Logf("100,000 rows on sale, 100,000 held: %.1f s", time.Since(started).Seconds())
	p.CheckSale(t, x, y)
}
