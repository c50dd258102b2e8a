package elgamal

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/cloudflare/circl/group"
)

// circl is the slow twin: one element at a time through circl's group.
var circl = group.Ristretto255

func element(t testing.TB, b []byte) group.Element {
	t.Helper()
	e := circl.NewElement()
	if err := e.UnmarshalBinary(b); err != nil {
		t.Fatal(err)
	}
	return e
}

func bytesOf(t testing.TB, e group.Element) []byte {
	t.Helper()
	b, err := e.MarshalBinaryCompress()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func scalarOf(t testing.TB, k *Keys, column int) group.Scalar {
	t.Helper()
	key, err := k.ExposeKeyForProofs(column)
	if err != nil {
		t.Fatal(err)
	}
	s, err := key.ExposeScalarForProofs()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// slowPower is g^x.
func slowPower(x int64) group.Element {
	s := circl.NewScalar().SetUint64(uint64(max(x, -x)))
	if x < 0 {
		s.Neg(s)
	}
	return circl.NewElement().MulGen(s)
}

// slowOpen is S·R^-s of one column, an element.
func slowOpen(t testing.TB, k *Keys, row []byte, column int) group.Element {
	t.Helper()
	mask := circl.NewElement().Mul(element(t, row[:Size]), scalarOf(t, k, column))
	s := element(t, row[(1+column)*Size:][:Size])
	return s.Add(s, mask.Neg(mask))
}

// slowEncrypt is a row of ciphertexts under public keys, as the definition has
// it: g^r, and h^r·g^x.
func slowEncrypt(t testing.TB, public []byte, values []int64) []byte {
	t.Helper()
	r := circl.RandomScalar(nil)
	row := bytesOf(t, circl.NewElement().MulGen(r))
	for c, x := range values {
		s := circl.NewElement().Mul(element(t, public[c*Size:][:Size]), r)
		row = append(row, bytesOf(t, s.Add(s, slowPower(x)))...)
	}
	return row
}

// TestAgreesWithCircl: what one encrypts the other opens, and so for sums.
func TestAgreesWithCircl(t *testing.T) {
	const columns, rows = 3, 20
	keys := newKeys(t, columns)
	public := keys.Public().Bytes()
	for c := range columns {
		if !bytes.Equal(public[c*Size:(c+1)*Size], bytesOf(t, circl.NewElement().MulGen(scalarOf(t, keys, c)))) {
			t.Errorf("public key %d is not the generator times the secret", c)
		}
	}
	var values, sums []int64
	for i := range rows * columns {
		x := []int64{rand.Int64N(1<<32+1) - 1<<31, MaxValue, -MaxValue, 0, rand.Int64N(2001) - 1000}[rand.IntN(5)]
		values = append(values, x)
		if i < columns {
			sums = append(sums, 0)
		}
		sums[i%columns] += x
	}
	ours, theirs := encrypted(t, keys, values), []byte(nil)
	for row := range rows {
		theirs = append(theirs, slowEncrypt(t, public, values[row*columns:(row+1)*columns])...)
	}
	for i, x := range values {
		row := ours[i/columns*RowSize(columns):][:RowSize(columns)]
		if !slowOpen(t, keys, row, i%columns).IsEqual(slowPower(x)) {
			t.Errorf("row %d, column %d: circl opens it to another number", i/columns, i%columns)
		}
	}
	for name, in := range map[string][]byte{"ours": ours, "circl's": theirs} {
		out := sealed(t, keys.Public(), 1, make([]int, rows), in)
		for c, x := range sums {
			if !slowOpen(t, keys, out, c).IsEqual(slowPower(x)) {
				t.Errorf("%s: column %d: circl opens another sum", name, c)
			}
		}
	}
	got, err := keys.Open(theirs, steps(), within(0))
	if err == nil {
		t.Errorf("numbers up to 2^31 opened within 0: %v", got)
	}
	small := slowEncrypt(t, public, []int64{-1000, 0, 999})
	if got, err := keys.Open(small, steps(), within(1000)); err != nil || got[0] != -1000 || got[1] != 0 || got[2] != 999 {
		t.Errorf("circl's row opens to %v, %v", got, err)
	}
}

// TestSealUnlinks is the linkage that broke sums which were returned as they
// were: whoever made the rows looks for an element, a product of two or the
// product of a group among what comes back (PROTOCOLS.md §12.5, 4).
func TestSealUnlinks(t *testing.T) {
	const columns, rows = 2, 12
	keys := newKeys(t, columns)
	of := []int{0, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3, 3}
	in := encrypted(t, keys, make([]int64, rows*columns))
	known := map[string]bool{string(make([]byte, Size)): true}
	for c := range 1 + columns {
		whole := make([]group.Element, 5)
		for g := range whole {
			whole[g] = circl.Identity()
		}
		for i := range rows {
			a := element(t, in[i*RowSize(columns)+c*Size:][:Size])
			whole[of[i]].Add(whole[of[i]], a)
			known[string(bytesOf(t, a))] = true
			for j := range i {
				b := element(t, in[j*RowSize(columns)+c*Size:][:Size])
				known[string(bytesOf(t, b.Add(b, a)))] = true
			}
		}
		for _, e := range whole {
			known[string(bytesOf(t, e))] = true
		}
	}
	first := sealed(t, keys.Public(), 5, of, in)
	second := sealed(t, keys.Public(), 5, of, in)
	for i := 0; i < len(first); i += Size {
		if known[string(first[i:i+Size])] {
			t.Errorf("sealed element %d is one that the owner of the rows can make", i/Size)
		}
		if bytes.Equal(first[i:i+Size], second[i:i+Size]) {
			t.Errorf("sealed element %d comes back in a second seal", i/Size)
		}
	}
	// A suppressed group must not be the sum under fresh randomness either.
	table := newTable(t, 5, columns)
	if err := table.Add(of, encrypted(t, keys, slices.Repeat([]int64{7}, rows*columns))); err != nil {
		t.Fatal(err)
	}
	out, err := table.Seal(keys.Public(), none, func(g int) bool { return g == 2 })
	if err != nil || len(out) != len(first) {
		t.Fatalf("%d bytes (%v)", len(out), err)
	}
	got, err := keys.Open(out, steps(), within(100))
	if err != nil {
		t.Fatal(err)
	}
	for i, x := range got {
		if want := map[bool]int64{true: 21}[i/columns == 2]; x != want {
			t.Errorf("group %d: %d, want %d", i/columns, x, want)
		}
	}
}

// TestRowsAreFresh: no randomness is used twice, over chunks and calls, and a
// row of zeros cannot be told by its elements.
func TestRowsAreFresh(t *testing.T) {
	const rows = batch + 50
	keys := newKeys(t, 2)
	seen := map[string]bool{}
	for range 2 {
		rows := encrypted(t, keys, make([]int64, 2*rows))
		for i := 0; i < len(rows); i += Size {
			seen[string(rows[i:i+Size])] = true
		}
	}
	if len(seen) != 2*3*rows {
		t.Errorf("%d different elements of %d", len(seen), 2*3*rows)
	}
}
