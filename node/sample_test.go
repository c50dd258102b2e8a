package node

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"mandorla/agreement"
	"mandorla/identity"
	"mandorla/ledger"
)

// estimated is a house of two tables of rows, half of them shared, that may be
// counted by two identifiers.
func estimated(t *testing.T, rows int, rules string) *house {
	h := newHouse(t, "left.csv", "right.csv", byTwo)
	h.rules = rules
	h.analyses = "{size: {to: [left, right]}}"
	for member, from := range map[string]int{left: 0, right: rows / 2} {
		var lines []string
		for i := range rows {
			lines = append(lines, fmt.Sprintf("a%d,b%d", from+i, i)) // by b all would be shared
		}
		h.table(member+"/"+member+".csv", "a,b", lines)
	}
	return h
}

// TestEstimate: both nodes draw the same people, and what they find is scaled up
// to what there is, within the deviation that is said.
func TestEstimate(t *testing.T) {
	t.Parallel()
	const rows, drawn = 4000, 1024
	h := estimated(t, rows, "{noise: none, min_group_size: 1, min_set_size: 100}")
	h.drawn = drawn
	h.serve(right, Options{})
	a := h.agree()
	own, err := h.open(left, Options{}).Run(t.Context(), Request{Analysis: agreement.Size, Agreement: a, Sample: true})
	if err != nil {
		t.Fatal(err)
	}
	peer := h.result(right, own.Run)
	if *own.Count != *peer.Count || own.Sample != peer.Sample || own.SampleBy != "exact:a" || len(own.Levels) != 0 {
		t.Errorf("%+v and %+v", own, peer)
	}
	if full := float64(stepFor(rows)); own.Sample != drawn/full {
		t.Errorf("a share of %v", own.Sample)
	}
	if off := math.Abs(float64(*own.Count) - rows/2); off > 6**own.SD+50 { // 50: two digits
		t.Errorf("about %d ± %.0f of %d", *own.Count, *own.SD, rows/2)
	}
	if sd := math.Sqrt(rows / 2 * (1 - own.Sample) / own.Sample); math.Abs(*own.SD-sd) > sd/10 {
		t.Errorf("a deviation of %v, not about %v", *own.SD, sd)
	}
	r, err := h.open(left, Options{}).readReceipt(own.Run)
	if err != nil || !r.Sample || r.State != ledger.Completed || r.Members[left].Cap != 1218 {
		t.Errorf("the receipt: %+v, %v", r, err)
	}
}

// TestEstimateSpends: small tables are counted whole, by the first identifier,
// under noise; it costs the ε of a whole run, and is no repetition of one.
func TestEstimateSpends(t *testing.T) {
	t.Parallel()
	h := estimated(t, 300, "{min_group_size: 10, min_set_size: 100, min_change: 100, epsilon_per_run: 1, epsilon_budget: 1.5}")
	h.analyses, h.types = "{size: {to: [left, right]}}", "[\"exact:a\"]"
	h.serve(right, Options{})
	a := h.agree()
	run := func(sample bool) (*Result, error) {
		return h.open(left, Options{}).Run(t.Context(), Request{Analysis: agreement.Size, Agreement: a, Sample: sample})
	}
	first, err := run(true)
	if err != nil {
		t.Fatal(err)
	}
	if first.Sample != 1 || first.Epsilon != "1" || first.State != "noised" || *first.Count < 100 || *first.Count > 200 {
		t.Errorf("%+v", first)
	}
	again, err := run(true)
	if err != nil || !again.Repeated || again.Run != first.Run {
		t.Errorf("the same estimate again: %+v, %v", again, err)
	}
	if _, err := run(false); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "epsilon_budget") {
		t.Errorf("a whole run beyond the budget: %v", err)
	}
}

// TestEstimateToOne: the estimate is for whoever stands under size, whichever node
// starts, also where the other has all the noise.
func TestEstimateToOne(t *testing.T) {
	t.Parallel()
	for name, rules := range map[string]string{
		"exact": "{noise: none, min_group_size: 1, min_set_size: 100}", "noisy": "{min_group_size: 10, min_set_size: 100, min_change: 100}"} {
		h := estimated(t, 2000, rules)
		h.analyses, h.types, h.drawn = "{size: {to: [right]}}", "[\"exact:a\"]", 512
		h.serve(right, Options{})
		own, err := h.open(left, Options{}).Run(t.Context(), Request{Analysis: agreement.Size, Agreement: h.agree(), Sample: true})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if peer := h.result(right, own.Run); own.Count != nil || peer.Count == nil || math.Abs(float64(*peer.Count)-1000) > 6**peer.SD+50 || *peer.SD == 0 {
			t.Errorf("%s: %+v and %+v", name, own, peer)
		}
	}
}

// TestEstimateRefused: only `size` can be estimated, and only where it is agreed
// on.
func TestEstimateRefused(t *testing.T) {
	t.Parallel()
	h := appending(t)
	h.serve(right, Options{})
	a := h.agree()
	for analysis, says := range map[string]string{agreement.Append: "only `size`", agreement.Size: `no "size"`} {
		_, err := h.open(left, Options{}).Run(t.Context(), Request{Analysis: analysis, Agreement: a, Sample: true})
		if !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v does not say %q", analysis, err, says)
		}
	}
}

// TestSampleIsASample: a share of all digests takes part, the same at both nodes,
// others under another session.
func TestSampleIsASample(t *testing.T) {
	profile, err := identity.Lookup("plain-1")
	if err != nil {
		t.Fatal(err)
	}
	norm, err := profile.Normaliser(Identifier{Type: "exact", Label: "a", Column: "a"}.spec())
	if err != nil {
		t.Fatal(err)
	}
	draw := func(sid byte, own, peer uint64) *sample {
		a := &attempt{Node: &Node{drawn: sampleRows}, plan: &plan{sample: true, normalisers: []*identity.Normaliser{norm}}, session: &session{sid: [32]byte{sid}}}
		a.session.own.Full, a.session.peer.Full = own, peer
		return a.newSample()
	}
	const n = 20_000
	ours, theirs, other := draw(1, 4*sampleRows, 100), draw(1, 100, 4*sampleRows), draw(2, 4*sampleRows, 100)
	taken, both, apart := 0, 0, 0
	for i := range uint64(n) {
		var digest [32]byte
		binary.BigEndian.PutUint64(digest[:], i)
		switch takes := ours.takes(digest[:]); {
		case takes != theirs.takes(digest[:]):
			apart++
		case takes && other.takes(digest[:]):
			both++
			fallthrough
		case takes:
			taken++
		}
	}
	if apart > 0 {
		t.Errorf("the two nodes differ about %d people", apart)
	}
	if taken < n/4-400 || taken > n/4+400 || both < n/16-300 || both > n/16+300 {
		t.Errorf("%d of %d take part, %d of them in the next session too", taken, n, both)
	}
	if !draw(1, 10, sampleRows).takes(make([]byte, 32)) {
		t.Error("of small tables not everybody takes part")
	}
}

func TestTwoDigits(t *testing.T) {
	for v, want := range map[float64]float64{0: 0, 4.4: 4, 99: 99, 123: 120, 98765: 99000, 99900: 100000, 12500: 12000} {
		if got := twoDigits(v); math.Abs(got-want) > 1e-6 && !(v == 12500 && got == 13000) {
			t.Errorf("%v becomes %v, not %v", v, got, want)
		}
	}
}
