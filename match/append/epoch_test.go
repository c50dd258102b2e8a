package append

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"testing"

	"mandorla/match"
	"mandorla/match/matchtest"
	"mandorla/match/wire"
)

// TestEpochs makes random runs of random epochs.
func TestEpochs(t *testing.T) { matchtest.Epochs(t, OneSided) }

// TestEpochLies has the vendor lie in a later run.
func TestEpochLies(t *testing.T) { matchtest.EpochLies(t, OneSided, wire.KindLabels) }

// epoch is three runs of an epoch of two levels, in which both tables change: run is
// told of each.
func epoch(t *testing.T, run func(number int, p matchtest.Pair)) {
	r := matchtest.Seeded(t)
	e := matchtest.NewEpoch(OneSided, 2, match.Initiator)
	a, b := matchtest.NewHousehold(r, 2, 25), matchtest.NewHousehold(r, 2, 25)
	for number := range 3 {
		p, err := e.Pair(a.Table, b.Table, b.Label)
		if err != nil {
			t.Fatal(err)
		}
		p.CapA, p.CapB = 90, 400 // whatever stands in the tables
		if number > 0 {
			p.Epoch[0].Asked, p.Epoch[0].Changed = 50, 45
			p.Epoch[1].Asked, p.Epoch[1].Changed = 50, 45
		}
		run(number, p)
		a.Change(r, 2)
		b.Change(r, 2)
	}
}

// TestEpochViews pins what each party is sent in a later run of an epoch: it is the
// same whatever has changed. A message or a column more shows in the golden files.
func TestEpochViews(t *testing.T) {
	epoch(t, func(number int, p matchtest.Pair) {
		views, a, b := p.Views()
		if a.Err != nil || b.Err != nil {
			t.Fatal(a.Err, b.Err)
		}
		if number == 0 {
			return
		}
		for role, view := range views {
			matchtest.Golden(t, fmt.Sprintf("%v-later.golden", match.Role(role)), p.Sent(match.Role(role), view), *update)
		}
	})
}

// TestNothingRepeatsInAnEpoch looks through what either party is sent in the runs of
// an epoch for values that come again: but for the epoch's key there are none, so
// that nothing links a publication to another, except that a tag is removed as it
// was published, once.
func TestNothingRepeatsInAnEpoch(t *testing.T) {
	seen, removed := map[string]wire.Kind{}, 0
	epoch(t, func(number int, p matchtest.Pair) {
		var sent [2][]wire.Frame
		p.Wrap = func(r match.Role, m match.Machine) match.Machine { return watcher{m, &sent[r]} }
		if a, b := p.Run(); a.Err != nil || b.Err != nil {
			t.Fatal(a.Err, b.Err)
		}
		for _, f := range slices.Concat(sent[0], sent[1]) {
			if f.Kind == wire.KindKeys {
				f.Columns = f.Columns[1:] // the key is the epoch's; its proof is not
			}
			for _, column := range f.Columns {
				for value := range slices.Chunk(bytes.Clone(column), len(column)/f.Rows) {
					before, again := seen[string(value)]
					switch {
					case f.Kind == wire.KindRemoved && before == wire.KindLabels:
						removed++
					case f.Kind == wire.KindRemoved || again:
						t.Errorf("run %d: a value of %v, after one of %v", number+1, f.Kind, before)
					}
					seen[string(value)] = f.Kind
				}
			}
		}
	})
	if want := 2 * 2 * 45; removed != want { // runs, levels
		t.Errorf("%d tags were removed, not %d", removed, want)
	}
}

// TestFillers: what later runs may remove to hide how many have gone are the fillers of
// directories, and never a tag of the liveness pool, of which the asker knows some.
func TestFillers(t *testing.T) {
	e := matchtest.NewEpoch(OneSided, 1, match.Initiator)
	table := matchtest.Table{{1}, {2}, {3}}
	spare := 0
	for number := range 3 {
		e.Slack = 7
		p, err := e.Pair(table, table, nil)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := p.Run(); a.Err != nil || b.Err != nil {
			t.Fatal(a.Err, b.Err)
		}
		if number == 0 {
			spare = int(p.CapB) - len(table)
		}
		kept := e.Kept[match.Responder].Levels[0]
		if int(kept.Tags.Len()) != spare || int(kept.Identifiers.Len()) != len(table) {
			t.Errorf("run %d: %d fillers to spare, not %d; %d identifiers", number+1, kept.Tags.Len(), spare, kept.Identifiers.Len())
		}
	}
}

// BenchmarkEpoch is a full run of 100,000 rows a side, and later ones in which one row
// in a hundred is new, and as many are gone, on both sides. Both parties run in
// one process.
func BenchmarkEpoch(b *testing.B) {
	const rows, changed = 100_000, 1000
	table := func(from uint64) (t matchtest.Table) {
		for i := range uint64(rows) {
			t = append(t, []uint64{1 + from + i})
		}
		return t
	}
	run := func(b *testing.B, e *matchtest.Epoch, generation uint64) {
		vendor := table(rows/2 + generation*changed)
		label := func(row int) []byte { return binary.BigEndian.AppendUint64(nil, vendor[row][0])[3:] }
		p, err := e.Pair(table(generation*changed), vendor, label)
		if err != nil {
			b.Fatal(err)
		}
		if generation == 0 {
			p.CapB = rows + rows/8
		}
		if x, y := p.Run(); x.Err != nil || y.Err != nil {
			b.Fatal(x.Err, y.Err)
		}
	}
	b.Run("full", func(b *testing.B) {
		for b.Loop() {
			run(b, matchtest.NewEpoch(OneSided, 1, match.Initiator), 0)
		}
	})
	b.Run("later", func(b *testing.B) {
		e := matchtest.NewEpoch(OneSided, 1, match.Initiator)
		run(b, e, 0)
		generation := uint64(0)
		for b.Loop() {
			generation++
			run(b, e, generation)
		}
	})
}
