package append

import (
	"encoding/binary"
	"fmt"

	"mandorla/crypto/oprf"
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/dh"
	"mandorla/match/evaluation"
)

// A reader opens the labels of the asker's rows that are found.
type reader struct {
	match.Config
	book   *match.LabelBook
	closed int // labels that did not open
}

func newAsker(c match.Config) (match.Machine, error) {
	book, err := match.NewLabelBook(c, dh.Share(c))
	if err != nil {
		return nil, err
	}
	r := &reader{Config: c, book: book}
	return evaluation.NewAsker(c, evaluation.Use{
		Directory: directory(c.Labels.Width),
		Kept:      oprf.LabelKeySize,
		Keep: func(dst, outputs []byte, sid [32]byte, level int) {
			oprf.LabelKeys(dst, outputs, sid, c.Levels[level])
		},
		Found:   r.found,
		Alive:   r.alive,
		Checked: r.checked,
		Outcome: func(hits []*column.Bits) (match.Outcome, error) {
			return book.Outcome(match.NewRows(evaluation.Waterfall(hits))), nil
		},
		Close: book.Close,
	})
}

// found opens the label of a row.
func (r *reader) found(row uint64, sid [32]byte, entry, key []byte) error {
	sealed := r.Config
	sealed.SID = sid
	label, ok := open(sealed, entry, key)
	if !ok {
		r.closed++
		return nil
	}
	return r.book.Add(append(binary.BigEndian.AppendUint64(nil, row), label...))
}

// alive sees that a label of the liveness pool opens: it is nobody's.
func (r *reader) alive(entry, key []byte) error {
	if _, ok := open(r.Config, entry, key); !ok {
		r.closed++
	}
	return nil
}

// checked ends the run if any label of the level did not open: a tag that is hit
// and a seal that does not hold are no accident.
func (r *reader) checked() error {
	if r.closed > 0 {
		return fmt.Errorf("%w: %d of them", match.ErrLabel, r.closed)
	}
	return nil
}
