package column

import "bytes"

// A Meeting merges rows whose keys strictly increase with rows that arrive in
// the same order, batch by batch, and are not kept.
type Meeting struct {
	key  int
	here *strict
	rows *Rows
}

// Meet begins a meeting with some rows, which the meeting closes.
func Meet(rows *Rows, key int) (*Meeting, error) {
	m := &Meeting{key: key, here: newStrict(rows, key), rows: rows}
	return m, m.here.advance()
}

// Take takes in the next rows to arrive, of the given width and in order, and
// gives every pair of rows with equal keys to do; the rows are lent for the
// call. Here the rows waiting have to be in strictly increasing order: else
// it is an [ErrOrder] or [ErrDuplicate].
func (m *Meeting) Take(rows []byte, width int, do func(here, arrived []byte) error) error {
	for ; len(rows) > 0 && m.here.row != nil; rows = rows[width:] {
		c := bytes.Compare(m.here.row[:m.key], rows[:m.key])
		for c < 0 {
			if err := m.here.advance(); err != nil || m.here.row == nil {
				return err
			}
			c = bytes.Compare(m.here.row[:m.key], rows[:m.key])
		}
		if c == 0 {
			if err := do(m.here.row, rows[:width]); err != nil {
				return err
			}
		}
	}
	return nil
}

// Close closes the rows that were waiting.
func (m *Meeting) Close() error { return m.rows.Close() }
