package node

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"mandorla/agreement"
	"mandorla/arrowio"
	"mandorla/identity"
	"mandorla/ledger"
)

// byTwo is a dataset with two levels.
const byTwo = "    identifiers: [{type: exact, label: a, column: a}, {type: exact, label: b, column: b}]\n"

// bandsAgreed is a schema of a few types, of columns of the right node's.
const bandsAgreed = "append: {to: [left], columns: {right: [band, income, vip, since, city]}, schema: [" +
	"{column: band, type: enum, values: [young, old]}, {column: income, type: int, min: 0, max: 999, band: 100}, {column: vip, type: bool}, " +
	"{column: since, type: date, min: 2000-01-01, max: 2029-12-31, band: year}, {column: city, type: text, max_bytes: 8}]"

// appendHouse is a house whose right node gives five columns.
func appendHouse(t *testing.T, least int) *house {
	h := newHouse(t, "left.csv", "right.csv", byTwo)
	h.types = "[exact]"
	h.rules = fmt.Sprintf("{noise: none, min_group_size: %d, min_list_size: 1, min_set_size: 100}", least)
	h.analyses = "{" + bandsAgreed + "}}"
	return h
}

// A person is a row: identifiers, and either a remark or what the vendor knows.
type person struct {
	a, b string
	more []string
}

func peopleTable(h *house, member, header string, rows []person) {
	var lines []string
	for _, p := range rows {
		lines = append(lines, strings.Join(append([]string{p.a, p.b}, p.more...), ","))
	}
	h.table(member+"/"+member+".csv", header, lines)
}

// randomPeople draws rows with identifiers that may be missing, or stand in
// several rows; there are always enough rows for a run.
func randomPeople(r *rand.Rand, n int, more func() []string) (out []person) {
	pick := func(prefix string) string {
		if r.IntN(5) == 0 {
			return ""
		}
		return fmt.Sprintf("%s%d", prefix, r.IntN(2*n))
	}
	for range n {
		out = append(out, person{pick("a"), pick("b"), more()})
	}
	for i := range 110 { // people whom nobody shares
		out = append(out, person{fmt.Sprintf("%p-%d", more, i), "", more()})
	}
	return out
}

// holders are who holds each value of an identifier: of several rows the first.
func holdersOf(rows []person, get func(person) string) map[string]int {
	out := map[string]int{}
	for i, p := range rows {
		if _, held := out[get(p)]; !held && get(p) != "" {
			out[get(p)] = i
		}
	}
	return out
}

// plainly is the join in the clear: of each of the left rows the level and the
// right row that it is given; -1 for none.
func plainly(l, r []person) (levels, met []int) {
	gets := []func(person) string{func(p person) string { return p.a }, func(p person) string { return p.b }}
	for i, p := range l {
		level, j := -1, -1
		for g, get := range gets {
			value := get(p)
			at, held := holdersOf(r, get)[value]
			if value != "" && held && holdersOf(l, get)[value] == i {
				level, j = g, at
				break
			}
		}
		levels, met = append(levels, level), append(met, j)
	}
	return levels, met
}

// banded is what a vendor's cells become, without the rule on rare values.
func banded(cells []string) []string {
	out := slices.Clone(cells)
	if !slices.Contains([]string{"young", "old"}, out[0]) {
		out[0] = ""
	}
	if len(out[1]) > 0 {
		out[1] = strings.TrimLeft(out[1][:max(0, len(out[1])-2)]+"00", "0")
		if out[1] == "" {
			out[1] = "0"
		}
	}
	if len(out[1]) > 3 {
		out[1] = ""
	}
	if len(out[3]) > 0 {
		out[3] = out[3][:4] + "-01-01"
	}
	if len(out[4]) > 8 {
		out[4] = ""
	}
	return out
}

// cellsOf reads a result as text.
func cellsOf(t *testing.T, path string) (header []string, rows [][]string) {
	t.Helper()
	r, err := arrowio.Open(path, arrowio.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for _, f := range r.Schema().Fields() {
		header = append(header, f.Name)
	}
	for {
		rec, err := r.Next(t.Context())
		if errors.Is(err, io.EOF) {
			return header, rows
		}
		if err != nil {
			t.Fatal(err)
		}
		for i := range int(rec.NumRows()) {
			var row []string
			for c := range header {
				text, err := arrowio.TextColumn(rec, c)
				if err != nil {
					t.Fatal(err)
				}
				cell, _ := identity.Text(text).Value(i)
				row = append(row, string(cell))
			}
			rows = append(rows, row)
		}
		rec.Release()
	}
}

// TestAppendIsTheJoin compares the result with the plain join, on tables with
// missing and repeated identifiers, with no rows shared and with many.
func TestAppendIsTheJoin(t *testing.T) {
	for _, size := range []int{0, 1, 40, 400} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			t.Parallel()
			seed := uint64(time.Now().UnixNano())
			t.Logf("seed %d", seed)
			r := rand.New(rand.NewPCG(seed, 2))
			h := appendHouse(t, 1)
			n := 0
			own := randomPeople(r, size, func() []string { n++; return []string{fmt.Sprintf("remark %d", n)} })
			theirs := randomPeople(r, size, func() []string { return vendorCells(r) })
			peopleTable(h, left, "a,b,remark", own)
			peopleTable(h, right, "a,b,band,income,vip,since,city", theirs)
			h.serve(right, Options{})
			mine, peer := h.run(agreement.Append, h.agree())
			if peer.Matches != "" || peer.Count != nil || len(peer.Given) != 5 {
				t.Errorf("the vendor's result: %+v", peer)
			}
			levels, met := plainly(own, theirs)
			matched := len(levels) - count(levels, -1)
			if matched == 0 {
				if mine.State != "suppressed" || mine.Matches != "" {
					t.Errorf("nothing is shared: %s", mine.State)
				}
				return
			}
			if *mine.Count != uint64(matched) {
				t.Errorf("%d rows, the join has %d", *mine.Count, matched)
			}
			header, rows := cellsOf(t, mine.Matches)
			if got := strings.Join(header, ","); got != "a,b,remark,level,right.band,right.income,right.vip,right.since,right.city" {
				t.Fatalf("columns %s", got)
			}
			if len(rows) != len(own) {
				t.Fatalf("%d rows of %d", len(rows), len(own))
			}
			for i, row := range rows {
				want := []string{own[i].a, own[i].b, own[i].more[0], "", "", "", "", "", ""}
				if levels[i] >= 0 {
					want[3] = []string{"exact:a", "exact:b"}[levels[i]]
					copy(want[4:], banded(theirs[met[i]].more))
				}
				if !slices.Equal(row, want) {
					t.Fatalf("row %d: got %q, want %q", i, row, want)
				}
			}
		})
	}
}

func count(list []int, v int) (n int) {
	for _, x := range list {
		if x == v {
			n++
		}
	}
	return n
}

// vendorCells are what the vendor knows of somebody: also nothing, and what is in
// no band.
func vendorCells(r *rand.Rand) []string {
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	return []string{pick("young", "old", "", "ageless"), pick("", "5", "99", "100", "450", "999", "1000"), pick("true", "false", ""),
		pick("", "2001-05-06", "2029-12-31"), pick("", "Bonn", "Berlin", "Recklinghausen")}
}

// TestRareValues: a value that too few people have is not sent, whoever shares
// them, and the vendor's own report counts it.
func TestRareValues(t *testing.T) {
	t.Parallel()
	h := appendHouse(t, 20)
	var own, theirs []person
	for i := range 130 {
		id := fmt.Sprintf("p%d", i)
		cells := []string{"old", "50", "true", "2010-01-01", "Bonn"}
		switch {
		case i < 19: // one too few
			cells = []string{"young", "450", "false", "2011-01-01", "Köln"}
		case i < 24:
			cells = []string{"", "5000", "", "", "Recklinghausen"}
		}
		own, theirs = append(own, person{id, "", []string{"x"}}), append(theirs, person{id, "", cells})
	}
	peopleTable(h, left, "a,b,remark", own)
	peopleTable(h, right, "a,b,band,income,vip,since,city", theirs)
	h.serve(right, Options{})
	mine, peer := h.run(agreement.Append, h.agree())
	_, rows := cellsOf(t, mine.Matches)
	for i, row := range rows {
		want := []string{"exact:a", "old", "0", "true", "2010-01-01", "Bonn"}
		if i < 24 {
			want = []string{"exact:a", "", "", "", "", ""}
		}
		if !slices.Equal(row[3:], want) {
			t.Fatalf("row %d: %q, want %q", i, row[3:], want)
		}
	}
	for _, g := range peer.Given {
		want := GivenColumn{Column: g.Column, Sent: 106, Empty: 5, Rare: 19}
		if g.Column == "income" || g.Column == "city" {
			want.Empty, want.Outside = 0, 5
		}
		if g != want {
			t.Errorf("reported %+v, want %+v", g, want)
		}
	}
	if !strings.Contains(h.receiptText(left, mine.Run), `"received":["right.band","right.city","right.income","right.since","right.vip","rows"]`) {
		t.Errorf("the receipt does not name the columns:\n%s", h.receiptText(left, mine.Run))
	}
}

// appending is an appendHouse in which 40 of 120 rows are shared.
func appending(t *testing.T) *house {
	h := appendHouse(t, 1)
	var own, theirs []person
	for i := range 120 {
		own = append(own, person{fmt.Sprintf("p%d", i), "", []string{"x"}})
		theirs = append(theirs, person{fmt.Sprintf("p%d", i+80), "", []string{"old", "1", "true", "2001-01-01", "Bonn"}})
	}
	peopleTable(h, left, "a,b,remark", own)
	peopleTable(h, right, "a,b,band,income,vip,since,city", theirs)
	return h
}

// TestAppendRefusals: what the terms or the tables do not allow is refused, and
// nothing is on record.
func TestAppendRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		change func(h *house)
		from   string
		list   bool
		kind   error
		says   string
	}{
		"no schema": {func(h *house) { h.analyses = "{append: {to: [left], columns: {right: [band]}}}" }, left, false, ErrRefused, "analyses.append.schema"},
		"own column of that name": {func(h *house) {
			h.datasets[left] = strings.Replace(h.datasets[left], "left.csv", "clash.csv", 1)
			h.table(left+"/clash.csv", "a,b,right.city", []string{"1,2,3"})
		}, left, false, ErrInput, `"right.city"`},
		"no such column":     {func(h *house) { h.analyses = strings.ReplaceAll(h.analyses, "income", "wealth") }, right, false, ErrInput, "wealth"},
		"not for the vendor": {func(*house) {}, right, true, ErrRefused, "left's node"},
		"free text": {func(h *house) {
			var rows []person
			for i := range mostValues + 1 {
				rows = append(rows, person{fmt.Sprint(i), "", []string{"old", "1", "true", "2001-01-01", fmt.Sprintf("c%d", i)}})
			}
			peopleTable(h, right, "a,b,band,income,vip,since,city", rows)
		}, right, false, ErrInput, "free text"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := appending(t)
			c.change(h)
			h.configure()
			other := map[string]string{left: right, right: left}[c.from]
			h.serve(other, Options{})
			_, err := h.open(c.from, Options{}).Run(t.Context(), Request{Analysis: agreement.Append, Agreement: h.agree(), List: c.list})
			if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v does not say %q", err, c.says)
			}
			for _, member := range []string{left, right} {
				if runs, _ := os.ReadDir(filepath.Join(h.folder(member), results)); len(runs) != 0 {
					t.Errorf("%s: %d runs left behind", member, len(runs))
				}
			}
		})
	}
}

// TestAppendFromTheVendor: whoever starts the run, the result is the asker's.
func TestAppendFromTheVendor(t *testing.T) {
	t.Parallel()
	h := appending(t)
	h.serve(left, Options{})
	vendors, err := h.open(right, Options{}).Run(t.Context(), Request{Analysis: agreement.Append, Agreement: h.agree()})
	if err != nil {
		t.Fatal(err)
	}
	if vendors.Matches != "" || vendors.Count != nil || len(vendors.Given) != 5 {
		t.Errorf("the vendor's: %+v", vendors)
	}
	if err := Export(vendors, filepath.Join(t.TempDir(), "out.csv"), "csv"); !errors.Is(err, ErrWithheld) {
		t.Errorf("the vendor writes a list: %v", err)
	}
	own := h.result(left, vendors.Run)
	if _, rows := cellsOf(t, own.Matches); len(rows) != 120 || *own.Count != 40 {
		t.Errorf("%d rows, %d matched", len(rows), *own.Count)
	}
}

// TestAppendWithheld: a short list is withheld, as that of match is.
func TestAppendWithheld(t *testing.T) {
	t.Parallel()
	h := appending(t)
	h.rules = strings.Replace(h.rules, "min_list_size: 1,", "min_list_size: 41,", 1)
	h.serve(right, Options{})
	own, _ := h.run(agreement.Append, h.agree())
	if own.State != "suppressed" || own.Count != nil || own.Matches != "" {
		t.Errorf("a list of 40 rows where 41 are asked for: %+v", own)
	}
	if _, err := os.Stat(filepath.Join(own.Folder, rowsFile)); err == nil {
		t.Error("the list was written all the same")
	}
}

// TestAppendFormats writes the result in every format, all of it.
func TestAppendFormats(t *testing.T) {
	t.Parallel()
	h := appending(t)
	h.serve(right, Options{})
	own, _ := h.run(agreement.Append, h.agree())
	_, want := cellsOf(t, own.Matches)
	for _, format := range []string{"csv", "parquet", "arrow"} {
		path := filepath.Join(t.TempDir(), "out."+format)
		if err := Export(own, path, format); err != nil {
			t.Fatal(err)
		}
		header, got := cellsOf(t, path)
		if len(header) != 9 || len(got) != len(want) || !slices.Equal(got[100], want[100]) || !slices.Equal(got[0], want[0]) {
			t.Errorf("%s: %d columns, %d rows, %q", format, len(header), len(got), got[100])
		}
	}
}

// TestAppendDies cuts the connection in every phase, seen from either side: both
// nodes end with an error, and neither has more than a receipt that says so.
func TestAppendDies(t *testing.T) {
	for _, c := range []struct{ member, phase string }{
		{left, "blind"}, {left, "evaluate 0"}, {left, "labels 0"}, {left, "labels 1"}, {left, "append"},
		{right, "blind"}, {right, "evaluate 0"}, {right, "evaluate 1"},
	} {
		t.Run(c.member+" "+c.phase, func(t *testing.T) {
			t.Parallel()
			h := appending(t)
			var p *proxy
			cut := Options{Progress: onPhase(c.phase, func() { p.cut() })}
			options := map[string]Options{c.member: cut}
			h.serve(right, options[right])
			p = h.through()
			_, err := h.open(left, options[left]).Run(t.Context(), Request{Analysis: agreement.Append, Agreement: h.agree()})
			if !errors.Is(err, ErrPeer) {
				t.Fatalf("the connection was cut: %v", err)
			}
			for _, member := range []string{left, right} {
				h.failed(member)
			}
		})
	}
}

// failed waits for the one receipt of a member that says that the run failed,
// whatever its code: who hangs up in the middle of the end is a matter of moments.
func (h *house) failed(member string) *ledger.Receipt {
	h.t.Helper()
	n := h.open(member, Options{})
	for range 3000 {
		runs, err := os.ReadDir(filepath.Join(h.folder(member), results))
		if err != nil {
			h.t.Fatal(err)
		}
		if len(runs) == 1 {
			if r, err := n.readReceipt(runs[0].Name()); err == nil && r.State == "failed" && r.Code != codeInterrupted {
				h.noResult(member, runs[0].Name())
				if left, _ := filepath.Glob(filepath.Join(h.folder(member), results, "*", ".*.tmp")); len(left) > 0 {
					h.t.Errorf("%s: %v left behind", member, left)
				}
				return r
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	h.t.Fatalf("%s: no receipt of a failed run", member)
	return nil
}
