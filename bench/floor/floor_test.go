package floor

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// table writes a table of lines with an address, a segment and consent.
func table(t *testing.T, lines ...string) Table {
	t.Helper()
	path := filepath.Join(t.TempDir(), "table.csv")
	if err := os.WriteFile(path, []byte("segment,email,consent\n"+strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	return Table(path)
}

func TestJoin(t *testing.T) {
	first := table(t,
		"0,one@example.com,yes",
		"5,one@example.com,yes", // the first row keeps the address
		"1,t.w.o@gmail.com,yes",
		"2,three@example.com,no",
		"2,four@example.com,",
		"2,nobody,yes",
		"9,five@example.com,yes")
	second := table(t,
		"3,ONE@example.com,Y",
		"4,one@example.com,Y",
		"7,two+card@gmail.com,Y",
		"7,three@example.com,Y",
		"7,four@example.com,Y",
		"7,nobody,Y",
		"8,five@example.com,N",
		"6,five@example.com,Y")
	j, err := Join(t.Context(), first, second)
	if err != nil {
		t.Fatal(err)
	}
	if j.Count != 3 || j.Rows != 15 {
		t.Errorf("%d in common of %d rows", j.Count, j.Rows)
	}
	for a := range Codes {
		for b := range Codes {
			want := uint64(0)
			switch [2]int{a, b} {
			case [2]int{0, 3}, [2]int{1, 7}, [2]int{9, 6}:
				want = 1
			}
			if j.Cells[a][b] != want {
				t.Errorf("cell %d, %d holds %d", a, b, j.Cells[a][b])
			}
		}
	}
}

func TestJoinFails(t *testing.T) {
	good := table(t, "0,one@example.com,yes")
	for _, bad := range []Table{"nowhere.csv", table(t, "x,one@example.com,yes"), table(t, "10,one@example.com,yes")} {
		if _, err := Join(t.Context(), good, bad); err == nil || strings.Contains(err.Error(), "one@") {
			t.Error(err)
		}
		if _, err := Join(t.Context(), bad, good); err == nil {
			t.Error("no error")
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Join(ctx, good, good); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestOperators(t *testing.T) {
	if testing.Short() {
		t.Skip("measures every operator")
	}
	list, err := Operators(t.Context(), time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	one := map[string]int{}
	for _, o := range list {
		if o.Seconds <= 0 || o.CPU <= 0 || o.Library == "" {
			t.Errorf("%+v", o)
		}
		if o.Cores == 1 {
			one[o.Name]++
		}
	}
	for _, name := range []string{Blind, Reblind, Encrypt} {
		if one[name] != 2 {
			t.Errorf("%s is measured %d times on one core, not by the engine and by circl", name, one[name])
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Operators(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
