package agreement

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
)

var noon = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

// state makes a statement and reads it back.
func (h house) state(t testing.TB, a *Agreement, what, member string, at time.Time) *Statement {
	t.Helper()
	data, err := NewStatement(a, what, "because", at, h.signer(t, member))
	if err != nil {
		t.Fatal(err)
	}
	s, err := ReadStatement(a, data)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestStatementComesBack(t *testing.T) {
	h := newHouse(t)
	a := mustParse(t, h.signed(t, sample))
	for _, what := range []string{Suspend, Resume, End} {
		data, err := NewStatement(a, what, "the new notice is not out yet", noon.Add(time.Millisecond), h.signer(t, "bank"))
		if err != nil {
			t.Fatal(err)
		}
		s, err := ReadStatement(a, data)
		if err != nil || *s != (Statement{what, a.ID(), "bank", noon, "the new notice is not out yet"}) {
			t.Errorf("%+v, %v", s, err)
		}
		if id, err := About(data); err != nil || id != a.ID() {
			t.Errorf("about %s, %v", id, err)
		}
		if again, err := SignStatement(a, data, h.signer(t, "bank")); err != nil || !bytes.Equal(again, data) {
			t.Errorf("signed again: %v", err)
		}
		for _, b := range [][]byte{data[:len(data)-1], append([]byte("\n"), data...), append(bytes.Clone(data), data...), nil, bytes.Repeat(data, 100)} {
			if _, err := ReadStatement(a, b); !errors.Is(err, ErrStatement) {
				t.Errorf("%d bytes: %v", len(b), err)
			}
		}
	}
}

// A note with more in it than a statement is none, even where the member signed it.
func TestStatementWithMore(t *testing.T) {
	h := newHouse(t)
	a := mustParse(t, h.signed(t, sample))
	data, err := NewStatement(a, Suspend, "because", noon, h.signer(t, "bank"))
	if err != nil {
		t.Fatal(err)
	}
	text, line, _ := strings.Cut(string(data), "\n\n")
	longer, err := note.Sign(&note.Note{Text: text + "\n\nand more\n"}, h.signer(t, "bank"))
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := note.Sign(&note.Note{Text: text + "\n"}, h.signer(t, "bank"), h.signer(t, "stranger"))
	if err != nil {
		t.Fatal(err)
	}
	for what, b := range map[string][]byte{"more text": longer, "its line twice": []byte(string(data) + line), "a stranger's line": stranger} {
		if _, err := ReadStatement(a, b); !errors.Is(err, ErrStatement) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// Not one bit of a statement can change.
func TestStatementChanged(t *testing.T) {
	h := newHouse(t)
	a := mustParse(t, h.signed(t, sample))
	data, err := NewStatement(a, Suspend, "because", noon, h.signer(t, "bank"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range data {
		for bit := range 8 {
			changed := bytes.Clone(data)
			changed[i] ^= 1 << bit
			if _, err := ReadStatement(a, changed); err == nil {
				t.Fatalf("bit %d of byte %d of %d goes unnoticed", bit, i, len(data))
			}
		}
	}
}

func TestStatementRefused(t *testing.T) {
	h := newHouse(t)
	a := mustParse(t, h.signed(t, sample))
	for _, c := range []struct {
		what, why, signer string
		want              error
	}{
		{"pause", "because", "bank", ErrStatement},
		{Suspend, "", "bank", ErrStatement},
		{Suspend, " because", "bank", ErrStatement},
		{Suspend, "be\ncause", "bank", ErrStatement},
		{Suspend, "be\u202ecause", "bank", ErrStatement},
		{Suspend, strings.Repeat("x", maxWhy+1), "bank", ErrStatement},
		{Suspend, "because", "stranger", ErrNotMember},
	} {
		if _, err := NewStatement(a, c.what, c.why, noon, h.signer(t, c.signer)); !errors.Is(err, c.want) {
			t.Errorf("%s, %q by %s: %v", c.what, c.why, c.signer, err)
		}
	}
	if _, err := NewStatement(mustParse(t, h.fill(sample)), Suspend, "because", noon, h.signer(t, "bank")); !errors.Is(err, ErrNotSigned) {
		t.Errorf("on a draft: %v", err)
	}
	if _, err := NewStatement(a, Suspend, "because", noon, newHouse(t).signer(t, "bank")); !errors.Is(err, ErrNotMember) {
		t.Errorf("by another key of the member's name: %v", err)
	}
	data, err := NewStatement(a, Suspend, "because", noon, h.signer(t, "bank"))
	if err != nil {
		t.Fatal(err)
	}
	other := mustParse(t, h.signed(t, with(t, "2026-12-31", "2026-12-30")))
	if _, err := ReadStatement(other, data); !errors.Is(err, ErrStatement) {
		t.Errorf("about another agreement: %v", err)
	}
	forged := bytes.Replace(data, []byte("by: bank"), []byte("by: airline"), 1)
	if _, err := ReadStatement(a, forged); !errors.Is(err, ErrStatement) {
		t.Errorf("in the other's name: %v", err)
	}
	if _, err := SignStatement(a, data, h.signer(t, "airline")); !errors.Is(err, ErrNotMember) {
		t.Errorf("the other member signs beneath: %v", err)
	}
}

// To stop takes one person, to go on as many as agreed.
func TestStatementByTwo(t *testing.T) {
	h := newHouse(t)
	file := []byte(two(t, h))
	for _, name := range []string{"airline", "airline-legal", "bank", "bank-legal"} {
		var err error
		if file, err = Sign(file, h.signer(t, name)); err != nil {
			t.Fatal(err)
		}
	}
	a := mustParse(t, file)
	if s := h.state(t, a, Suspend, "airline-spare", noon); s.By != "airline" {
		t.Errorf("by %s", s.By)
	}
	one, err := NewStatement(a, Resume, "because", noon, h.signer(t, "airline"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ReadStatement(a, one); !errors.Is(err, ErrStatement) || !strings.Contains(err.Error(), "2 people of airline") {
		t.Errorf("resumed by one: %v", err)
	}
	both, err := SignStatement(a, one, h.signer(t, "airline-legal"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ReadStatement(a, both); err != nil {
		t.Errorf("resumed by two: %v", err)
	}
}

func FuzzStatement(f *testing.F) {
	h := newHouse(f)
	a := mustParse(f, h.signed(f, sample))
	for _, what := range []string{Suspend, Resume, End} {
		data, err := NewStatement(a, what, "because", noon, h.signer(f, "bank"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(statementHead + "\n\n"))
	f.Add([]byte("\n\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := About(data); err != nil && !errors.Is(err, ErrStatement) {
			t.Fatalf("about: an error of no kind: %v", err)
		}
		s, err := ReadStatement(a, data)
		if err != nil {
			if !errors.Is(err, ErrStatement) && !errors.Is(err, ErrNotMember) {
				t.Fatalf("an error of no kind: %v", err)
			}
			return
		}
		if !bytes.HasPrefix(data, []byte(s.Text()+"\n")) {
			t.Fatal("what was read does not come back")
		}
	})
}
