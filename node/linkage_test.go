package node

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"mandorla/agreement"
)

func decodeJSON(b []byte, v any) error { return json.Unmarshal(b, v) }

// febrl is the waterfall over FEBRL's columns: one single column, then three
// joined ones.
const febrl = `    identifiers:
      - {type: exact, label: soc_sec_id, column: soc_sec_id}
      - {type: exact, label: name_dob, columns: [given_name, surname, date_of_birth]}
      - {type: exact, label: name_postcode, columns: [given_name, surname, postcode]}
      - {type: exact, label: surname_addr, columns: [surname, street_number, address_1, postcode]}
`

// TestFEBRL4 is the record-linkage data set of 5,000 people on each side, over
// a real connection, with the answers of expected.json
// (linkage.febrl4_A_x_B.cascade).
func TestFEBRL4(t *testing.T) {
	h := newHouse(t, shared(t, "linkage/febrl/dataset4a.csv"), shared(t, "linkage/febrl/dataset4b.csv"), febrl)
	h.least = minCap
	h.serve(right, Options{})
	a := h.agree()
	for _, analysis := range []string{agreement.Match, agreement.Size} {
		own, peer := h.run(analysis, a)
		for member, r := range map[string]*Result{left: own, right: peer} {
			if r.Count == nil || *r.Count != 4821 {
				t.Fatalf("%s: %s finds %v, not 4821", member, analysis, r.Count)
			}
			for l, want := range []uint64{4561, 206, 19, 35} {
				if *r.Levels[l].Count != want {
					t.Errorf("%s: %s: %s %d, not %d", member, analysis, r.Levels[l].Type, *r.Levels[l].Count, want)
				}
			}
		}
		if analysis == agreement.Match {
			h.checkTruth(own, peer)
		}
	}
}

// checkTruth compares who was matched with the truth in FEBRL's record names:
// rec-N-org on the left is rec-N-dup-0 on the right.
func (h *house) checkTruth(own, peer *Result) {
	h.t.Helper()
	l := personsIn(h.t, shared(h.t, "linkage/febrl/dataset4a.csv"), own)
	r := personsIn(h.t, shared(h.t, "linkage/febrl/dataset4b.csv"), peer)
	if !slices.Equal(l, r) || len(l) != 4821 {
		h.t.Errorf("%d people on the left, %d on the right, or not the same", len(l), len(r))
	}
}

// personsIn is who stands in a list of matched rows, sorted.
func personsIn(t testing.TB, source string, r *Result) []string {
	t.Helper()
	records := cells(t, source)
	var list strings.Builder
	if err := ExportTo(r, &list, "csv"); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(list.String())).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, row := range rows[1:] {
		var n int
		fmt.Sscan(row[0], &n)
		out = append(out, strings.Split(records[1+n][0], "-")[1])
	}
	slices.Sort(out)
	return out
}

// cells is a CSV file as the standard library reads it.
func cells(t testing.TB, path string) [][]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = -1
	all, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// expected is what expected.json says of a linkage set.
type expected struct {
	Keys map[string]struct {
		Columns     []string `json:"cols"`
		WithKey     uint64   `json:"with_key"`
		Distinct    uint64   `json:"distinct_values"`
		RowsInPairs uint64   `json:"rows_in_pairs"`
		Common      uint64   `json:"common_key_values"`
		RowsA       uint64   `json:"a_rows"`
		RowsB       uint64   `json:"b_rows"`
	}
}

func expectedLinkage(t *testing.T, set string) expected {
	t.Helper()
	b, err := os.ReadFile(shared(t, "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all struct{ Linkage map[string]expected }
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	return all.Linkage[set]
}

// identifiers is the YAML of a set's keys, each an exact identifier.
func (e expected) identifiers(columns map[string]string) string {
	text := "    identifiers:\n"
	for _, key := range slices.Sorted(maps.Keys(e.Keys)) {
		var names []string
		for _, c := range e.Keys[key].Columns {
			names = append(names, cmp.Or(columns[c], c))
		}
		text += fmt.Sprintf("      - {type: exact, label: %s, columns: [%s]}\n", key, strings.Join(names, ", "))
	}
	return text
}

// TestSingleKeys compares the overlap by one key with the key values that both
// sides have (linkage.*.keys of expected.json).
//
// The rule differs where a value stands in several rows. expected.json counts
// it; here several people under one name and postcode are nobody's identifier
// (PROTOCOLS.md §1.5, §8.7), so each such value is one less. In these sets that
// is one value: two rows of febrl4's left side share name and postcode.
func TestSingleKeys(t *testing.T) {
	if testing.Short() {
		t.Skip("many runs")
	}
	for set, files := range map[string][2]string{
		"febrl4_A_x_B":             {"linkage/febrl/dataset4a.csv", "linkage/febrl/dataset4b.csv"},
		"febrl042_D1000_org_x_dup": {"linkage/febrl042/dataset_D_org_1000.csv", "linkage/febrl042/dataset_D_dup_1000.csv"},
	} {
		e := expectedLinkage(t, set)
		h := newHouse(t, shared(t, files[0]), shared(t, files[1]), e.identifiers(map[string]string{"phone": "phone_number"}))
		h.serve(right, Options{})
		for key, want := range e.Keys {
			h.name, h.types = strings.ReplaceAll(set+"-"+key, "_", "-"), "[exact:"+key+"]"
			own, peer := h.run(agreement.Size, h.agree())
			several := want.RowsA - want.Common + want.RowsB - want.Common // one extra row each here
			if *own.Count != want.Common-several || *peer.Count != *own.Count {
				t.Errorf("%s %s: %d and %d, not %d", set, key, *own.Count, *peer.Count, want.Common-several)
			}
		}
	}
}

// TestDuplicates counts, in sets with people in several rows, the rows that
// lose their identifier: all but the first by one column's value, all by
// several columns' (linkage.*_dedup of expected.json).
func TestDuplicates(t *testing.T) {
	for set, file := range map[string]string{
		"febrl1_dedup":           "linkage/febrl/dataset1.csv",
		"febrl2_dedup":           "linkage/febrl/dataset2.csv",
		"febrl3_dedup":           "linkage/febrl/dataset3.csv",
		"splink_fake_1000_dedup": "linkage/splink/fake_1000.csv",
	} {
		e := expectedLinkage(t, set)
		h := newHouse(t, shared(t, file), shared(t, file), e.identifiers(nil))
		check, err := h.open(left, Options{}).Check(t.Context(), "people", "plain-1")
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range check.Columns {
			want := e.Keys[strings.TrimPrefix(c.Type, "exact:")]
			lost := want.RowsInPairs
			if len(want.Columns) == 1 {
				lost = want.WithKey - want.Distinct
			}
			if c.Rows-c.Empty != want.WithKey || c.Duplicate != lost || c.Invalid != 0 {
				t.Errorf("%s: %+v, expected %+v", set, c, want)
			}
		}
	}
}

// TestPrivateID is the example of Private-ID (psi of expected.json): three
// people in both of two tiny tables, which are topped up here with people of
// one side alone to the least rows that an agreement can allow.
func TestPrivateID(t *testing.T) {
	for name, columns := range map[string]string{"email": "", "input": ", extra", "pjc": ", extra"} {
		var tables [2]string
		h := newHouse(t, "", "", "    no_header: true\n    identifiers:\n      - {type: exact, label: id, column: c0}\n")
		for i, side := range []string{"company", "partner"} {
			b, err := os.ReadFile(shared(t, "psi/private-id/"+name+"_"+side+".csv"))
			if err != nil {
				t.Fatal(err)
			}
			text := strings.TrimRight(string(b), "\n") + "\n"
			for n := range 100 {
				text += fmt.Sprintf("%s%d@example.net%s\n", side, n, columns)
			}
			tables[i] = h.write(name+side+".csv", text)
		}
		h.datasets[left] = strings.Replace(h.datasets[left], `""`, tables[0], 1)
		h.datasets[right] = strings.Replace(h.datasets[right], `""`, tables[1], 1)
		h.configure()
		h.serve(right, Options{})
		own, peer := h.run(agreement.Match, h.agree())
		if *own.Count != 3 || *peer.Count != 3 {
			t.Errorf("%s: %d and %d shared people, not 3", name, *own.Count, *peer.Count)
		}
	}
}
