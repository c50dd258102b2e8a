package policy

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

func fraction(t testing.TB, text string) *big.Rat {
	t.Helper()
	x, ok := new(big.Rat).SetString(text)
	if !ok {
		t.Fatal("not a fraction")
	}
	return x
}

// The figures are those of PROTOCOLS.md §5.5 and §8.5, and of §1.10 for the
// shift of the law.
func TestSplit(t *testing.T) {
	for _, c := range []struct {
		epsilon             string
		levels, columns     int
		cell, column, scale string
		shift               int
	}{
		{"1", 1, 0, "1", "", "", 27},
		{"2", 1, 0, "2", "", "", 14},
		{"1/2", 1, 0, "1/2", "", "", 53},
		{"0.1", 1, 0, "1/10", "", "", 248},
		{"1", 2, 0, "1/2", "", "", 53},
		{"1", 1, 5, "1/2", "1/10", "20480", 53}, // the example
		{"1", 1, 2, "1/2", "1/4", "8192", 53},
		{"1", 5, 3, "1/10", "1/6", "61440", 248},
		{"4", 1, 4, "2", "1/2", "4096", 14},
		{"0.3", 3, 3, "1/20", "1/20", "122880", 481},
	} {
		s, err := Split(fraction(t, c.epsilon), c.levels, c.columns)
		if err != nil {
			t.Fatal(err)
		}
		if s.Levels != c.levels || s.Columns != c.columns || s.Cell.Cmp(fraction(t, c.cell)) != 0 {
			t.Errorf("%+v: %+v", c, s)
		}
		if c.columns == 0 {
			if s.Column != nil || s.Scale != nil || (Column{Q}).Scale(s) != nil {
				t.Errorf("%+v: columns out of nowhere", c)
			}
		} else {
			presence := (Column{1}).Scale(s)
			if s.Column.Cmp(fraction(t, c.column)) != 0 || s.Scale.Cmp(fraction(t, c.scale)) != 0 ||
				(Column{Q}).Scale(s).Cmp(s.Scale) != 0 || times(presence, Q).Cmp(s.Scale) != 0 {
				t.Errorf("%+v: %+v", c, s)
			}
		}
		law, err := s.Law()
		if err != nil || law.S != c.shift || law.Eps.Cmp(s.Cell) != 0 {
			t.Errorf("%+v: shift %d of ε %v, %v", c, law.S, law.Eps, err)
		}
	}
}

// Whatever is asked for, all of ε is spent and nothing beyond it.
func TestSplitSpendsEpsilon(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		epsilon := big.NewRat(rapid.Int64Range(1, 4000).Draw(t, "ε"), 1000)
		levels, columns := rapid.IntRange(1, 4).Draw(t, "levels"), rapid.IntRange(0, 48).Draw(t, "columns")
		before := epsilon.RatString()
		s, err := Split(epsilon, levels, columns)
		if err != nil {
			t.Fatal(err)
		}
		if s.Total().Cmp(epsilon) != 0 {
			t.Fatalf("ε %v, spent %v", epsilon, s.Total())
		}
		// What a row says, summed up as PROTOCOLS.md §5.5 has it: sensitivity over
		// scale, for every column.
		said := times(s.Cell, int64(levels))
		for range columns {
			said.Add(said, new(big.Rat).Quo(whole(int64(levels)*Q), s.Scale))
		}
		if said.Cmp(epsilon) != 0 || epsilon.RatString() != before {
			t.Fatalf("ε %v, said %v", epsilon, said)
		}
	})
}

func TestSplitRefuses(t *testing.T) {
	one := big.NewRat(1, 1)
	for name, f := range map[string]func() (Spending, error){
		"no ε":       func() (Spending, error) { return Split(nil, 1, 0) },
		"ε of 0":     func() (Spending, error) { return Split(new(big.Rat), 1, 0) },
		"below 0":    func() (Spending, error) { return Split(big.NewRat(-1, 2), 1, 0) },
		"no levels":  func() (Spending, error) { return Split(one, 0, 0) },
		"no columns": func() (Spending, error) { return Split(one, 1, -1) },
	} {
		if _, err := f(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	s, err := Split(big.NewRat(1, 1_000_000_000), 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Law(); err == nil {
		t.Error("a law for next to no ε")
	}
}
