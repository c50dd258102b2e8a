package elgamal

import (
	"bytes"
	"sync"
	"testing"
)

// TestTablesWhenTheyPay: keys that a handful of rows are given to make no tables,
// keys for many make them once, for all copies and goroutines, and rows come out
// right either way.
func TestTablesWhenTheyPay(t *testing.T) {
	const columns, some = 3, worthTables / 4
	keys := newKeys(t, columns)
	public, err := ParsePublic(keys.Public().Bytes())
	if err != nil {
		t.Fatal(err)
	}
	values := make([]int64, some*columns)
	for i := range values {
		values[i] = int64(i%7 - 3)
	}
	rows := encrypted(t, keys, values)
	opens := func() {
		t.Helper()
		for row := range 3 {
			for c := range columns {
				if got := slowOpen(t, keys, rows[row*RowSize(columns):], c); !got.IsEqual(slowPower(values[row*columns+c])) {
					t.Fatalf("row %d, column %d holds another number", row, c)
				}
			}
		}
	}
	for range 3 {
		if err := public.Rerandomise(rows); err != nil {
			t.Fatal(err)
		}
		if public.tables.bases != nil {
			t.Fatal("tables for a handful of rows")
		}
		opens()
	}
	var wg sync.WaitGroup
	for range 4 {
		of := public
		wg.Go(func() {
			if err := of.Rerandomise(bytes.Clone(rows)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if err := public.Rerandomise(rows); err != nil {
		t.Fatal(err)
	}
	if len(public.tables.bases) != columns {
		t.Error("no tables for many rows")
	}
	opens()
}

// TestSealBothWays seals with tables and without: the sums are the same.
func TestSealBothWays(t *testing.T) {
	for _, groups := range []int{3, worthTables} {
		keys := newKeys(t, 2)
		table := newTable(t, groups, 2)
		rows := encrypted(t, keys, []int64{5, -6, 7, 8})
		if err := table.Add([]int{1, 1}, rows); err != nil {
			t.Fatal(err)
		}
		sealed, err := table.Seal(keys.Public(), func(g, c int) int64 { return int64(10*g + c) }, always)
		if err != nil {
			t.Fatal(err)
		}
		if made := keys.Public().tables.bases != nil; made != (groups >= worthTables) {
			t.Errorf("%d groups: tables: %v", groups, made)
		}
		for cell, want := range map[[2]int]int64{{0, 0}: 0, {0, 1}: 1, {1, 0}: 22, {1, 1}: 13, {2, 1}: 21} {
			if got := slowOpen(t, keys, sealed[cell[0]*RowSize(2):], cell[1]); !got.IsEqual(slowPower(want)) {
				t.Errorf("%d groups: group %d, column %d holds another sum", groups, cell[0], cell[1])
			}
		}
	}
}

// TestRerandomiseUnderJointKeys: keys that are products of others are as good.
func TestRerandomiseUnderJointKeys(t *testing.T) {
	a, b := newKeys(t, 1), newKeys(t, 1)
	product := element(t, a.Public().Bytes())
	product.Add(product, element(t, b.Public().Bytes()))
	joint, err := ParsePublic(bytesOf(t, product))
	if err != nil {
		t.Fatal(err)
	}
	const n = worthTables + 3
	var rows []byte
	for i := range n {
		rows = append(rows, slowEncrypt(t, joint.Bytes(), []int64{int64(i)})...)
	}
	if err := joint.Rerandomise(rows); err != nil {
		t.Fatal(err)
	}
	if err := a.Strip(rows); err != nil {
		t.Fatal(err)
	}
	for _, i := range []int{0, 1, n - 1} {
		if got := slowOpen(t, b, rows[i*RowSize(1):], 0); !got.IsEqual(slowPower(int64(i))) {
			t.Errorf("row %d holds another number", i)
		}
	}
}
