package activation

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// madeOf are decoys of a list with some columns.
func madeOf(t *testing.T, names []string, rows [][]Cell, n int, owned Inventory) (decoys [][]Cell) {
	t.Helper()
	survey := NewSurvey(steady(), List{"a", "b", "c"}, names)
	for _, row := range rows {
		survey.Add(row)
	}
	d, err := survey.Decoys(n, owned)
	if err != nil {
		t.Fatal(err)
	}
	for i := range d.Len() {
		decoys = append(decoys, d.Row(i))
	}
	return decoys
}

// alone is the share of the cells of a column that are in no other row.
func alone(rows [][]Cell, c int, all map[string]int) float64 {
	n := 0
	for _, row := range rows {
		if all[row[c].Text] == 1 {
			n++
		}
	}
	return float64(n) / float64(len(rows))
}

// TestCopiesTellNoDecoy: times, amounts and whole names that one real row alone has
// are not copied, or they would be there twice; those that many have are as frequent.
func TestCopiesTellNoDecoy(t *testing.T) {
	chance := rand.New(rand.NewPCG(21, 22))
	names := []string{"email", "last_order_at", "lifetime_value", "full_name", "born"}
	var rows [][]Cell
	for i, r := range customers(chance, 2000) {
		at := time.Date(2026, 1, 1+chance.IntN(365), chance.IntN(24), chance.IntN(60), chance.IntN(60), 0, time.UTC)
		born := time.Date(1940, 1, 1+chance.IntN(365*60), 0, 0, 0, 0, time.UTC)
		amount := fmt.Sprintf("%d.%02d", chance.IntN(50000), chance.IntN(100))
		if i%3 == 0 {
			amount = "0.00"
		}
		rows = append(rows, []Cell{{Text: fmt.Sprintf("u%d.%s@gmx.de", i, r[3].Text)}, {Text: at.Format(time.RFC3339)},
			{Text: amount}, {Text: r[3].Text + " " + r[4].Text}, {Text: born.Format("02.01.2006")}})
	}
	decoys := madeOf(t, names, rows, 200, Inventory{Domains: []string{"own.example"}})
	for c := 1; c < len(names); c++ {
		all := map[string]int{}
		for _, row := range append(slices.Clone(rows), decoys...) {
			all[row[c].Text]++
		}
		real, made := alone(rows, c, all), alone(decoys, c, all)
		t.Logf("%s: alone are %.0f %% of the real, %.0f %% of the decoys'", names[c], 100*real, 100*made)
		if math.Abs(real-made) > 0.12 {
			t.Errorf("%s: decoys differ", names[c])
		}
	}
}

// TestFigures: what is made is written as the column writes it, within its range,
// on its weekdays, with its fractions, and read again as it was.
func TestFigures(t *testing.T) {
	var chance *rand.Rand
	day := func() time.Time { return time.Date(2000, 1, 1+chance.IntN(9000), 0, 0, 0, 0, time.UTC) }
	for name, c := range map[string]struct {
		make func() string
		fits func(made string) bool
	}{
		"day before month": {func() string { return day().Format("02/01/2006") }, func(s string) bool {
			at, err := time.Parse("02/01/2006", s)
			return err == nil && at.Year() >= 2000 && at.Year() < 2025
		}},
		"workdays": {func() string {
			at := day()
			for at.Weekday() == time.Sunday || at.Weekday() == time.Saturday {
				at = day()
			}
			return at.Format(time.DateOnly)
		}, func(s string) bool {
			at, err := time.Parse(time.DateOnly, s)
			return err == nil && at.Weekday() != time.Sunday && at.Weekday() != time.Saturday
		}},
		"by day": {func() string {
			return day().Add(time.Duration(8*3600+chance.IntN(12*3600))*time.Second).Format("2006-01-02T15:04:05") + "+02:00"
		}, func(s string) bool {
			at, err := time.Parse(time.RFC3339, s)
			return err == nil && at.Hour() >= 8 && at.Hour() < 20 && strings.HasSuffix(s, "+02:00")
		}},
		"thousands": {func() string {
			return fmt.Sprintf("%d.%03d,%02d", 1+chance.IntN(99), chance.IntN(1000), chance.IntN(100))
		}, func(s string) bool { return form(s) == "0.000,00" || form(s) == "00.000,00" }},
		"99 cents": {func() string { return fmt.Sprintf("-%d.99", chance.IntN(9000)) },
			func(s string) bool { return strings.HasPrefix(s, "-") && strings.HasSuffix(s, ".99") }},
		"twos": {func() string { return fmt.Sprintf("%d.5", 2*chance.IntN(1e6)) },
			func(s string) bool {
				whole, _, _ := strings.Cut(s, ".")
				return strings.Contains("02468", whole[len(whole)-1:])
			}},
	} {
		chance = rand.New(rand.NewPCG(23, 24))
		var cells []string
		for range 300 {
			cells = append(cells, c.make())
		}
		f, copies := newFigures(cells), 0
		d := steady().draws(List{}, name, 0, 0)
		for range 300 {
			made := f.forge(d, cells[chance.IntN(len(cells))], 0)
			if !c.fits(made) {
				t.Errorf("%s: %s", name, made)
			}
			if slices.Contains(cells, made) {
				copies++
			}
		}
		t.Logf("%s: %d of 300 are there already", name, copies)
		if copies > 45 {
			t.Errorf("%s: copied", name)
		}
	}
}

// FuzzFigure: whatever is read as a figure is written as it was.
func FuzzFigure(f *testing.F) {
	for _, s := range []string{"-1,234.50", "12,5", "2026-01-02T03:04:05.006Z", "02.01.2006", "1.2.3", "+", "0.", "9999999999999999999.1", "1,23,456", "0000-01-01"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, layout := range layouts {
			if n, parts, ok := readTime(s, layout); ok && n.write(parts) != s {
				t.Errorf("%q by %s", s, layout)
			}
		}
		if n, parts, ok := readAmount(s); ok && n.write(parts) != s {
			t.Errorf("%q", s)
		}
		newFigures([]string{s, "1.5", "2026-01-02"}).forge(steady().draws(List{}, "", 0, 0), s, 0)
	})
}

// TestCheckDigits: where all ids of a column pass a check, those of decoys do.
func TestCheckDigits(t *testing.T) {
	for s, is := range map[string]bool{"4111 1111 1111 1111": true, "4111111111111112": false, "79927398713": true, "0": false, "": false} {
		if isLuhn(s) != is {
			t.Errorf("Luhn of %q", s)
		}
	}
	for s, is := range map[string]bool{"DE89 3704 0044 0532 0130 00": true, "GB82WEST12345698765432": true, "DE88370400440532013000": false, "": false, "GB82 west": false} {
		if isIBAN(s) != is {
			t.Errorf("IBAN %q", s)
		}
	}
	chance := rand.New(rand.NewPCG(25, 26))
	for name, c := range map[string]struct {
		make func() string
		is   func(string) bool
	}{
		"card":    {func() string { return mendLuhn(fmt.Sprintf("K-%d %09d", 1000+chance.IntN(999), chance.IntN(1e9)), "") }, isLuhn},
		"account": {func() string { return mendIBAN(fmt.Sprintf("XX00%018d", chance.Int64N(1e18)), "DE") }, isIBAN},
		"grouped": {func() string {
			return mendIBAN(fmt.Sprintf("XX00 %04d %04d %04d %04d", chance.IntN(1e4), chance.IntN(1e4), chance.IntN(1e4), chance.IntN(1e4)), "AT")
		}, isIBAN},
	} {
		var rows [][]Cell
		for range 500 {
			rows = append(rows, []Cell{{Text: c.make()}})
		}
		for _, row := range madeOf(t, []string{name}, rows, 100, Inventory{}) {
			if !c.is(row[0].Text) || form(row[0].Text) != form(rows[0][0].Text) {
				t.Errorf("%s: a decoy's %s does not pass, as all others do", name, row[0].Text)
			}
		}
		rows[7][0].Text = strings.Repeat("0", 11) + "1" // one that passes no check: the column has none
		passed := 0
		for _, row := range madeOf(t, []string{name}, rows, 100, Inventory{}) {
			if c.is(row[0].Text) {
				passed++
			}
		}
		if passed > 40 {
			t.Errorf("%s: %d of 100 pass, though not all others do", name, passed)
		}
	}
}

// TestAddressesBearNames: the addresses of decoys bear their names as often as real
// ones do, where the node has lent nothing too, and mark no value easy to guess.
func TestAddressesBearNames(t *testing.T) {
	rows := customers(rand.New(rand.NewPCG(27, 28)), 2000)
	decoys := madeOf(t, headings, rows, 400, Inventory{})
	without := func(rows [][]Cell) float64 {
		n := 0
		for _, row := range rows {
			local, _, _ := strings.Cut(row[1].Text, "@")
			if local != "" && !strings.Contains(local, strings.ToLower(row[4].Text)) {
				n++
			}
		}
		return float64(n) / float64(len(rows))
	}
	real, made := without(rows), without(decoys)
	t.Logf("addresses without the last name: %.1f %% of the real rows, %.1f %% of the decoys", 100*real, 100*made)
	if math.Abs(real-made) > 0.1 {
		t.Error("decoys differ")
	}
}

// TestRenaming: names, initials and digits of an address become another's.
func TestRenaming(t *testing.T) {
	anna, bob := []name{{"anna", 5}, {"mueller", 9}}, []name{{"bert", 6}, {"schulz", 8}}
	digits := new(tally)
	digits.add('7')
	for local, want := range map[string]string{
		"anna.mueller": "bert.schulz", "amueller12": "bschulz77", "mueller_a": "schulz_b", "annam": "berts", "Anna.Mueller": "Bert.Schulz",
		"a.m.mueller": "b.s.schulz", "info": "info", "muelleranna": "schulzbert", "é.anna": "é.bert", "annabel": "bertbel",
	} {
		r := &renaming{digits: digits}
		r.pair(anna, bob)
		if got := r.write(steady().draws(List{}, "", 0, 0), local); got != want || r.named != (local != "info") {
			t.Errorf("%s: %s", local, got)
		}
	}
	r := new(renaming)
	if r.pair(anna, bob[:1]); r.real != nil {
		t.Error("names of another number are paired")
	}
	if got := spelled("Groß-Müller"); got != "grossmueller" {
		t.Error(got)
	}
}

// TestCombinationsTellNoDecoy: columns of few values come from one row only where
// they go together, or a combination that one row alone has would be there twice.
func TestCombinationsTellNoDecoy(t *testing.T) {
	chance := rand.New(rand.NewPCG(29, 30))
	names := []string{"id", "postcode", "city", "a", "b", "c", "d"}
	var rows [][]Cell
	for range 1000 {
		place := chance.IntN(100)
		row := []Cell{{Text: fmt.Sprintf("%012d", chance.Int64N(1e12))}, {Text: fmt.Sprint(10000 + place)}, {Text: fmt.Sprint("town", place/3)}}
		for range 4 {
			row = append(row, Cell{Text: fmt.Sprint(chance.IntN(10))})
		}
		if chance.IntN(3) == 0 { // without an id there is no d
			row[0], row[6] = Cell{}, Cell{}
		}
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(a, b []Cell) int { return strings.Compare(a[1].Text, b[1].Text) })
	real, places := map[string]int{}, map[string]bool{}
	for _, row := range rows {
		real[fmt.Sprint(row[1:])]++
		places[fmt.Sprint(row[1:3])] = true
	}
	copied := 0
	for _, row := range madeOf(t, names, rows, 200, Inventory{}) {
		if real[fmt.Sprint(row[1:])] > 0 {
			copied++
		}
		if (row[0].Text == "") != (row[6].Text == "") {
			t.Errorf("what is empty together is so no more: %v", row)
		}
		if !places[fmt.Sprint(row[1:3])] {
			t.Errorf("a postcode of another town: %v", row[1:3])
		}
	}
	t.Logf("%d of 200 decoys have all values of a real row", copied)
	if copied > 5 {
		t.Error("a real row's combination is copied")
	}
}
