package elgamal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"mandorla/crypto/dleq"
	"mandorla/crypto/ristretto"
)

func TestTableIsSealedOnce(t *testing.T) {
	keys, table := newKeys(t, 1), newTable(t, 2, 1)
	if _, err := table.Seal(newKeys(t, 2).Public(), none, always); !errors.Is(err, errColumns) {
		t.Errorf("keys of two columns: %v", err)
	}
	sums := table.sums
	if err := table.Add([]int{1}, encrypted(t, keys, []int64{5})); err != nil {
		t.Fatal(err)
	}
	if _, err := table.Seal(keys.Public(), none, always); err != nil {
		t.Fatal(err)
	}
	if _, err := table.Seal(keys.Public(), none, always); !errors.Is(err, ErrSpent) {
		t.Errorf("a second seal: %v", err)
	}
	if err := table.Add([]int{0}, encrypted(t, keys, []int64{5})); !errors.Is(err, ErrSpent) {
		t.Errorf("added after the seal: %v", err)
	}
	left := make([]byte, 2*RowSize(1))
	if err := sums.Encode(left); err != nil || !bytes.Equal(left, make([]byte, len(left))) {
		t.Errorf("sums stay in memory after the seal (%v)", err)
	}
}

func TestArgumentsAreChecked(t *testing.T) {
	keys, table := newKeys(t, 2), newTable(t, 3, 2)
	row := encrypted(t, keys, []int64{0, 0})
	open := func(b []byte, limit int64) error {
		_, err := keys.Open(b, steps(), within(limit))
		return err
	}
	for name, err := range map[string]error{
		"half a row":         keys.Encrypt(row, make([]int64, 3)),
		"short dst":          keys.Encrypt(row[:64], make([]int64, 2)),
		"group -1":           table.Add([]int{-1}, row),
		"group 3":            table.Add([]int{3}, row),
		"row without group":  table.Add(nil, row),
		"short row":          table.Add([]int{0}, row[:95]),
		"half a sealed row":  open(row[:95], 1),
		"limit beyond":       open(row, MaxLimit+1),
		"no columns":         first(NewKeys(0)),
		"too many columns":   first(NewKeys(MaxColumns + 1)),
		"table, no columns":  first(NewTable(1, 0)),
		"table, no groups":   first(NewTable(0, 1)),
		"table, many groups": first(NewTable(MaxGroups+1, 1)),
		"no steps":           first(NewSteps(0)),
		"too many steps":     first(NewSteps(MaxSteps + 1)),
		"no public keys":     first(ParsePublic(nil)),
		"half a public key":  first(ParsePublic(row[:33])),
		"many public keys":   first(ParsePublic(make([]byte, (MaxColumns+1)*Size))),
		"key -1":             first(keys.ExposeKeyForProofs(-1)),
		"key 2":              first(keys.ExposeKeyForProofs(2)),
	} {
		if err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if err := open(row, -1); err == nil || errors.Is(err, ErrRange) {
		t.Errorf("limit -1: %v", err)
	}
	if _, err := table.Seal(keys.Public(), none, always); err != nil {
		t.Errorf("a table is spent by arguments: %v", err)
	}
	if got, err := keys.Open(nil, steps(), within(1)); err != nil || len(got) != 0 {
		t.Errorf("nothing opens to %v, %v", got, err)
	}
}

func first[T any](_ T, err error) error { return err }

func TestPublic(t *testing.T) {
	keys, other := newKeys(t, 3), newKeys(t, 2)
	p, err := ParsePublic(keys.Public().Bytes())
	if err != nil || !bytes.Equal(p.Bytes(), keys.Public().Bytes()) || p.Columns() != 3 {
		t.Fatalf("%v", err)
	}
	for name, bad := range badElements {
		b := keys.Public().Bytes()
		copy(b[Size:], bad)
		if e := new(ristretto.PointError); !errors.As(first(ParsePublic(b)), &e) || e.Index != 1 {
			t.Errorf("%s: %v", name, first(ParsePublic(b)))
		}
	}
	b := keys.Public().Bytes()
	copy(b[2*Size:], b[:Size])
	if first(ParsePublic(b)) == nil {
		t.Error("accepted the same key twice")
	}
	if p.Meets(other.Public()) || other.Public().Meets(p) {
		t.Error("different keys meet")
	}
	mixed, err := ParsePublic(append(other.Public().Bytes(), keys.Public().Bytes()[2*Size:]...))
	if err != nil || !mixed.Meets(p) || !p.Meets(mixed) || mixed.Meets(Public{}) {
		t.Errorf("keys with one in common do not meet (%v)", err)
	}
}

// TestProofsOfKnowledge goes the way of a run: package dleq proves each key.
func TestProofsOfKnowledge(t *testing.T) {
	keys, sid := newKeys(t, 2), [32]byte{1}
	for c := range 2 {
		k, err := keys.ExposeKeyForProofs(c)
		if err != nil {
			t.Fatal(err)
		}
		proof, err := dleq.ProveKey(k, sid, "sums")
		if err != nil {
			t.Fatal(err)
		}
		public := [Size]byte(keys.Public().Bytes()[c*Size:])
		if err := dleq.VerifyKey(public, sid, "sums", proof); err != nil {
			t.Errorf("column %d: %v", c, err)
		}
		k.Wipe()
		if out := encrypted(t, keys, []int64{1, 2}); len(out) == 0 {
			t.Error("the keys ended with the copy")
		}
	}
}

func TestWiped(t *testing.T) {
	keys := newKeys(t, 1)
	row, scalars := encrypted(t, keys, []int64{1}), keys.secret.scalars
	keys.Wipe()
	keys.Wipe()
	if scalars[0].IsNonZeroI() != 0 {
		t.Error("the secret is still in memory")
	}
	_, open := keys.Open(row, steps(), within(1))
	for use, err := range map[string]error{
		"encrypt": keys.Encrypt(row, []int64{1}), "open": open, "proof": first(keys.ExposeKeyForProofs(0)),
	} {
		if !errors.Is(err, ErrWiped) {
			t.Errorf("%s: %v", use, err)
		}
	}
}

func TestSecretsAreMute(t *testing.T) {
	keys, table := newKeys(t, 1), newTable(t, 1, 1)
	secret := fmt.Sprintf("%x", keys.secret.scalars[0].Bytes())
	words := fmt.Sprint(keys.secret.scalars[0][0])
	row := encrypted(t, keys, []int64{1})
	if err := table.Add([]int{0}, row); err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d", "%q", "%p"} {
		for _, it := range []any{keys, struct{ K *Keys }{keys}, []*Keys{keys}, struct{ k *Keys }{keys}, table, struct{ t *Table }{table}, []*Table{table}} {
			s := strings.ToLower(fmt.Sprintf(verb, it))
			if strings.Contains(s, secret[:8]) || strings.Contains(s, words) {
				t.Errorf("%s of %T prints secrets", verb, it)
			}
		}
	}
	if s := fmt.Sprintf("%v %x", keys, table); s != "elgamal.Keys(secret) elgamal.Table(secret)" {
		t.Errorf("printed %q", s)
	}
	for _, it := range []any{keys, table} {
		if b, err := json.Marshal(it); err != nil || string(b) != "{}" {
			t.Errorf("JSON: %s, %v", b, err)
		}
	}
}
