package matchtest

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"testing"

	"mandorla/match"
	"mandorla/match/column"
)

// labelWidth is the bytes of a test's label.
const labelWidth = 5

// labels is what a run depends on whose labels are those of labelOf.
func labels() *match.Labels {
	return &match.Labels{Width: labelWidth, Schema: sha256.Sum256([]byte("a schema"))}
}

// labelOf is the label of a row of the member who gives labels.
func labelOf(row int) []byte {
	sum := sha256.Sum256(binary.BigEndian.AppendUint64([]byte("label"), uint64(row)))
	return sum[:labelWidth]
}

// label is the label of a row of the member who gives labels.
func (p Pair) label() func(row int) []byte {
	if p.Label != nil {
		return p.Label
	}
	return labelOf
}

// opened reads the labels of an outcome, and closes it.
func opened(o match.Labelled) (_ map[uint64][]byte, err error) {
	rows, err := o.Labels()
	if err != nil {
		return nil, err
	}
	out, last := map[uint64][]byte{}, -1
	err = column.EachBatch(rows, func(batch []byte) error {
		for row := range slices.Chunk(batch, 8+labelWidth) {
			number := binary.BigEndian.Uint64(row)
			if int(number) <= last {
				return fmt.Errorf("the label of row %d comes after that of %d", number, last)
			}
			last, out[number] = int(number), bytes.Clone(row[8:])
		}
		return nil
	})
	return out, err
}

// checkLabels sees that the learner holds the label of the row that each of its
// own met, and no other.
func (p Pair) checkLabels(t *testing.T, got Answer, own, other Table, levels []int) {
	t.Helper()
	matched := 0
	for i, level := range levels {
		if level < 0 {
			continue
		}
		matched++
		j := slices.IndexFunc(other, func(row []uint64) bool { return row[level] == own[i][level] })
		if !bytes.Equal(got.Labels[uint64(i)], p.label()(j)) {
			t.Fatalf("row %d does not have the label of the other side's row %d", i, j)
		}
	}
	if len(got.Labels) != matched {
		t.Fatalf("%d labels for %d rows", len(got.Labels), matched)
	}
}
