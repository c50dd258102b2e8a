package match

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"

	"mandorla/match/column"
	"mandorla/match/wire"
)

// TestMessages is PROTOCOLS.md §1.3's identifier message, of the rows that have
// an identifier.
func TestMessages(t *testing.T) {
	digests := make([]byte, 3*32)
	for i := range digests {
		digests[i] = byte(i)
	}
	b := Batch{Rows: 3, Digests: [][]byte{nil, digests}, Present: [][]bool{nil, {true, false, true}}}
	msgs, width := Messages("p-1/email", b, 1)
	want := slices.Concat([]byte("\x09p-1/email"), digests[:32], []byte("\x09p-1/email"), digests[64:])
	if width != 42 || !slices.Equal(msgs, want) {
		t.Errorf("width %d: %x", width, msgs)
	}
	none := Batch{Rows: 1, Digests: [][]byte{digests}, Present: [][]bool{{false}}}
	if msgs, width := Messages("x", none, 0); width != 34 || len(msgs) != 0 {
		t.Errorf("width %d: %x", width, msgs)
	}
}

func TestMessageVector(t *testing.T) {
	text, err := os.ReadFile("../../shared/VECTORS.json")
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("the shared test data are not here: VECTORS.json")
	}
	var v map[string]string
	if err == nil {
		err = json.Unmarshal(text, &v)
	}
	if err != nil {
		t.Fatal(err)
	}
	want, err := hex.DecodeString(v["id_message"])
	if err != nil || len(want) != 38 {
		t.Fatalf("no vector (%v)", err)
	}
	got, _ := Messages(v["idtype"], Batch{Rows: 1, Digests: [][]byte{want[6:]}, Present: [][]bool{{true}}}, 0)
	if !slices.Equal(got, want) {
		t.Errorf("%x", got)
	}
}

// TestCode wants every error to reach the peer as a word of its own, also when
// it comes wrapped or with company.
func TestCode(t *testing.T) {
	seen := map[string]bool{}
	for _, err := range []error{wire.ErrFrame, ErrTurn, ErrSpent, ErrPoint, ErrOrder, ErrCount, ErrProof, ErrCommit, ErrReflect, ErrDiffer, ErrPool, ErrSum, ErrSeal, ErrDecline, ErrLabel, ErrNumber,
		context.Canceled, context.DeadlineExceeded, errors.New("anything else")} {
		code := Code(err)
		if seen[code] || code == "" {
			t.Errorf("%v has the code %q", err, code)
		}
		seen[code] = true
		if wrapped := Code(fmt.Errorf("set: %w", errors.Join(err, errTest))); wrapped != code {
			t.Errorf("%v, wrapped, has the code %q", err, wrapped)
		}
	}
	if Code(errTest) != "INTERNAL" || len(seen) != len(codes)+1 {
		t.Error("the tests do not know every code")
	}
}

func TestRoles(t *testing.T) {
	if Initiator.String() != "A" || Responder.String() != "B" || Initiator.Other() != Responder || Responder.Other() != Initiator {
		t.Error("roles")
	}
	if Initiator.Direction() != wire.FromInitiator || Responder.Direction() != wire.FromResponder {
		t.Error("directions")
	}
}

func TestRows(t *testing.T) {
	hits := []*column.Bits{{}, {}}
	for level, rows := range [][]uint64{{1, 70}, {0, 5, 200}} {
		for _, i := range rows {
			hits[level].Set(i)
		}
	}
	r := NewRows(hits)
	if !slices.Equal(r.Levels, []uint64{2, 3}) {
		t.Errorf("levels %v", r.Levels)
	}
	var got []string
	for i, level := range r.All(200) {
		got = append(got, fmt.Sprint(i, " at ", level))
	}
	if want := []string{"0 at 1", "1 at 0", "5 at 1", "70 at 0"}; !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	for i := range r.All(200) {
		if i > 0 {
			t.Fatal("went on after a break")
		}
		break
	}
	if _, ok := r.Level(2); ok {
		t.Error("a row that was not matched has a level")
	}
}
