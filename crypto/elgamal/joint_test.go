package elgamal

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"mandorla/crypto/ristretto"
)

// holders are keys of several holders, and the key that they make together.
func holders(t *testing.T, n, columns int) (all []*Keys, shares []Public, joint Public) {
	t.Helper()
	for range n {
		k := newKeys(t, columns)
		all, shares = append(all, k), append(shares, k.Public())
	}
	joint, err := Join(shares...)
	if err != nil {
		t.Fatal(err)
	}
	return all, shares, joint
}

// TestJoint encrypts under a joint key, has every holder take its share off in
// turn, re-randomised under what is left, and finds the numbers when the last one
// has, and at nobody's before.
func TestJoint(t *testing.T) {
	for _, columns := range []int{1, 3} {
		all, shares, joint := holders(t, 3, columns)
		values := make([]int64, columns*(batch+3))
		for i := range values {
			values[i] = int64(i%11 - 3)
		}
		rows := make([]byte, len(values)/columns*RowSize(columns))
		if err := joint.Encrypt(rows, values); err != nil {
			t.Fatal(err)
		}
		for i, k := range all {
			before := bytes.Clone(rows)
			if err := k.Strip(rows); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(rows[:Size], before[:Size]) {
				t.Error("R is another")
			}
			opened := powersOf(rows, columns)
			if want := encodedPowers(t, values); i < 2 && overlap(opened, want) > 0 {
				t.Fatalf("%d shares of 3 are enough", i+1)
			}
			if i == 2 {
				break
			}
			left, err := Join(shares[i+1:]...)
			if err != nil {
				t.Fatal(err)
			}
			if err := left.Rerandomise(rows); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(powersOf(rows, columns), encodedPowers(t, values)) {
			t.Errorf("%d columns: other numbers", columns)
		}
	}
}

// powersOf are the S of rows.
func powersOf(rows []byte, columns int) (out []byte) {
	for ; len(rows) > 0; rows = rows[RowSize(columns):] {
		out = append(out, rows[Size:RowSize(columns)]...)
	}
	return out
}

func encodedPowers(t *testing.T, values []int64) []byte {
	t.Helper()
	out := make([]byte, len(values)*Size)
	if err := ristretto.Powers(out, powers(values)); err != nil {
		t.Fatal(err)
	}
	return out
}

// overlap counts the elements of one list that stand in the other.
func overlap(a, b []byte) (n int) {
	known := map[[Size]byte]bool{}
	for ; len(b) > 0; b = b[Size:] {
		known[[Size]byte(b)] = true
	}
	for ; len(a) > 0; a = a[Size:] {
		if known[[Size]byte(a)] {
			n++
		}
	}
	return n
}

// TestEncrypt under a public key is what the holder of the secret reads.
func TestEncrypt(t *testing.T) {
	k := newKeys(t, 2)
	values := []int64{0, 0, 7, -7, MaxValue, -MaxValue}
	rows := make([]byte, 3*RowSize(2))
	if err := k.Public().Encrypt(rows, values); err != nil {
		t.Fatal(err)
	}
	for i, x := range values {
		if got := slowOpen(t, k, rows[i/2*RowSize(2):], i%2); !got.IsEqual(slowPower(x)) {
			t.Errorf("number %d is another", i)
		}
	}
	var cell *CellError
	if err := k.Public().Encrypt(rows, []int64{0, 0, 0, 0, 0, MaxValue + 1}); !errors.As(err, &cell) || *cell != (CellError{2, 1}) {
		t.Errorf("too large a number: %v", err)
	}
	if err := k.Public().Encrypt(rows[1:], values); !errors.Is(err, errLength) {
		t.Errorf("no room: %v", err)
	}
}

// TestJoinRefuses keys that do not fit, and such as cancel each other.
func TestJoinRefuses(t *testing.T) {
	if _, err := Join(); err == nil {
		t.Error("no key was joined")
	}
	if _, err := Join(newKeys(t, 1).Public(), newKeys(t, 2).Public()); err == nil {
		t.Error("keys of different columns were joined")
	}
	k := newKeys(t, 1)
	e := element(t, k.Public().Bytes())
	minus, err := ParsePublic(bytesOf(t, e.Neg(e)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Join(k.Public(), minus); !errors.Is(err, ristretto.ErrPoint) {
		t.Errorf("a joint key that hides nothing: %v", err)
	}
}

// TestStripOfJointRefuses names the first element that is none, or masks nothing.
func TestStripOfJointRefuses(t *testing.T) {
	k := newKeys(t, 1)
	good := encrypted(t, k, make([]int64, batch+4))
	for _, c := range []struct {
		at  int
		bad []byte
	}{
		{2 * (batch + 2), make([]byte, Size)}, // R
		{2*(batch+1) + 1, bytes.Repeat([]byte{0xff}, Size)},
	} {
		rows := bytes.Clone(good)
		copy(rows[c.at*Size:], c.bad)
		var e *ristretto.PointError
		if err := k.Strip(rows); !errors.As(err, &e) || e.Index != c.at {
			t.Errorf("element %d: %v", c.at, err)
		}
	}
	if err := k.Strip(good[1:]); !errors.Is(err, errLength) {
		t.Errorf("half a row: %v", err)
	}
	k.Wipe()
	if err := k.Strip(good); !errors.Is(err, ErrWiped) {
		t.Errorf("wiped: %v", err)
	}
}

// TestMultiples gives every one once, under its number, and stops where it is told.
func TestMultiples(t *testing.T) {
	for _, n := range []uint64{0, 1, 100, manyRuns, 2*manyRuns + 77} {
		var even []int64
		for x := range n {
			even = append(even, 2*int64(x)+2)
		}
		want, got := encodedPowers(t, even), make([]byte, n*Size)
		seen := make([]bool, n)
		err := Multiples(n, func(first uint64, encodings []byte) error {
			copy(got[(first-1)*Size:], encodings)
			for i := range uint64(len(encodings) / Size) {
				if seen[first-1+i] {
					t.Fatalf("%d: number %d comes twice", n, first+i)
				}
				seen[first-1+i] = true
			}
			return nil
		})
		if err != nil || !bytes.Equal(got, want) || slices.Contains(seen, false) {
			t.Errorf("%d multiples: %v", n, err)
		}
	}
	stop, calls := errors.New("stop"), 0
	if err := Multiples(3*manyRuns, func(uint64, []byte) error { calls++; return stop }); !errors.Is(err, stop) || calls != 1 {
		t.Errorf("%v after %d calls", err, calls)
	}
}
