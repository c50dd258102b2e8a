package column

import (
	"errors"
	"fmt"
	"io"
)

// A Config says what rows an operator works on, and with what.
type Config struct {
	Width  int   // bytes of a row
	Key    int   // of which the first Key are what it is sorted by
	Budget int64 // bytes of memory
	Store  Store // for what is more
}

func (c Config) check() error {
	if c.Width < 1 || c.Key < 1 || c.Key > c.Width || c.Store == nil {
		return fmt.Errorf("column: rows of %d bytes with keys of %d cannot be sorted", c.Width, c.Key)
	}
	return nil
}

// most is the rows that one run in memory may have: sorting needs as much
// again, and their heads.
func (c Config) most() int {
	const least = 64
	return int(min(max(least, c.Budget/int64(2*c.Width+perHead)), 1<<31))
}

// fanIn is how many runs are merged at once.
const fanIn = 64

// A Sorter sorts rows by their key within a budget of memory: runs that fill
// it are sorted and spilled, and merged while they are read.
type Sorter struct {
	Config
	rows   uint64
	blocks blocks
	desk   desk
	runs   []Spill
	sorted bool
	out    *Rows // what Sort gave; nil before
}

// NewSorter makes an empty sorter. Whoever makes it closes it, also after Sort.
func NewSorter(c Config) (*Sorter, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	return &Sorter{Config: c}, nil
}

// Len is the number of rows added.
func (s *Sorter) Len() uint64 { return s.rows }

// Add copies some rows.
func (s *Sorter) Add(rows []byte) error {
	if s.sorted {
		return errSealed
	}
	if len(rows)%s.Width != 0 {
		return errWidth(rows, s.Width)
	}
	s.rows += uint64(len(rows) / s.Width)
	full := s.most() * s.Width
	for len(rows) > 0 {
		if s.blocks.held == full {
			if err := s.spill(); err != nil {
				return err
			}
		}
		n := min(len(rows), full-s.blocks.held)
		s.blocks.add(rows[:n], s.Width)
		rows = rows[n:]
	}
	return nil
}

// spill sorts what is in memory and writes it out as one run.
func (s *Sorter) spill() error {
	s.desk.sort(s.blocks.full(), s.Width, s.Key)
	run, err := create(s.Store)
	if err != nil {
		return err
	}
	s.runs = append(s.runs, run)
	for _, b := range s.blocks.full() {
		if _, err := run.Write(b); err != nil {
			return fmt.Errorf("temporary storage: write: %w", err)
		}
	}
	s.blocks.reset()
	return nil
}

// Sort ends the adding and reads the rows in order, once. Rows with equal keys
// stay in the order in which they were added. The rows end with the sorter, and
// closing them gives its memory back.
func (s *Sorter) Sort() (*Rows, error) {
	if s.sorted {
		return nil, errSealed
	}
	s.sorted = true
	if len(s.runs) == 0 {
		s.desk.sort(s.blocks.full(), s.Width, s.Key)
		s.desk = desk{}
		s.out = blockRows(s.blocks.full(), s.Width)
		s.out.close = s.forget
		return s.out, nil
	}
	if s.blocks.held > 0 {
		if err := s.spill(); err != nil {
			return nil, err
		}
	}
	s.blocks.wipe()
	s.desk = desk{}
	for len(s.runs) > fanIn {
		if err := s.merge(); err != nil {
			return nil, err
		}
	}
	rows, err := mergeRuns(s.runs, s.Width, s.Key)
	if err != nil {
		return nil, err
	}
	s.out = whole(rows, s.rows)
	return s.out, nil
}

// merge turns every fanIn neighbouring runs into one.
func (s *Sorter) merge() error {
	var merged []Spill
	for i := 0; i < len(s.runs); i += fanIn {
		run, err := s.mergeSome(s.runs[i:min(i+fanIn, len(s.runs))])
		if run != nil {
			merged = append(merged, run)
		}
		if err != nil {
			s.runs = append(merged, s.runs[i:]...)
			return err
		}
	}
	s.runs = merged
	return nil
}

// mergeSome writes the rows of some runs, in order, into a new one, and closes
// them.
func (s *Sorter) mergeSome(runs []Spill) (out Spill, err error) {
	rows, err := mergeRuns(runs, s.Width, s.Key)
	if err != nil {
		return nil, err
	}
	if out, err = create(s.Store); err == nil {
		err = copyRows(out, rows)
	}
	if err = errors.Join(err, rows.Close()); err != nil {
		return out, err
	}
	for i, r := range runs {
		err = errors.Join(err, r.Close())
		runs[i] = closedSpill{}
	}
	return out, err
}

// copyRows writes all rows that are left.
func copyRows(out io.Writer, rows *Rows) error {
	return EachBatch(rows, func(batch []byte) error {
		if _, err := out.Write(batch); err != nil {
			return fmt.Errorf("temporary storage: write: %w", err)
		}
		return nil
	})
}

// forget gives back the rows in memory.
func (s *Sorter) forget() error {
	s.blocks.wipe()
	return nil
}

// Close gives back memory and storage, and closes the rows.
func (s *Sorter) Close() error {
	s.forget()
	s.desk, s.sorted = desk{}, true
	var errs []error
	if s.out != nil {
		errs = append(errs, s.out.Close())
	}
	for _, r := range s.runs {
		errs = append(errs, r.Close())
	}
	s.runs = nil
	return errors.Join(errs...)
}

// A closedSpill stands where a spill was that has been given back.
type closedSpill struct{}

func (closedSpill) Write([]byte) (int, error)    { return 0, io.ErrClosedPipe }
func (closedSpill) Open() (io.ReadCloser, error) { return nil, io.ErrClosedPipe }
func (closedSpill) Close() error                 { return nil }
