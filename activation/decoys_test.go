package activation

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// customers are n made-up rows in the ways of real lists: shared domains, empty
// cells, places that go with their postcodes, words for "not known".
func customers(chance *rand.Rand, n int) [][]Cell {
	pick := func(from ...string) string { return from[chance.IntN(len(from))] }
	syllables := []string{"an", "ber", "cla", "do", "el", "fri", "ger", "hil", "in", "jo", "kla", "lu", "ma", "ni", "ot", "pe", "ri", "sa", "to", "ul", "vi", "wal"}
	word := func(n int) (w string) {
		for range n {
			w += pick(syllables...)
		}
		return w
	}
	title := func(w string) string { return strings.ToUpper(w[:1]) + w[1:] }
	var rows [][]Cell
	for range n {
		first, last := word(1+chance.IntN(2)), word(2)
		email := fmt.Sprintf("%s%s%s@%s", first, pick(".", "_", ""), last+pick("", fmt.Sprint(chance.IntN(100))), pick("gmail.com", "gmail.com", "gmx.de", "web.de", "t-online.de", word(3)+".net"))
		place := pick("10115 Berlin", "80331 München", "20095 Hamburg", "50667 Köln")
		postcode, city, _ := strings.Cut(place, " ")
		phone := pick(fmt.Sprintf("+49 15%d %07d", chance.IntN(10), chance.IntN(1e7)), fmt.Sprintf("015%d/%07d", chance.IntN(10), chance.IntN(1e7)), "unbekannt", "")
		row := []Cell{{Text: fmt.Sprintf("C-%08d", chance.IntN(1e8))}, {Text: email}, {Text: phone}, {Text: title(first)}, {Text: title(last)},
			{Text: fmt.Sprintf("%s %d", title(word(2))+pick("straße", "weg", "platz"), 1+chance.IntN(200))}, {Text: postcode}, {Text: city},
			{Text: fmt.Sprintf("%d.%02d", chance.IntN(5000), chance.IntN(100))}, {Text: pick("gold", "silver", "blue")}, {Null: true}}
		if chance.IntN(10) == 0 {
			row[1] = Cell{Null: true}
		}
		rows = append(rows, row)
	}
	return rows
}

var headings = []string{"customer_id", "email", "phone", "first_name", "last_name", "street", "postcode", "city", "spend", "tier", "note"}

func secret(t testing.TB) Secret {
	t.Helper()
	s, err := ReadSecret(filepath.Join(t.TempDir(), "decoys.key"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// steady is a secret that is the same in every run of a test that counts.
func steady() Secret { return newSecret([]byte("the same in every run")) }

// decoysOf makes decoys that are nobody's in the table.
func decoysOf(t testing.TB, s Secret, l List, rows [][]Cell, n int, owned Inventory) *Decoys {
	t.Helper()
	survey := NewSurvey(s, l, headings)
	for _, row := range rows {
		survey.Add(row)
	}
	d, err := survey.Decoys(n, owned)
	if err != nil {
		t.Fatal(err)
	}
	for again := true; again; {
		for _, row := range rows {
			for c, cell := range row {
				d.Seen(c, cell)
			}
		}
		if again, err = d.Redraw(); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// TestTraceAmongAThousand: a value seen somewhere leads to the one list that it
// came from, among 1,000 that went to 40 buyers under 5 agreements.
func TestTraceAmongAThousand(t *testing.T) {
	chance := rand.New(rand.NewPCG(3, 4))
	s, rows := steady(), customers(chance, 80)
	index := map[string][]int{}
	var lists []List
	var decoys []*Decoys
	for i := range 1000 {
		l := List{fmt.Sprint("buyer-", i%40), fmt.Sprint("sha256:", i%5), fmt.Sprint("run-", i)}
		d := decoysOf(t, s, l, rows, 5, Inventory{})
		for _, mark := range d.Marks() {
			index[mark] = append(index[mark], i)
		}
		lists, decoys = append(lists, l), append(decoys, d)
	}
	traced, doubtful, ties := 0, 0, 0 // an id of eight digits may be drawn twice among 5,000
	for i, d := range decoys {
		for n := range d.Len() {
			votes := map[int]int{}
			for _, cell := range d.Row(n) {
				sighted := strings.ToUpper(" " + cell.Text + " ") // as it may come back
				hits := index[s.Mark(sighted)]
				for _, list := range hits {
					votes[list]++
				}
				if len(hits) > 0 {
					traced++
				}
				if len(hits) > 1 {
					doubtful++
				}
			}
			for list, n := range votes {
				if list != i && n == votes[i] {
					ties++
				}
				if list != i && n > votes[i] {
					t.Fatalf("a decoy of list %v leads to list %v", lists[i], lists[list])
				}
			}
			if votes[i] == 0 {
				t.Fatalf("no value of a decoy in list %v leads anywhere", lists[i])
			}
		}
	}
	t.Logf("%d values are traced, %d of them to more lists than their own; %d decoys alone do not say which", traced, doubtful, ties)
	if traced < 6_000 || 1000*doubtful > traced || ties > 6 {
		t.Error("too few, or too many")
	}
	for _, row := range rows {
		for c, cell := range row {
			if hits := index[s.Mark(cell.Text)]; len(hits) > 0 {
				t.Fatalf("a real %s leads to lists %v", headings[c], hits)
			}
		}
	}
	if other := secret(t); other.Mark("alice@example.com") == s.Mark("alice@example.com") {
		t.Error("two nodes have the same marks")
	}
}

// TestDecoysLookReal compares what can be counted of real rows and of decoys:
// lengths, classes of characters, domains, and each column's values that repeat.
func TestDecoysLookReal(t *testing.T) {
	chance := rand.New(rand.NewPCG(5, 6))
	rows := customers(chance, 4000)
	d := decoysOf(t, steady(), List{"a", "b", "c"}, rows, 2000, Inventory{})
	decoys := make([][]Cell, d.Len())
	for i := range decoys {
		decoys[i] = d.Row(i)
	}
	for c, name := range headings {
		for what, of := range map[string]func(Cell) string{
			"length": func(cell Cell) string { return fmt.Sprint(len([]rune(cell.Text)), cell.Null) },
			"form":   func(cell Cell) string { return form(cell.Text)[:min(6, len(form(cell.Text)))] },
			"domain": func(cell Cell) string {
				_, domain, _ := strings.Cut(cell.Text, "@")
				return domain
			},
			"first": func(cell Cell) string { return cell.Text[:min(1, len(cell.Text))] },
		} {
			if z := different(rows, decoys, c, of); z > 5 {
				t.Errorf("%s: the %s of real cells and of decoys differ: %.1f sigma", name, what, z)
			}
		}
	}
}

// TestNoShadows: the forms of a decoy's cells do not come from one and the same
// real row, or the row would give it away.
func TestNoShadows(t *testing.T) {
	rows := customers(rand.New(rand.NewPCG(13, 14)), 2000)
	d := decoysOf(t, steady(), List{"a", "b", "c"}, rows, 1000, Inventory{})
	shadow := func(row []Cell) string {
		return fmt.Sprint(form(row[1].Text[:max(strings.Index(row[1].Text, "@"), 0)]), form(row[2].Text), form(row[5].Text), row[6].Text, row[9].Text)
	}
	seen := map[string]int{}
	for _, row := range rows {
		seen[shadow(row)]++
	}
	alike, twins := 0, 0
	for _, n := range seen {
		if n > 1 {
			twins += n
		}
	}
	for i := range d.Len() {
		if seen[shadow(d.Row(i))] > 0 {
			alike++
		}
	}
	t.Logf("%d of 1000 decoys, %d of 2000 real rows have the form of another real row", alike, twins)
	if math.Abs(float64(alike)/1000-float64(twins)/2000) > 0.08 {
		t.Error("decoys have it more often, or less")
	}
}

// different is a χ² test of two samples: how many standard deviations it is off.
func different(real, made [][]Cell, c int, of func(Cell) string) float64 {
	a, b := map[string]float64{}, map[string]float64{}
	for _, row := range real {
		a[of(row[c])]++
	}
	for _, row := range made {
		b[of(row[c])]++
	}
	n, m := float64(len(real)), float64(len(made))
	rareReal, rareMade, chi, cells := 0.0, 0.0, 0.0, 0.0
	add := func(x, y float64) {
		chi += (x*math.Sqrt(m/n) - y*math.Sqrt(n/m)) * (x*math.Sqrt(m/n) - y*math.Sqrt(n/m)) / (x + y)
		cells++
	}
	keys := map[string]bool{}
	for k := range a {
		keys[k] = true
	}
	for k := range b {
		keys[k] = true
	}
	for k := range keys {
		if a[k]+b[k] < 20 {
			rareReal, rareMade = rareReal+a[k], rareMade+b[k]
			continue
		}
		add(a[k], b[k])
	}
	if rareReal+rareMade > 20 {
		add(rareReal, rareMade)
	}
	if cells < 2 {
		return 0
	}
	return (chi - (cells - 1)) / math.Sqrt(2*(cells-1))
}

// TestNoClassifierTells trains a naive Bayes on counts of character classes of
// whole rows; on rows that it has not seen it does no better than chance.
func TestNoClassifierTells(t *testing.T) {
	chance := rand.New(rand.NewPCG(7, 8))
	rows := customers(chance, 4000)
	d := decoysOf(t, steady(), List{"a", "b", "c"}, rows, 4000, Inventory{})
	var features [2][][]int
	for i, row := range rows {
		features[0] = append(features[0], featuresOf(row))
		features[1] = append(features[1], featuresOf(d.Row(i)))
	}
	right := 0
	const train = 2000
	counts := [2]map[[2]int]float64{{}, {}}
	for kind, all := range features {
		for _, f := range all[:train] {
			for i, v := range f {
				counts[kind][[2]int{i, v}]++
			}
		}
	}
	for kind, all := range features {
		for _, f := range all[train:] {
			score := 0.0
			for i, v := range f {
				score += math.Log((counts[1][[2]int{i, v}] + 1) / (counts[0][[2]int{i, v}] + 1))
			}
			if (score > 0) == (kind == 1) {
				right++
			}
		}
	}
	tested := len(features[0]) + len(features[1]) - 2*train
	t.Logf("%d of %d rows told apart rightly", right, tested)
	if share := float64(right) / float64(tested); math.Abs(share-0.5) > 0.04 { // 5 sigma
		t.Errorf("a classifier is right in %.1f %%", 100*share)
	}
}

// featuresOf counts, column by column, what a simple program can.
func featuresOf(row []Cell) (all []int) {
	for _, cell := range row {
		var digits, lower, upper, other int
		for _, r := range cell.Text {
			switch class(r) {
			case '0':
				digits++
			case 'a':
				lower++
			case 'A':
				upper++
			default:
				other++
			}
		}
		all = append(all, digits, lower, upper, other, len(cell.Text))
	}
	return all
}

// TestInventory: what the node owns is lent, in the list's own way of writing.
func TestInventory(t *testing.T) {
	rows := customers(rand.New(rand.NewPCG(9, 10)), 500)
	owned := Inventory{Domains: []string{"post.example"}, Phones: []string{"+491509999999", "01500000000"}, Addresses: []string{"Musterstraße 1"}}
	d := decoysOf(t, steady(), List{"a", "b", "c"}, rows, 50, owned)
	if len(d.Unlent()) > 0 {
		t.Errorf("not lent: %v", d.Unlent())
	}
	for i := range d.Len() {
		row := d.Row(i)
		if e := row[1].Text; e != "" && !strings.HasSuffix(e, "@post.example") {
			t.Errorf("a decoy's address is at another domain")
		}
		phone := keep(row[2].Text, func(r rune) bool { return class(r) == '0' })
		if phone != "" && phone != "491509999999" && phone != "01500000000" {
			t.Errorf("a decoy's number is not the node's: %s", phone)
		}
		if row[5].Text != "Musterstraße 1" {
			t.Errorf("a decoy's address is not the node's")
		}
	}
	named := 0
	for i := range d.Len() {
		row := d.Row(i)
		local, _, _ := strings.Cut(row[1].Text, "@")
		if strings.Contains(local, strings.ToLower(row[3].Text)) && strings.Contains(local, strings.ToLower(row[4].Text)) {
			named++
		}
	}
	if named < 25 { // nine in ten have an address, made of both names, but for very short ones
		t.Errorf("%d of 50 addresses are made of the decoy's names", named)
	}
	bare := decoysOf(t, secret(t), List{"a", "b", "c"}, rows, 5, Inventory{})
	if got := bare.Unlent(); !slices.Equal(got, []string{"email", "phone"}) {
		t.Errorf("%v", got)
	}
}

// TestSameListSameDecoys: they follow from the secret and the list, and change
// with each of its parts.
func TestSameListSameDecoys(t *testing.T) {
	s, rows := secret(t), customers(rand.New(rand.NewPCG(11, 12)), 200)
	marks := func(l List) []string { return decoysOf(t, s, l, rows, 3, Inventory{}).Marks() }
	first := marks(List{"a", "b", "c"})
	if !slices.Equal(first, marks(List{"a", "b", "c"})) {
		t.Error("the same list has other decoys")
	}
	for _, l := range []List{{"A", "b", "c"}, {"a", "B", "c"}, {"a", "b", "C"}, {"ab", "", "c"}} {
		for _, m := range marks(l) {
			if slices.Contains(first, m) {
				t.Errorf("list %v shares a decoy", l)
			}
		}
	}
}

// TestDenseIds: where the ids run from 1 on, decoys get ones that are free, and
// a list with nothing else in it has no place for a decoy that tells.
func TestDenseIds(t *testing.T) {
	var rows [][]Cell
	for i := range 3000 {
		rows = append(rows, []Cell{{Text: fmt.Sprintf("K%09d", i)}, {Text: fmt.Sprintf("n%d.%c%c%c@mail.example", i*7919%3001, 'a'+i%26, 'a'+i/26%26, 'a'+i%7)}})
	}
	survey := NewSurvey(secret(t), List{"a", "b", "c"}, []string{"card", "contact"})
	taken := map[string]bool{}
	for _, row := range rows {
		survey.Add(row)
		taken[row[0].Text] = true
	}
	d, err := survey.Decoys(20, Inventory{Domains: []string{"own.example"}})
	if err != nil {
		t.Fatal(err)
	}
	rounds := 0
	for again := true; again; rounds++ {
		for _, row := range rows {
			d.Seen(0, row[0])
		}
		if again, err = d.Redraw(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d readings", rounds)
	for i := range d.Len() {
		id := d.Row(i)[0].Text
		if taken[id] || form(id) != "A000000000" || id[0] != 'K' {
			t.Errorf("id %s", id)
		}
	}
	few := NewSurvey(secret(t), List{"a", "b", "c"}, []string{"tier"})
	for range 100 {
		few.Add([]Cell{{Text: "gold"}})
	}
	if _, err := few.Decoys(1, Inventory{}); !errors.Is(err, ErrNoDecoy) {
		t.Error(err)
	}
}

// TestSampleIsFair: of a list longer than the sample each row is as likely in it.
func TestSampleIsFair(t *testing.T) {
	survey := NewSurvey(steady(), List{"a", "b", "c"}, []string{"n"})
	const n = 4 * sampled
	for i := range n {
		survey.Add([]Cell{{Text: fmt.Sprint(i)}})
	}
	late := 0
	for _, row := range survey.rows {
		var i int
		fmt.Sscan(row[0].Text, &i)
		if i >= n/2 {
			late++
		}
	}
	if off := math.Abs(float64(late) - sampled/2); off > 5*math.Sqrt(sampled/4) {
		t.Errorf("%d of %d come from the second half", late, sampled)
	}
}

func TestSecretIsKept(t *testing.T) {
	file := filepath.Join(t.TempDir(), "decoys.key")
	a, err := ReadSecret(file)
	if err != nil {
		t.Fatal(err)
	}
	b, err := ReadSecret(file)
	if err != nil || a.Mark("x1") != b.Mark("X 1") {
		t.Error("another secret", err)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if err := os.WriteFile(file, make([]byte, secretSize), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadSecret(file); err == nil {
		t.Error("a secret of zeros will do")
	}
}
