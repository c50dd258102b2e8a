package ledger

import (
	"errors"
	"slices"
	"testing"

	"golang.org/x/mod/sumdb/note"
)

// TestMergeAll joins the signatures of three parties, each of which has to be in
// its place and alone.
func TestMergeAll(t *testing.T) {
	airline, bank, shop := keyOf(t, "airline", 1), keyOf(t, "bank", 2), keyOf(t, "shop", 3)
	keys := []note.Verifier{airline, bank, shop}
	sign := func(r *Receipt, k key) []byte {
		b, err := r.Sign(k)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	one := func(k key) []byte { return sign(receipt(), k) }
	all, err := MergeAll([][]byte{one(airline), one(bank), one(shop)}, keys)
	if err != nil {
		t.Fatal(err)
	}
	if _, names, err := Read(all, keys...); err != nil || !slices.Equal(names, []string{"airline", "bank", "shop"}) {
		t.Errorf("signed by %v: %v", names, err)
	}
	other := receipt()
	other.State, other.Code = Failed, "COUNT"
	for name, notes := range map[string][][]byte{
		"another receipt":      {one(airline), sign(other, bank), one(shop)},
		"two swapped":          {one(bank), one(airline), one(shop)},
		"one missing":          {one(airline), nil, one(shop)},
		"one signed for two":   {one(airline), signed(t, receipt(), bank, shop), one(shop)},
		"the same one thrice":  {one(airline), one(airline), one(airline)},
		"not a note":           {[]byte("x"), one(bank), one(shop)},
		"a key of the name":    {one(airline), one(keyOf(t, "bank", 9)), one(shop)},
		"a receipt of nothing": {one(airline), one(bank), []byte("\n")},
	} {
		if got, err := MergeAll(notes, keys); !errors.Is(err, ErrReceipt) || got != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
