package node

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// codesOf counts cells, settles the codes and names each cell's label.
func codesOf(t *testing.T, d Dimension, least uint64, rows map[string]int) (of map[string]string, labels []string) {
	t.Helper()
	dict, err := newDictionary(d)
	if err != nil {
		t.Fatal(err)
	}
	raw := map[string]int64{}
	for cell, n := range rows {
		code, err := dict.code([]byte(cell), false)
		if err != nil {
			t.Fatal(err)
		}
		raw[cell] = code
		dict.counts[code] += uint64(n)
	}
	dict.settle(least)
	of = map[string]string{}
	for cell, code := range raw {
		of[cell] = dict.labels[dict.final[code]].String()
	}
	for _, l := range dict.labels {
		labels = append(labels, l.String())
	}
	return of, labels
}

func TestDictionary(t *testing.T) {
	for name, c := range map[string]struct {
		d      Dimension
		rows   map[string]int
		labels string
		of     map[string]string
	}{
		"from the data":           {Dimension{Column: "x"}, map[string]int{"b": 50, " a ": 30, "c": 5, "": 40, "d": 20}, "a b (other) (none)", map[string]string{" a ": "a", "c": "(other)", "d": "(other)", "": "(none)"}},
		"all are large":           {Dimension{Column: "x"}, map[string]int{"b": 50, "a": 30}, "a b", nil},
		"other would be small":    {Dimension{Column: "x"}, map[string]int{"b": 50, "a": 30, "c": 3}, "b (other)", map[string]string{"a": "(other)", "c": "(other)"}},
		"nothing is large":        {Dimension{Column: "x"}, map[string]int{"b": 5, "a": 3, "": 2}, "(other)", map[string]string{"": "(other)"}},
		"few nulls":               {Dimension{Column: "x"}, map[string]int{"b": 50, "": 2, "c": 30}, "b (other)", map[string]string{"": "(other)", "c": "(other)"}},
		"a value called other":    {Dimension{Column: "x"}, map[string]int{"b": 50, "Other": 40}, "b (other)", map[string]string{"Other": "(other)"}},
		"declared, in that order": {Dimension{Column: "x", Values: []string{"z", "a"}}, map[string]int{"a": 30, "z": 30, "m": 30}, "z a (other)", map[string]string{"m": "(other)"}},
		"bands": {Dimension{Column: "x", Bands: []string{"0", "10.5"}}, map[string]int{"-1": 25, "0": 25, "10.5": 25, "10.49": 25, "ten": 30},
			"below 0 0 to below 10.5 10.5 and above (other)", map[string]string{"0": "0 to below 10.5", "10.49": "0 to below 10.5", "10.5": "10.5 and above", "ten": "(other)"}},
	} {
		of, labels := codesOf(t, c.d, 25, c.rows)
		if got := strings.Join(labels, " "); got != c.labels {
			t.Errorf("%s: labels %q, want %q", name, got, c.labels)
		}
		for cell, want := range c.of {
			if of[cell] != want {
				t.Errorf("%s: %q is %q, want %q", name, cell, of[cell], want)
			}
		}
	}
}

// TestDictionaryIsBounded: a column of identifiers is no dimension, and no more
// than 64 codes are told apart.
func TestDictionaryIsBounded(t *testing.T) {
	d, err := newDictionary(Dimension{Column: "x"})
	if err != nil {
		t.Fatal(err)
	}
	for i := range mostValues {
		if _, err := d.code(fmt.Appendf(nil, "v%d", i), false); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.code([]byte("one more"), false); !errors.Is(err, ErrInput) || strings.Contains(err.Error(), "one more") {
		t.Errorf("too many values: %v", err)
	}
	if code, err := d.code([]byte(strings.Repeat("x", longestName+1)), false); code != rawOther || err != nil {
		t.Errorf("a long text: %d, %v", code, err)
	}
	rows := map[string]int{}
	for i := range 100 {
		rows[fmt.Sprintf("v%02d", i)] = 30 + i
	}
	if _, labels := codesOf(t, Dimension{Column: "x"}, 25, rows); len(labels) != mostCodes {
		t.Errorf("%d codes", len(labels))
	}
}
