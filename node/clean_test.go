package node

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A surveyTruth is what expected.json says of a survey.
type surveyTruth struct {
	Rows    uint64
	Truth   map[uint64]uint64 `json:"truth_size_histogram"`
	Pairs   int               `json:"truth_pairs"`
	Address groupTruth
	Surname groupTruth `json:"surname_address"`
}

type groupTruth struct {
	Groups    uint64
	None      uint64 `json:"rows_without_key"`
	Pairs     int
	True      int
	Histogram map[uint64]uint64 `json:"size_histogram"`
}

// surveyDataset is a survey's dataset, but for its source.
const surveyDataset = `    identifiers:
      - type: household
        by: %s
        country: US
        columns: [%sstreet_number, street_name, unit_number, zipcode]
        parts: [%snumber, street, unit, postcode]
        most_people: %d
`

// survey makes a node whose dataset is a survey; named households have a last
// name in common.
func survey(t *testing.T, file string, named bool, most int) *Node {
	t.Helper()
	by, before := "address", ""
	if named {
		by, before = "surname_address", "last_name, "
	}
	source := shared(t, "household/"+file+".parquet")
	h := newHouse(t, source, source, fmt.Sprintf(surveyDataset, by, before, before, most))
	return h.open(left, Options{})
}

// readCopy reads a cleaned copy in CSV, by column.
func readCopy(t *testing.T, file string) map[string][]string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	columns := map[string][]string{}
	for c, name := range rows[0] {
		for _, row := range rows[1:] {
			columns[name] = append(columns[name], row[c])
		}
	}
	return columns
}

// pairsOf counts the pairs of rows in one household that are in one truth
// household, and those that are not.
func pairsOf(households, truth []string) (together, right int) {
	members := map[string][]string{}
	for i, h := range households {
		if h != "" {
			members[h] = append(members[h], truth[i])
		}
	}
	for _, m := range members {
		for i := range m {
			for _, other := range m[:i] {
				together++
				if other == m[i] {
					right++
				}
			}
		}
	}
	return together, right
}

// TestCleanFindsHouseholds holds the figures of two surveys of an invented
// population whose true households are known. Nobody is kept apart here, so that
// the figures are those of the grouping alone.
func TestCleanFindsHouseholds(t *testing.T) {
	var all struct{ Household map[string]surveyTruth }
	b, err := os.ReadFile(shared(t, "expected.json"))
	if err == nil {
		err = json.Unmarshal(b, &all)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"current_population_survey", "american_community_survey"} {
		want := all.Household[file]
		for _, named := range []bool{false, true} {
			for _, profile := range []string{"plain-1", "uid2-1"} {
				groups := want.Address
				if named {
					groups = want.Surname
				}
				n := survey(t, file, named, 1000)
				out := filepath.Join(t.TempDir(), "copy.csv")
				c, err := n.Clean(t.Context(), "people", profile, out, "")
				if err != nil {
					t.Fatal(err)
				}
				h := c.Households
				if c.Rows != want.Rows || h.Households != groups.Groups || h.None != groups.None || h.Institutions != 0 || !maps.Equal(h.Sizes, groups.Histogram) {
					t.Errorf("%s by %s, %s: %+v, not %+v", file, h.By, profile, h, groups)
				}
				columns := readCopy(t, out)
				pairs, right := pairsOf(columns[householdColumn], columns["household_id"])
				if pairs != groups.Pairs || right != groups.True {
					t.Errorf("%s by %s, %s: %d pairs, %d of them true; not %d and %d", file, h.By, profile, pairs, right, groups.Pairs, groups.True)
				}
				precision, recall := float64(right)/float64(pairs), float64(right)/float64(want.Pairs)
				t.Logf("%s by %s, %s: precision %.4f, recall %.4f of %d pairs", file, h.By, profile, precision, recall, want.Pairs)
				homes, truth := columns[householdColumn], slices.Clone(columns["household_id"])
				for i, housing := range columns["housing_type"] {
					if housing != "Household" {
						homes[i], truth[i] = "", ""
					}
				}
				_, found := pairsOf(homes, truth)
				atHome, _ := pairsOf(truth, truth)
				t.Logf("  of the %d pairs at home alone: recall %.4f", atHome, float64(found)/float64(atHome))
				if truth, _ := pairsOf(columns["household_id"], columns["household_id"]); truth != want.Pairs {
					t.Errorf("%s: %d true pairs, not %d", file, truth, want.Pairs)
				}
				if precision < 1 || !named && recall < 0.999 {
					t.Errorf("%s by %s: precision %.4f, recall %.4f", file, h.By, precision, recall)
				}
			}
		}
	}
}

// TestCleanKeepsInstitutionsApart: a barracks and a college are no household,
// whether last names are looked at or not; homes are not touched by that.
func TestCleanKeepsInstitutionsApart(t *testing.T) {
	for file, kind := range map[string]string{"current_population_survey": "Military", "american_community_survey": "College"} {
		for _, named := range []bool{false, true} {
			n := survey(t, file, named, 0)
			out := filepath.Join(t.TempDir(), "copy.csv")
			c, err := n.Clean(t.Context(), "people", "uid2-1", out, "")
			if err != nil {
				t.Fatal(err)
			}
			columns := readCopy(t, out)
			people, homes := 0, 0
			for i, housing := range columns["housing_type"] {
				apart := columns[institutionalColumn][i] == "true"
				if apart != (columns[householdColumn][i] == "") {
					t.Errorf("%s: row %d is in a household and in an institution, or in neither", file, i)
				}
				switch {
				case housing == kind && !apart:
					t.Errorf("%s: row %d, of a %s, is in a household", file, i, kind)
				case housing == kind:
					people++
				case !apart:
					homes++
				}
			}
			if people == 0 || homes == 0 || c.Households.Institutional < uint64(people) || c.Households.Institutions > 2 {
				t.Errorf("%s: %+v; %d rows of a %s, %d at home", file, c.Households, people, kind, homes)
			}
		}
	}
}

// messy is a table with what cleaning is for.
const messy = `id,mail,phone,first,last,street,zip
0,Jane.Doe@Example.com ,0171 3920000,JANE,DOE,12 main st. apt 4,1234
1,jane.doe+shop@example.com,,jane,doe,"12 Main Street, #4",01234
2,bob@example.com,12,Bobby,Smith,5 Oak Ave,99999
3,none,,Robert,Smith,5 Oak Avenue,99999-1234
4,bob2@example.com,,Bobbi,Smyth,5 Oak Av.,99999
5,ann@example.com,,Ann,Smith,5 Oak Ave,99999
6,ann@example.com,,Peter,Smith,5 Oak Ave,99999
7,,,,,,
8,x@example.com,,Bob,Smith,7 Oak Ave,99999
9,ANN@example.com,,Ann,Smith,7 Elm Rd,x
`

const messyDataset = `    identifiers:
      - {type: email, column: mail}
      - {type: phone, column: phone, region: DE}
      - {type: name_postcode, columns: [first, last, zip]}
      - {type: household, by: address, country: US, columns: [street, zip], parts: [street, postcode]}
`

func messyHouse(t *testing.T) *house {
	h := newHouse(t, "people.csv", "people.csv", messyDataset)
	h.write(filepath.Join(left, "people.csv"), messy)
	return h
}

func TestClean(t *testing.T) {
	n := messyHouse(t).open(left, Options{})
	out := filepath.Join(t.TempDir(), "copy.csv")
	c, err := n.Clean(t.Context(), "people", "uid2-1", out, "csv")
	if err != nil {
		t.Fatal(err)
	}
	got := readCopy(t, out)
	for name, want := range map[string][]string{
		"id":                {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"},
		"mail":              {"jane.doe@example.com", "jane.doe+shop@example.com", "bob@example.com", "none", "bob2@example.com", "ann@example.com", "ann@example.com", "", "x@example.com", "ann@example.com"},
		"phone":             {"+491713920000", "", "12", "", "", "", "", "", "", ""},
		"first":             {"Jane", "Jane", "Bobby", "Robert", "Bobbi", "Ann", "Peter", "", "Bob", "Ann"},
		"zip":               {"01234", "01234", "99999", "99999", "99999", "99999", "99999", "", "99999", "x"},
		householdColumn:     {"0", "0", "2", "2", "2", "2", "2", "", "8", "9"},
		duplicateColumn:     {"", "0", "", "", "2", "", "", "", "", "5"},
		"street":            {"12 Main Street, Unit 4", "12 Main Street, Unit 4", "5 Oak Avenue", "5 Oak Avenue", "5 Oak Avenue", "5 Oak Avenue", "5 Oak Avenue", "", "7 Oak Avenue", "7 Elm Road"},
		institutionalColumn: slices.Repeat([]string{"false"}, 10),
	} {
		if !slices.Equal(got[name], want) {
			t.Errorf("%s: %q, not %q", name, got[name], want)
		}
	}
	if got[changedColumn][0] != "mail;phone;first;last;zip;street" || got[changedColumn][7] != "" {
		t.Errorf("changed: %q", got[changedColumn])
	}
	if c.Duplicates != (Duplicates{Rows: 3, Groups: 3, ByMail: 2, ByName: 2}) {
		t.Errorf("duplicates: %+v", c.Duplicates)
	}
	if h := c.Households; h.Households != 4 || h.None != 1 || h.Sizes[5] != 1 || h.By != "address" {
		t.Errorf("households: %+v", h)
	}
	mail := c.Columns[0]
	if mail.Rows != 10 || mail.Empty != 1 || mail.Invalid != 1 || mail.Reasons["no-at-sign"] != 1 || mail.Changed != 2 {
		t.Errorf("mail: %+v", mail)
	}
	if c.Rows != 10 || c.Changed != 9 {
		t.Errorf("%+v", c)
	}
}

// TestCleanFormats: the copy is the same in every format, and can be cleaned
// again without a change, under other names.
func TestCleanFormats(t *testing.T) {
	h := messyHouse(t)
	n := h.open(left, Options{})
	for _, format := range []string{"csv", "parquet", "arrow"} {
		file := filepath.Join(h.folder(left), "copy."+format)
		if _, err := n.Clean(t.Context(), "people", "uid2-1", file, ""); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(file)
		if err != nil || len(text) == 0 {
			t.Fatal(err)
		}
		h.datasets[left] = fmt.Sprintf("    source: copy.%s\n%s", format, messyDataset)
		h.configure()
		if c, err := h.open(left, Options{}).Check(t.Context(), "people", "plain-1"); err != nil || c.Rows.Read != 10 {
			t.Errorf("%s: %+v, %v", format, c, err)
		}
		if _, err := h.open(left, Options{}).Clean(t.Context(), "people", "uid2-1", filepath.Join(t.TempDir(), "again.csv"), ""); !errors.Is(err, ErrInput) || !strings.Contains(err.Error(), `"household"`) {
			t.Errorf("%s: a copy was cleaned into columns that it has: %v", format, err)
		}
	}
}

// TestCleanWholeOrNot: where cleaning fails there is no copy, and no trace of
// one.
func TestCleanWholeOrNot(t *testing.T) {
	h := messyHouse(t)
	dir := t.TempDir()
	refused := func(what, name, profile, file string) {
		t.Helper()
		if _, err := h.open(left, Options{}).Clean(t.Context(), name, profile, file, ""); !errors.Is(err, ErrInput) {
			t.Errorf("%s: %v", what, err)
		}
		if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
			t.Errorf("%s left %v behind, %v", what, entries, err)
		}
	}
	out := filepath.Join(dir, "copy.csv")
	refused("a dataset that is not there", "nobody", "uid2-1", out)
	refused("a profile that is not there", "people", "uid9", out)
	refused("an ending without a format", "people", "uid2-1", filepath.Join(dir, "copy.doc"))
	refused("the source in its own place", "people", "uid2-1", filepath.Join(h.folder(left), "people.csv"))
	h.write(filepath.Join(left, "people.csv"), strings.Replace(messy, "id,", "changed,", 1))
	refused("a column of the copy's names", "people", "uid2-1", out)
	h.write(filepath.Join(left, "people.csv"), "id,mail\n1,a@example.com\n")
	refused("a missing column", "people", "uid2-1", out)
	h.write(filepath.Join(left, "people.csv"), strings.SplitAfter(messy, "\n")[0])
	refused("no rows", "people", "uid2-1", out)
	if b, err := os.ReadFile(filepath.Join(h.folder(left), "people.csv")); err != nil || !strings.HasPrefix(string(b), "id,") {
		t.Error("the source was touched")
	}
}

// TestCleanTellsNoValues: no cell of the table stands in the report.
func TestCleanTellsNoValues(t *testing.T) {
	c, err := messyHouse(t).open(left, Options{}).Clean(t.Context(), "people", "uid2-1", filepath.Join(t.TempDir(), "copy.csv"), "")
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf("%+v", *c) + fmt.Sprintf("%+v", *c.Households)
	for _, cell := range []string{"example.com", "Oak", "Smith", "99999", "jane"} {
		if strings.Contains(text, cell) {
			t.Errorf("the report has %q", cell)
		}
	}
}

// TestCleanSpills: a table that does not fit into the memory given is cleaned
// as one that does.
func TestCleanSpills(t *testing.T) {
	var rows []string
	for i := range 30_000 {
		rows = append(rows, fmt.Sprintf("u%d@example.com,,Ann%c,Smith%d,%d Oak Ave,%05d", i/2, 'a'+i%3, i/3, i/4%200, i/800))
	}
	h := newHouse(t, "people.csv", "people.csv", messyDataset)
	h.table(filepath.Join(left, "people.csv"), "mail,phone,first,last,street,zip", rows)
	var texts []string
	var found []*Cleaning
	for _, memory := range []int64{0, 4 << 20} {
		out := filepath.Join(t.TempDir(), "copy.csv")
		c, err := h.open(left, Options{Memory: memory}).Clean(t.Context(), "people", "uid2-1", out, "")
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		texts, found = append(texts, string(b)), append(found, c)
	}
	if texts[0] != texts[1] || found[0].Households.Households != 7500 || found[0].Duplicates != found[1].Duplicates || found[0].Duplicates.Rows == 0 {
		t.Errorf("%+v and %+v, of one table", found[0], found[1])
	}
}
