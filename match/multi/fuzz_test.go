package multi

import (
	"testing"

	"mandorla/match"
	"mandorla/match/wire"
)

// FuzzFigures: whatever a combiner sends, a member reads figures that were asked
// for, none of them below zero and none suppressed with a count, or nothing.
func FuzzFigures(f *testing.F) {
	asked := []match.Figure{{Measure: match.Pair, Members: 3}, {Measure: match.Reach, Members: 7}}
	good := encode([]match.Figure{{Measure: match.Pair, Members: 3, Count: 70, Released: true}, {Measure: match.Reach, Members: 7}})
	f.Add(good.Rows, good.Columns[0], good.Columns[1], good.Columns[2], good.Columns[3])
	f.Add(0, []byte{}, []byte{}, []byte{}, []byte{})
	f.Fuzz(func(t *testing.T, rows int, a, b, c, d []byte) {
		frame := wire.Frame{Kind: wire.KindFigures, Last: true, Rows: rows, Columns: [][]byte{a, b, c, d}}
		if !frame.Fits(figuresSchema) {
			return // the link refuses it
		}
		got, err := decode(frame, asked)
		if err != nil {
			return
		}
		for i, figure := range got {
			if figure.Measure != asked[i].Measure || figure.Members != asked[i].Members || figure.Count < 0 || !figure.Released && figure.Count != 0 {
				t.Errorf("%+v", figure)
			}
		}
	})
}

// TestFigures reads back what is written.
func TestFigures(t *testing.T) {
	figures := []match.Figure{{Measure: match.Region, Members: 5, Count: 1 << 40, Released: true}, {Measure: match.Pair, Members: 6}}
	got, err := decode(encode(figures), figures)
	if err != nil || len(got) != 2 || got[0] != figures[0] || got[1] != figures[1] {
		t.Errorf("%+v, %v", got, err)
	}
}
