package append

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"testing"

	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/evaluation"
	"mandorla/match/matchtest"
	"mandorla/match/wire"
)

// TestEpochs makes random runs of random epochs.
func TestEpochs(t *testing.T) { matchtest.Epochs(t, OneSided) }

// TestEpochLies has either side lie in a later run.
func TestEpochLies(t *testing.T) { matchtest.EpochLies(t, OneSided, wire.KindLabels) }

// TestListedTwice has the vendor let identifiers stand twice.
func TestListedTwice(t *testing.T) { matchtest.ListedTwice(t, OneSided) }

// quotas are those of the later runs of epoch, at each level.
var quotas = [][]uint64{{45}, {30, 15}}

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
			quotas := quotas[number-1]
			for _, e := range p.Epoch {
				e.Asked, e.Added, e.Removed = 50, 45, []uint64{45, 45}
			}
			p.Epoch[match.Responder].Quotas = [][]uint64{quotas, quotas}
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
// was published, once. Of the tags of each run as many are removed as its quota says,
// whatever has gone.
func TestNothingRepeatsInAnEpoch(t *testing.T) {
	type origin struct {
		kind wire.Kind
		run  int
	}
	seen, removed := map[string]origin{}, map[[2]int]int{} // by the run that removes and the one that published
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
					case f.Kind == wire.KindRemoved && before.kind == wire.KindLabels:
						removed[[2]int{number, before.run}]++
					case f.Kind == wire.KindRemoved || again:
						t.Errorf("run %d: a value of %v, after one of %v", number+1, f.Kind, before.kind)
					}
					seen[string(value)] = origin{f.Kind, number}
				}
			}
		}
	})
	want := map[[2]int]int{}
	for number, quotas := range quotas {
		for published, quota := range quotas {
			want[[2]int{number + 1, published}] = 2 * int(quota) // levels
		}
	}
	if !maps.Equal(removed, want) {
		t.Errorf("%v tags were removed, not %v", removed, want)
	}
}

// TestFillers: what later runs may remove to hide how many have gone are the fillers of
// each directory by themselves, and never a tag of the liveness pool, of which the
// asker knows some.
func TestFillers(t *testing.T) {
	e := matchtest.NewEpoch(OneSided, 1, match.Initiator)
	table := matchtest.Table{{1}, {2}, {3}}
	for number := range 3 {
		e.Slack = 7
		p, err := e.Pair(table, table, nil)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := p.Run(); a.Err != nil || b.Err != nil {
			t.Fatal(a.Err, b.Err)
		}
		kept := e.Kept[match.Responder].Levels[0]
		want := [][]int{{203}, {203 - 7, 7}, {203 - 14, 0, 7}}[number]
		if got := byRun(t, kept.Tags, number+1); !slices.Equal(got, want) || int(kept.Identifiers.Len()) != len(table) {
			t.Errorf("run %d: %d fillers to spare, not %d; %d identifiers", number+1, got, want, kept.Identifiers.Len())
		}
	}
}

// byRun counts fillers by the run that published them.
func byRun(t *testing.T, fillers match.KeptRows, runs int) []int {
	rows, err := fillers.Rows()
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	counts := make([]int, runs)
	err = column.EachBatch(rows, func(batch []byte) error {
		for row := range slices.Chunk(batch, evaluation.SpareWidth) {
			counts[binary.BigEndian.Uint16(row[16:])-1]++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return counts
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
