package address

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const (
	dictionaries = "../../../shared/data/normalise/libpostal_dictionaries_en"
	expected     = "../../../shared/data/expected.json"
	listing      = "../../docs/addresses-not-covered.md"
)

// contexts put a word of a dictionary where such words stand.
var contexts = map[string]func(r *Rules, word string) string{
	"street_types":             func(r *Rules, w string) string { return r.Parse("12 Example " + w).Street },
	"directionals":             func(r *Rules, w string) string { return r.Parse("12 " + w + " Example Street").Street },
	"unit_types_numbered":      func(r *Rules, w string) string { return fmt.Sprint(r.Parse("12 Example Street " + w + " 5")) },
	"level_types_numbered":     func(r *Rules, w string) string { return fmt.Sprint(r.Parse("12 Example Street, " + w + " 5")) },
	"level_types_basement":     aloneLevel,
	"level_types_mezzanine":    aloneLevel,
	"level_types_standalone":   aloneLevel,
	"level_types_sub_basement": aloneLevel,
	"post_office":              func(r *Rules, w string) string { return fmt.Sprint(r.Parse(w + " 55")) },
}

func aloneLevel(r *Rules, w string) string {
	return fmt.Sprint(r.Parse("12 Example Street, " + w))
}

// TestLibpostalDictionaries sees that a word and its variants are one word to
// us, or that the pair stands in the list of what is not covered. The list in
// turn names nothing that is covered.
func TestLibpostalDictionaries(t *testing.T) {
	skipWithout(t, dictionaries)
	us, _ := For("US")
	var missing []string
	covered := 0
	for _, file := range slices.Sorted(files(t)) {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		in, ok := contexts[name]
		if !ok {
			t.Fatalf("%s: a dictionary that no test reads", name)
		}
		for _, line := range strings.Split(strings.TrimSpace(read(t, file)), "\n") {
			words := strings.Split(line, "|")
			var fails []string
			for _, variant := range words[1:] {
				if in(us, variant) == in(us, words[0]) {
					covered++
					continue
				}
				fails = append(fails, variant)
			}
			if len(fails) > 0 {
				missing = append(missing, fmt.Sprintf("- %s: %s: %s", name, words[0], strings.Join(fails, ", ")))
			}
		}
	}
	t.Logf("%d pairs of a word and its variant are covered", covered)
	if covered < 900 {
		t.Errorf("only %d pairs are covered", covered)
	}
	compareListing(t, "Words", missing)
}

// TestLibpostalExpansions sees that an address and its expansion are one to us,
// or that the case stands in the list.
func TestLibpostalExpansions(t *testing.T) {
	skipWithout(t, expected)
	var all struct {
		Normalise struct {
			Cases []struct{ Kind, Input, Expansion string } `json:"libpostal_expand"`
		}
	}
	if err := json.Unmarshal([]byte(read(t, expected)), &all); err != nil {
		t.Fatal(err)
	}
	us, _ := For("US")
	de, _ := For("DE")
	var missing []string
	passed := 0
	for _, c := range all.Normalise.Cases {
		if same(us, c.Input, c.Expansion) || same(de, c.Input, c.Expansion) {
			passed++
			continue
		}
		kind := "whole"
		if strings.Contains(c.Kind, "root") {
			kind = "root"
		}
		missing = append(missing, fmt.Sprintf("- %s: %s: %s", kind, c.Input, c.Expansion))
	}
	t.Logf("%d of %d expansions are covered", passed, len(all.Normalise.Cases))
	compareListing(t, "Expansions", missing)
}

// same reports whether two texts are one address: as it stands, or as what is
// within a house.
func same(r *Rules, a, b string) bool {
	x, _ := r.Parse(a).Key()
	y, _ := r.Parse(b).Key()
	whole := r.Parse(a)
	return x == y && x != [5]string{} || slices.Contains([]string{whole.Unit, whole.Box, written(whole)}, b)
}

// written is an address on one line, as expansions are.
func written(a Address) string {
	region := a.Region
	for name, letters := range states() {
		if letters == a.Region && len(name) > 2 {
			region = name
		}
	}
	fields := []string{a.Number, a.Street, a.Unit, a.City, region, a.Postcode}
	return strings.Join(slices.DeleteFunc(fields, func(f string) bool { return f == "" }), " ")
}

// compareListing compares cases with a section of the list in docs.
func compareListing(t *testing.T, section string, missing []string) {
	t.Helper()
	_, text, ok := strings.Cut(read(t, listing), "\n## "+section+"\n")
	if !ok {
		t.Fatalf("%s has no section %q", listing, section)
	}
	text, _, _ = strings.Cut(text, "\n## ")
	var listed []string
	for _, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(line, "- ") {
			listed = append(listed, line)
		}
	}
	for _, m := range missing {
		if !slices.Contains(listed, m) {
			t.Errorf("neither covered nor listed: %s", m)
		}
	}
	for _, l := range listed {
		if !slices.Contains(missing, l) {
			t.Errorf("listed as not covered, but it is: %s", l)
		}
	}
}

func files(t *testing.T) func(func(string) bool) {
	names, err := filepath.Glob(filepath.Join(dictionaries, "*.txt"))
	if err != nil || len(names) == 0 {
		t.Fatalf("%d dictionaries, %v", len(names), err)
	}
	return slices.Values(names)
}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func skipWithout(t *testing.T, name string) {
	t.Helper()
	if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) {
		t.Skipf("%s is not there: the third-party test data stands beside the project", name)
	}
}
