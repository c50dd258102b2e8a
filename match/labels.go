package match

import "mandorla/match/column"

// Labels is what a run depends on in which one member's labels become known to
// the other (PROTOCOLS.md §6). What a label's bytes mean is not the protocol's
// affair.
type Labels struct {
	Width  int      // bytes of every label
	Schema [32]byte // the hash of what they mean, which seals are bound to
	// Check refuses a label that the schema cannot have. It is asked of every
	// label that this node opens.
	Check func(label []byte) error
}

// Labelled is the outcome of an analysis that reveals which of this node's own
// rows are in the overlap, and the peer's label of each. Whoever takes it closes
// it.
type Labelled struct {
	Rows
	labels *column.Sorter
}

// labelRow is the number in front of a label.
const labelRow = 8

// A LabelBook gathers the labels of this node's rows. Its owner closes it until
// it has become an outcome.
type LabelBook struct{ sorter *column.Sorter }

// NewLabelBook makes an empty book for about as many rows as c announces.
func NewLabelBook(c Config, budget int64) (*LabelBook, error) {
	s, err := column.NewSorter(column.Config{Width: labelRow + c.Labels.Width, Key: labelRow, Budget: budget, Store: c.Store})
	return &LabelBook{s}, err
}

// Add enters the label of a row: number, in 8 bytes big endian, then label.
func (b *LabelBook) Add(numbered []byte) error { return b.sorter.Add(numbered) }

// Close forgets what was entered.
func (b *LabelBook) Close() error {
	if b.sorter == nil {
		return nil
	}
	return b.sorter.Close()
}

// Outcome is the book with the rows that it is about. From then on it is the
// outcome that has to be closed.
func (b *LabelBook) Outcome(rows Rows) Labelled {
	out := Labelled{rows, b.sorter}
	b.sorter = nil
	return out
}

// Labels reads the labels in the order of the rows, once: of each row its number,
// 8 bytes big endian, then its label.
func (l Labelled) Labels() (*column.Rows, error) { return l.labels.Sort() }

// Close forgets the labels.
func (l Labelled) Close() error { return l.labels.Close() }
