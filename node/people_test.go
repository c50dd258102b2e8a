package node

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"testing"

	"mandorla/ledger/people"
	"mandorla/match/column"
)

// peopleLevels are the levels of [rememberedTable].
var peopleLevels = []string{"email", "phone"}

// rememberedTable is a table of more rows than are hashed at a time, of which some
// lack an identifier and some have lost one, and the digests of the others.
func rememberedTable(t *testing.T, key people.Key) (*Table, map[people.Digest]int) {
	t.Helper()
	table := &Table{lost: []*column.Bits{{}, {}}, log: &valueLog{levels: 2, budget: 1 << 40, store: column.Memory()}}
	want := map[people.Digest]int{}
	for place := range uint64(3 * batchRows) {
		values := make([][]byte, 2)
		for l, kind := range peopleLevels {
			if place%(50+uint64(l)) == 0 {
				continue
			}
			values[l] = fmt.Appendf(nil, "%s of %d", kind, place)
			if place%(60+uint64(l)) == 0 {
				table.lost[l].Set(place)
				continue
			}
			want[key.Digest(kind, values[l])]++
		}
		if err := table.log.append(loggedRow{number: place, values: values}); err != nil {
			t.Fatal(err)
		}
	}
	return table, want
}

func peopleKinds(key people.Key) (kinds []people.Kind) {
	for _, name := range peopleLevels {
		kinds = append(kinds, key.Kind(name))
	}
	return kinds
}

func peopleKey(t *testing.T) people.Key {
	t.Helper()
	key, err := people.ReadKey(filepath.Join(t.TempDir(), peopleKeyFile))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// TestTablePeople compares the persons of a table with the digest of every value
// made by itself, and finds the kinds wiped.
func TestTablePeople(t *testing.T) {
	key := peopleKey(t)
	table, want := rememberedTable(t, key)
	kinds, got := peopleKinds(key), map[people.Digest]int{}
	err := table.people(kinds, func(some ...people.Digest) error {
		for _, d := range some {
			got[d]++
		}
		return nil
	})
	if err != nil || !maps.Equal(got, want) {
		t.Errorf("%d persons, want %d; or others (%v)", len(got), len(want), err)
	}
	for l, kind := range kinds {
		var after [1]people.Digest
		kind.Digests(after[:], func(int) []byte { return []byte("x") })
		if after[0] == key.Digest(peopleLevels[l], []byte("x")) {
			t.Errorf("the kind of level %d still knows the secret", l)
		}
	}
}

// TestTablePeopleFails has each writing fail in turn, and then the reading.
func TestTablePeopleFails(t *testing.T) {
	key := peopleKey(t)
	table, _ := rememberedTable(t, key)
	boom := errors.New("boom")
	failing := func(at int) (calls int, err error) {
		err = table.people(peopleKinds(key), func(...people.Digest) error {
			calls++
			if calls == at {
				return boom
			}
			return nil
		})
		return calls, err
	}
	writings, err := failing(0)
	if err != nil || writings != 3*len(peopleLevels) {
		t.Fatalf("%d writings (%v)", writings, err)
	}
	for at := range writings {
		if calls, err := failing(at + 1); calls != at+1 || !errors.Is(err, boom) {
			t.Errorf("writing %d of %d fails: %d writings, %v", at+1, writings, calls, err)
		}
	}
	table.log.last = table.log.last[:len(table.log.last)-1]
	if _, err := failing(0); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a log that is cut short: %v", err)
	}
}
