package node

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"mandorla/agreement"
	"mandorla/identity"
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/evaluation"
	"mandorla/node/epochs"
)

// TestChurn pads what has changed in two runs so far: what comes as a whole, and what
// goes for each run that published it. A few that come or go are as good as none.
func TestChurn(t *testing.T) {
	t.Parallel()
	level := func(added uint64, removed ...uint64) evaluation.Change {
		return evaluation.Change{Added: added, Removed: removed, Now: 10_000, Spare: []uint64{4000, 4000}}
	}
	for _, c := range []struct {
		levels []evaluation.Change
		want   Churn
		quotas [][]uint64
	}{
		{[]evaluation.Change{level(0, 0, 0)}, Churn{Padded: 1117, PaddedRemoved: 64}, [][]uint64{{32, 32}}},
		{[]evaluation.Change{level(32, 32, 1)}, Churn{Added: 32, Removed: 33, Padded: 1117, PaddedRemoved: 64}, [][]uint64{{32, 32}}},
		{[]evaluation.Change{level(0, 33, 0)}, Churn{Removed: 33, Padded: 1117, PaddedRemoved: 35 + 32}, [][]uint64{{35, 32}}},
		{[]evaluation.Change{level(1000, 0, 0)}, Churn{Added: 1000, Padded: stepFor(1000 + 125 + 1024), PaddedRemoved: 64}, [][]uint64{{32, 32}}},
		{[]evaluation.Change{level(1, 0, 0), level(2, 100, 0)}, Churn{Added: 2, Removed: 100, Padded: 1117, PaddedRemoved: 108 + 32}, [][]uint64{{32, 32}, {108, 32}}},
	} {
		got, quotas, why := churnOf(c.levels, false, 1024)
		if why != "" || got != c.want || !reflect.DeepEqual(quotas, c.quotas) {
			t.Errorf("%+v: %+v, %d, %q", c.levels, got, quotas, why)
		}
	}
	got, quotas, why := churnOf([]evaluation.Change{{Added: 3}, {Added: 9999}}, true, 1024)
	if why != "" || got != (Churn{Asks: true, New: 9999, Padded: stepFor(9999)}) || quotas != nil {
		t.Errorf("of the one who asks: %+v, %d, %q", got, quotas, why)
	}
}

// TestEpochOver changes more than a quarter of a large table, and uses the fillers of a
// run up.
func TestEpochOver(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		added, removed, now, spare uint64
		over                       bool
	}{
		{2500, 100, 10_000, 9000, false},
		{2501, 0, 10_000, 9000, true},
		{0, 2501, 10_000, 9000, true},
		{500, 0, 1000, 9000, false},
		{10, 0, 10_000, 32, false},
		{10, 0, 10_000, 31, true},
		{10, 4, 10_000, 28, false},
		{10, 4, 10_000, 27, true},
	} {
		level := evaluation.Change{Added: c.added, Removed: []uint64{c.removed}, Now: c.now, Spare: []uint64{c.spare}}
		if _, _, why := churnOf([]evaluation.Change{level}, false, 1024); (why != "") != c.over {
			t.Errorf("%+v: %q", c, why)
		}
	}
}

// TestFillersLast: whatever goes when, no run of an epoch lacks the fillers to hide it,
// so that none is a full one for a reason that the tables alone know.
func TestFillersLast(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	for range 3000 {
		least := uint64(32 << r.IntN(6))
		rows := uint64(1) << r.IntN(25)
		rows += r.Uint64N(rows)
		left, fillers := rows, stepFor(spared(rows, least))-rows
		for run := 2; run <= epochs.MostRuns; run++ {
			gone := min(left, r.Uint64N(left+1)>>r.IntN(20))
			quotas, enough := quotasOf(evaluation.Change{Removed: []uint64{gone}, Spare: []uint64{fillers}}, least)
			if !enough {
				t.Fatalf("%d rows, least %d: run %d lacks fillers", rows, least, run)
			}
			left, fillers = left-gone, fillers-(quotas[0]-gone)
		}
	}
}

// TestCheckEpoch refuses sizes that no honest partner brings.
func TestCheckEpoch(t *testing.T) {
	t.Parallel()
	id, tags := hash32{1}, column.NewList(16, 0, column.Memory())
	if err := tags.Append(make([]byte, 16*1000)); err != nil {
		t.Fatal(err)
	}
	kept := match.Kept{Levels: []match.KeptLevel{{Tags: tags}, {Tags: tags}}}
	offer := func(size uint64, removed ...uint64) *epochSide {
		return &epochSide{ID: id, Last: id, Runs: 1, Size: size, Removed: removed}
	}
	const most = 100_000
	agreed := &agreement.Agreement{Terms: agreement.Terms{Analyses: agreement.Analyses{Append: &agreement.Analysis{EpochDays: 7}}}}
	for _, c := range []struct {
		name   string
		learns bool // whether this node asks
		asked  uint64
		cap    uint64
		peer   *epochSide
		want   string
	}{
		{"nothing", true, 0, 4096, nil, ""},
		{"additions", true, 0, 4096, offer(1117, 32, 32), ""},
		{"too few", true, 0, 4096, offer(939, 32, 32), "CONTROL"},
		{"no step", true, 0, 4096, offer(1118, 32, 32), "CONTROL"},
		{"a level too few", true, 0, 4096, offer(1117, 32), "CONTROL"},
		{"no removals", true, 0, 4096, offer(1117), "CONTROL"},
		{"more removals than tags", true, 0, 4096, offer(1117, 32, 1001), "CONTROL"},
		{"more additions than rows agreed on", true, 0, 4096, offer(stepFor(2*most), 32, 32), "REFUSED"},
		{"questions", false, 0, 4096, offer(4096), ""},
		{"too few questions", false, 0, 4096, offer(939), "CONTROL"},
		{"questions that are no step", false, 0, 4096, offer(4000), "CONTROL"},
		{"questions and removals", false, 0, 4096, offer(1024, 32, 32), "CONTROL"},
		{"more questions than rows", false, 0, 4096, offer(stepFor(4097)), "REFUSED"},
		{"fewer rows than the least", false, 0, 256, offer(1024), ""},
		{"the last questions", false, stepFor(most) - 1024, 4096, offer(1024), ""},
		{"more questions than rows agreed on", false, stepFor(most) - 1023, 4096, offer(1024), "REFUSED"},
	} {
		a := &attempt{Node: &Node{change: leastChange}, plan: &plan{agreement: agreed, analysis: agreement.Append, learns: c.learns,
			rules: agreement.Rules{MaxRows: most}, normalisers: make([]*identity.Normaliser, 2)},
			epoch: &epochRun{before: &epochs.State{Asked: c.asked, Kept: kept}}}
		own := side{Epoch: &epochSide{ID: id, Last: id, Runs: 1}}
		err := a.checkEpoch(side{Cap: c.cap, Epoch: c.peer}, own)
		if (err == nil) != (c.want == "") || err != nil && code(err) != c.want {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	none := &attempt{Node: &Node{change: leastChange}, plan: &plan{analysis: agreement.Append, learns: true,
		agreement: &agreement.Agreement{Terms: agreement.Terms{Analyses: agreement.Analyses{Append: &agreement.Analysis{}}}}}}
	if err := none.checkEpoch(side{Cap: 4096, Epoch: offer(1117)}, side{}); code(err) != "CONTROL" {
		t.Errorf("an epoch where none was agreed on: %v", err)
	}
}
