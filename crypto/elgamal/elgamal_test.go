package elgamal

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	r255 "github.com/bwesterb/go-ristretto"

	"mandorla/crypto/ristretto"
)

// steps are shared by the tests.
var steps = sync.OnceValue(func() *Steps {
	s, err := NewSteps(1 << 13)
	if err != nil {
		panic(err)
	}
	return s
})

func newKeys(t testing.TB, columns int) *Keys {
	t.Helper()
	k, err := NewKeys(columns)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func newTable(t testing.TB, groups, columns int) *Table {
	t.Helper()
	table, err := NewTable(groups, columns)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func encrypted(t testing.TB, k *Keys, values []int64) []byte {
	t.Helper()
	columns := k.Public().Columns()
	out := make([]byte, len(values)/columns*RowSize(columns))
	if err := k.Encrypt(out, values); err != nil {
		t.Fatal(err)
	}
	return out
}

func within(limit int64) func(int) int64 { return func(int) int64 { return limit } }

func always(int) bool { return true }

func none(int, int) int64 { return 0 }

// sealed adds the rows and seals them without noise.
func sealed(t testing.TB, p Public, groups int, of []int, rows []byte) []byte {
	t.Helper()
	table := newTable(t, groups, p.Columns())
	if err := table.Add(of, rows); err != nil {
		t.Fatal(err)
	}
	out, err := table.Seal(p, none, always)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestSums compares random tables with sums in the clear: negative numbers,
// zeros, empty groups, noise, suppressed groups, every small number of rows.
func TestSums(t *testing.T) {
	for _, c := range []struct{ groups, columns, rows int }{
		{1, 1, 0}, {1, 1, 1}, {3, 1, 2}, {1, 5, 40}, {7, 2, 129}, {20, 3, 260}, {5, 1, batch + 30},
	} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			keys := newKeys(t, c.columns)
			values, of := make([]int64, c.rows*c.columns), make([]int, c.rows)
			want, noise := make([]int64, c.groups*c.columns), make([]int64, c.groups*c.columns)
			kept := make([]bool, c.groups)
			for g := range kept {
				kept[g] = rand.IntN(4) > 0
			}
			for i := range noise {
				noise[i] = rand.Int64N(41) - 20
				if kept[i/c.columns] {
					want[i] = noise[i]
				}
			}
			for i := range values {
				row := i / c.columns
				if i%c.columns == 0 {
					of[row] = rand.IntN(c.groups)
				}
				values[i] = max(-50, rand.Int64N(1025)-512) // many are the same
				if kept[of[row]] {
					want[of[row]*c.columns+i%c.columns] += values[i]
				}
			}
			table := newTable(t, c.groups, c.columns)
			rows, half := encrypted(t, keys, values), min(3, c.rows/2)
			if err := table.Add(of[:half], rows[:half*RowSize(c.columns)]); err != nil {
				t.Fatal(err)
			}
			if err := table.Add(of[half:], rows[half*RowSize(c.columns):]); err != nil {
				t.Fatal(err)
			}
			ask := func(g, col int) int64 {
				if !kept[g] {
					t.Error("noise was drawn for a suppressed group")
				}
				return noise[g*c.columns+col]
			}
			out, err := table.Seal(keys.Public(), ask, func(g int) bool { return kept[g] })
			if err != nil || len(out) != c.groups*RowSize(c.columns) {
				t.Fatalf("%d bytes sealed (%v)", len(out), err)
			}
			got, err := keys.Open(out, steps(), within(int64(c.rows)*512+20))
			if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("the sums are wrong (%v)", err)
			}
		})
	}
}

// TestLimits: a number at its limit is found, the next one is not.
func TestLimits(t *testing.T) {
	keys := newKeys(t, 2)
	for _, limit := range []int64{0, 1, 2, 1<<13 - 1, 1 << 13, 1<<13 + 1, 50000} {
		for _, sign := range []int64{1, -1} {
			out := encrypted(t, keys, []int64{3, 0, sign * limit, sign * (limit + 1)})
			limits := func(row int) int64 { return []int64{3, limit + 1}[row] }
			got, err := keys.Open(out, steps(), limits)
			if err != nil || fmt.Sprint(got) != fmt.Sprint([]int64{3, 0, sign * limit, sign * (limit + 1)}) {
				t.Errorf("limit %d: %v, %v", limit+1, got, err)
			}
			limits = func(row int) int64 { return []int64{3, limit}[row] }
			_, err = keys.Open(out, steps(), limits)
			if cell := new(CellError); !errors.Is(err, ErrRange) || !errors.As(err, &cell) || *cell != (CellError{1, 1}) {
				t.Errorf("limit %d: %v", limit, err)
			}
		}
	}
}

func TestEncryptChecksValues(t *testing.T) {
	keys := newKeys(t, 2)
	dst := make([]byte, 2*RowSize(2))
	for _, x := range []int64{MaxValue + 1, -MaxValue - 1, 1<<63 - 1, -1 << 63} {
		err := keys.Encrypt(dst, []int64{0, MaxValue, -MaxValue, x})
		if cell := new(CellError); !errors.As(err, &cell) || *cell != (CellError{1, 1}) || strings.Contains(err.Error(), fmt.Sprint(x)) {
			t.Errorf("%d: %v", x, err)
		}
	}
}

func TestSetInt(t *testing.T) {
	for _, x := range []int64{0, 1, -1, 1 << 31, -1 << 31, 1<<63 - 1, -1 << 63} {
		var got, want r255.Scalar
		setInt(&got, x)
		if want.SetUint64(uint64(max(x, -x))); x < 0 {
			want.Neg(&want)
		}
		if !got.Equals(&want) {
			t.Errorf("%d is another number as a scalar", x)
		}
	}
}

func TestWrongKeysFail(t *testing.T) {
	keys, other := newKeys(t, 2), newKeys(t, 2)
	row := encrypted(t, keys, []int64{1, 2})
	if _, err := other.Open(row, steps(), within(1000)); !errors.Is(err, ErrRange) {
		t.Errorf("other keys: %v", err)
	}
	if _, err := keys.Open(sealed(t, other.Public(), 1, []int{0}, row), steps(), within(1000)); !errors.Is(err, ErrRange) {
		t.Errorf("sealed under other keys: %v", err)
	}
	swapped := append(append(bytes.Clone(row[:Size]), row[2*Size:]...), row[Size:2*Size]...)
	if _, err := keys.Open(swapped, steps(), within(1000)); !errors.Is(err, ErrRange) {
		t.Errorf("columns swapped: %v", err)
	}
}

// badElements are encodings that no element has, and the identity.
var badElements = map[string][]byte{
	"identity":      make([]byte, Size),
	"not canonical": append(bytes.Repeat([]byte{0xff}, 31), 0x7f),
	"negative":      append([]byte{1}, make([]byte, 31)...),
	"no point":      append([]byte{0x26, 0x94}, bytes.Repeat([]byte{7}, 30)...),
}

func TestBadElementsAreRefused(t *testing.T) {
	keys := newKeys(t, 2)
	const rows = 300
	all := encrypted(t, keys, make([]int64, rows*2))
	for name, bad := range badElements {
		for _, at := range []int{0, 1, 500, 897} {
			tried := bytes.Clone(all)
			copy(tried[at*Size:], bad)
			adding := newTable(t, 4, 2).Add(make([]int, rows), tried)
			for use, err := range map[string]error{"add": adding, "open": first(keys.Open(tried, steps(), within(10)))} {
				if name == "identity" && at%3 > 0 {
					// An S may be the identity, for any number can be one's sum.
					if errors.Is(err, ristretto.ErrPoint) {
						t.Errorf("%s refuses an S that is the identity: %v", use, err)
					}
					continue
				}
				if e := new(ristretto.PointError); !errors.As(err, &e) || e.Index != at {
					t.Errorf("%s, %s at %d: %v", use, name, at, err)
				}
			}
		}
	}
}

// TestBadRowSpendsTheTable, for half of its batch may have been added.
func TestBadRowSpendsTheTable(t *testing.T) {
	keys, table := newKeys(t, 1), newTable(t, 1, 1)
	if err := table.Add([]int{0}, make([]byte, RowSize(1))); !errors.Is(err, ristretto.ErrPoint) {
		t.Fatal(err)
	}
	if _, err := table.Seal(keys.Public(), none, always); !errors.Is(err, ErrSpent) {
		t.Errorf("sealed after a bad row: %v", err)
	}
}

func TestBadRowOfALaterBatch(t *testing.T) {
	keys, table := newKeys(t, 1), newTable(t, 1, 1)
	rows := encrypted(t, keys, make([]int64, batch+5))
	const at = 2*(batch+2) + 1
	copy(rows[at*Size:], badElements["negative"])
	err := table.Add(make([]int, batch+5), rows)
	if e := new(ristretto.PointError); !errors.As(err, &e) || e.Index != at {
		t.Errorf("%v", err)
	}
}

// TestStepsDiffer backs the claim of MaxSteps in part; BenchmarkNewSteps does
// in full, which takes seconds.
func TestStepsDiffer(t *testing.T) {
	n := 1 << 15
	if raced {
		n = 1 << 10
	}
	s, err := NewSteps(n)
	if err != nil || len(s.place) != n {
		t.Errorf("%d places for %d steps (%v)", len(s.place), n, err)
	}
}

func TestFewSteps(t *testing.T) {
	keys := newKeys(t, 1)
	for _, n := range []int{1, 2, 3, 7} {
		s, err := NewSteps(n)
		if err != nil {
			t.Fatal(err)
		}
		for x := int64(-9); x <= 9; x++ {
			got, err := keys.Open(encrypted(t, keys, []int64{x}), s, within(9))
			if err != nil || got[0] != x {
				t.Errorf("%d steps: %d opens to %v, %v", n, x, got, err)
			}
		}
	}
}

// TestManyWalkers has ranges that several walkers share, of all lengths, the ends
// of the range and of each part of it.
func TestManyWalkers(t *testing.T) {
	keys := newKeys(t, 2)
	s, err := NewSteps(3)
	if err != nil {
		t.Fatal(err)
	}
	const part = fewRounds * 3
	limits := []int64{0, part / 2, 5000, 191, 5000}
	values := []int64{0, 0, -part / 2, part / 2, -5000, 5000, -191, 1, -5000 + part, -5000 + part - 1}
	got, err := keys.Open(encrypted(t, keys, values), s, func(row int) int64 { return limits[row] })
	if err != nil || fmt.Sprint(got) != fmt.Sprint(values) {
		t.Errorf("%v opens to %v, %v", values, got, err)
	}
	walkers, rounds := s.walkers(2, limits)
	if len(walkers) < 2*len(limits)+4 || rounds != fewRounds {
		t.Errorf("%d walkers, %d rounds: no test", len(walkers), rounds)
	}
	values[9] = 5001
	_, err = keys.Open(encrypted(t, keys, values), s, func(row int) int64 { return limits[row] })
	if cell := new(CellError); !errors.As(err, &cell) || *cell != (CellError{4, 1}) {
		t.Errorf("one beyond its range: %v", err)
	}
}

// TestManyGroups seals and opens more groups than are worked on at once.
func TestManyGroups(t *testing.T) {
	const groups = batch + 3
	keys, values, of := newKeys(t, 1), make([]int64, groups), make([]int, groups)
	want := make([]int64, groups)
	for i := range values {
		values[i], of[i] = int64(i%7)-3, (i+5)%groups
		want[of[i]] = values[i] + int64(of[i]%5)
	}
	table := newTable(t, groups, 1)
	if err := table.Add(of, encrypted(t, keys, values)); err != nil {
		t.Fatal(err)
	}
	out, err := table.Seal(keys.Public(), func(g, _ int) int64 { return int64(g % 5) }, always)
	if err != nil {
		t.Fatal(err)
	}
	got, err := keys.Open(out, steps(), within(8))
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the sums are wrong (%v)", err)
	}
	var cell *CellError
	limits := func(row int) int64 {
		if row < batch+1 {
			return 8
		}
		return 0
	}
	if _, err := keys.Open(out, steps(), limits); !errors.As(err, &cell) || cell.Row < batch+1 || want[cell.Row] == 0 {
		t.Errorf("a row of the second batch is out of range: %v", err)
	}
}

// TestCandidatesAreConfirmed has steps that find an element where it is not.
func TestCandidatesAreConfirmed(t *testing.T) {
	s, err := NewSteps(16)
	if err != nil {
		t.Fatal(err)
	}
	at, err := power(2 * (50 + 10))
	if err != nil {
		t.Fatal(err)
	}
	s.place[key(at[:])] = 3 // as far off the first place as 50 is
	keys := newKeys(t, 1)
	if _, err := keys.Open(encrypted(t, keys, []int64{50}), s, within(10)); !errors.Is(err, ErrRange) {
		t.Errorf("a candidate that is none: %v", err)
	}
}
