package aggregate

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"mandorla/crypto/ristretto"
	"mandorla/match"
	"mandorla/match/matchtest"
	"mandorla/match/wire"
)

// helperSID is that of every circle of package matchtest.
var helperSID = [32]byte{4, 5, 6}

// An ear keeps what each party is sent.
type ear struct {
	mu  sync.Mutex
	all [3][]wire.Frame
}

func (e *ear) hear(party int, f wire.Frame) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.all[party] = append(e.all[party], f)
}

// columns is a column of all frames of a kind, and of a level, that a party was
// sent.
func (e *ear) column(party int, k wire.Kind, level uint8, i int) (out []byte) {
	for _, f := range e.all[party] {
		if f.Kind == k && f.Level == level {
			out = append(out, f.Columns[i]...)
		}
	}
	return out
}

// pieces are all runs of n bytes of some columns of width 16 and more that a party
// was sent.
func (e *ear) pieces(party, n int) map[string]bool {
	seen := map[string]bool{}
	for _, f := range e.all[party] {
		for _, c := range f.Columns {
			for at := 0; at+n <= len(c); at++ {
				seen[string(c[at:at+n])] = true
			}
		}
	}
	return seen
}

// tagging is a run in which member 0 puts a customer in under a key of its own,
// who is or is not the other's.
func tagging(t *testing.T, member bool) (e *ear, own *ristretto.Key) {
	t.Helper()
	c := together(matchtest.Seeded(t), 1, 60, 60, matchtest.Shape{KA: 1, KB: 1})
	target := uint64(1 << 40)
	if member {
		target = c.Tables[1][slices.IndexFunc(c.Tables[1], func(row []uint64) bool { return row[0] != 0 })][0]
	}
	e, own = new(ear), ristretto.NewKey()
	c.Hear = e.hear
	c.Wrap = func(party int, m match.Machine) match.Machine {
		if party != 0 {
			return m
		}
		return &liar{Machine: m, say: func(f *wire.Frame) {
			if f.Kind == wire.KindSet {
				insert(f.Columns[0], blinded(t, own, target))
			}
		}}
	}
	for party, a := range c.Run(t) {
		if a.Err != nil {
			t.Fatalf("party %d: %v", party, a.Err)
		}
	}
	return e, own
}

// underKey is the tags of what a member was sent in SET, under a key.
func underKey(t *testing.T, e *ear, party int, k *ristretto.Key) (tags []byte) {
	t.Helper()
	set := e.column(party, wire.KindSet, 0, 0)
	points := make([]byte, len(set))
	if err := k.Mul(points, set); err != nil {
		t.Fatal(err)
	}
	tags = make([]byte, len(points)/2)
	ristretto.Tags(tags, points, helperSID, 0)
	return tags
}

// anyOf reports whether any of some tags is among the pieces.
func anyOf(tags []byte, pieces map[string]bool) bool {
	for ; len(tags) > 0; tags = tags[16:] {
		if pieces[string(tags[:16])] {
			return true
		}
	}
	return false
}

// TestTaggingHelped is the attack of [TestTagging] where a helper joins. It fails:
// the attacker is sent no tag of its own rows, and finds what it looks for neither
// where the customer is the other's nor where not.
func TestTaggingHelped(t *testing.T) {
	for _, member := range []bool{true, false} {
		e, own := tagging(t, member)
		if anyOf(underKey(t, e, 0, own), e.pieces(0, 16)) {
			t.Errorf("the attacker finds the customer, who is B's: %t", member)
		}
		if len(e.column(0, wire.KindTags, 0, 0))+len(e.column(0, wire.KindTags, 1, 0)) > 0 {
			t.Error("a member is sent tags")
		}
	}
}

// TestTaggingWithHelper: with what the helper is sent the attack succeeds, which is
// why a helper must be in league with nobody, and shows that [TestTaggingHelped]
// would find it.
func TestTaggingWithHelper(t *testing.T) {
	for _, member := range []bool{true, false} {
		e, own := tagging(t, member)
		if found := anyOf(underKey(t, e, 0, own), e.pieces(2, 16)); found != member {
			t.Errorf("attacker and helper believe %t, the customer is B's: %t", found, member)
		}
	}
}

// TestHelperViews compares what each party is sent, as kinds, levels, columns and
// numbers of rows, with a golden file: nothing in it depends on what the tables
// hold.
func TestHelperViews(t *testing.T) {
	for range 2 { // two pairs of tables
		e := overheard(t, 3)
		var out strings.Builder
		for party, frames := range e.all {
			fmt.Fprintf(&out, "party %d\n", party)
			lines := []string{}
			for _, f := range frames {
				lines = append(lines, fmt.Sprintf("  %v %d: %d rows of %d columns\n", f.Kind, f.Level, f.Rows, len(f.Columns)))
			}
			slices.Sort(lines)
			out.WriteString(strings.Join(lines, ""))
		}
		matchtest.Golden(t, "helper.golden", out.String(), *update)
	}
}

// overheard is a run of two random tables with values, in caps that are always the
// same, with an ear in it.
func overheard(t *testing.T, levels int) *ear {
	t.Helper()
	e := new(ear)
	c := together(matchtest.Seeded(t), levels, 50, 40, matchtest.Shape{KA: 2, KB: 1, VA: 1, VB: 2})
	c.Cells.Own.Caps, c.Cells.Peer.Caps, c.Caps = []uint64{60, 70}, []uint64{50}, []uint64{130, 50}
	c.Hear = e.hear
	for party, a := range c.Run(t) {
		if a.Err != nil {
			t.Fatalf("party %d: %v", party, a.Err)
		}
	}
	return e
}

// TestHelperSeesNoElement: no element, ciphertext or key that the members sent each
// other comes to the helper, so that it recognises nothing of theirs, nor would the
// owner of the values among what it is sent.
func TestHelperSeesNoElement(t *testing.T) {
	e := overheard(t, 2)
	atHelper, crossed := e.pieces(2, 32), 0
	for party := range 2 {
		for _, f := range e.all[party] {
			if f.Kind != wire.KindSet {
				continue
			}
			for i, c := range f.Columns {
				for at := 0; at+32 <= len(c) && i != 2; at += 32 { // but for the segments
					crossed++
					if atHelper[string(c[at:at+32])] {
						t.Fatalf("column %d of member %d's table is known to the helper", i, 1-party)
					}
				}
			}
		}
	}
	if crossed != 2*180+130*2+50*3 {
		t.Errorf("%d elements crossed", crossed)
	}
}
