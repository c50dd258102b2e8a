package column

import (
	"errors"
	"io"
	"testing"
	"testing/iotest"
)

// errDisk is what a broken disk says.
var errDisk = errors.New("the disk is broken")

// A disk is storage in memory that counts what is open, fails where it is told
// to, and reads in a way of its choice.
type disk struct {
	open   int
	uses   int
	broken func(use int) bool
	read   func(io.Reader) io.Reader
}

func newDisk() *disk {
	return &disk{broken: func(int) bool { return false }, read: func(r io.Reader) io.Reader { return r }}
}

func (d *disk) use() error {
	d.uses++
	if d.broken(d.uses - 1) {
		return errDisk
	}
	return nil
}

func (d *disk) Create() (Spill, error) {
	if err := d.use(); err != nil {
		return nil, err
	}
	d.open++
	s, err := Memory().Create()
	return &piece{Spill: s, d: d}, err
}

type piece struct {
	Spill
	d      *disk
	closed bool
}

func (p *piece) Write(b []byte) (int, error) {
	if err := p.d.use(); err != nil {
		return 0, err
	}
	return p.Spill.Write(b)
}

func (p *piece) Open() (io.ReadCloser, error) {
	if err := p.d.use(); err != nil {
		return nil, err
	}
	p.d.open++
	r, err := p.Spill.Open()
	return &reader{Reader: p.d.read(r), d: p.d}, err
}

func (p *piece) Close() error {
	if !p.closed {
		p.closed = true
		p.d.open--
	}
	return errors.Join(p.d.use(), p.Spill.Close())
}

type reader struct {
	io.Reader
	d      *disk
	closed bool
}

func (r *reader) Read(b []byte) (int, error) {
	if err := r.d.use(); err != nil {
		return 0, err
	}
	return r.Reader.Read(b)
}

func (r *reader) Close() error {
	if !r.closed {
		r.closed = true
		r.d.open--
	}
	return r.d.use()
}

// jobs are what is done with storage; each closes what it made.
func jobs() map[string]func(Store) error {
	rows := randomRows(1, 3000, 24)
	return map[string]func(Store) error{
		"sort": func(s Store) error {
			_, err := sortAll(Config{Width: 24, Key: 16, Budget: 0, Store: s}, rows[:24*500])
			return err
		},
		"sort twice": func(s Store) error {
			_, err := sortAll(Config{Width: 1, Key: 1, Budget: 0, Store: s}, rows[:64*(fanIn+2)])
			return err
		},
		"join": func(s Store) error {
			return joinAll(JoinConfig{Key: 16, Left: 24, Right: 24, Budget: 0, Store: s}, rows[:24*300], rows[24*200:24*500], func(_, _ []byte) error { return nil })
		},
		"list": func(s Store) error { return listTwice(NewList(24, 1000, s), rows) },
	}
}

// listTwice appends rows and reads them twice at once.
func listTwice(l *List, rows []byte) (err error) {
	defer func() { err = errors.Join(err, l.Close()) }()
	for i := 0; i < len(rows); i += 24 * 30 {
		if err := l.Append(rows[i:min(i+24*30, len(rows))]); err != nil {
			return err
		}
	}
	one, err := l.Rows()
	if err != nil {
		return err
	}
	two, err := l.Rows()
	for err == nil {
		var more, again bool
		more, err = step(one)
		if err == nil {
			again, err = step(two)
		}
		if err == nil && !more && !again {
			return one.Close() // the list closes the other
		}
	}
	return err
}

// step reads on, if there is more.
func step(rows *Rows) (more bool, err error) {
	_, err = rows.Next(7)
	if errors.Is(err, io.EOF) {
		return false, nil
	}
	return err == nil, err
}

// TestEveryFault breaks the disk at each of its uses, or at every few where
// there are hundreds, for once or for good: the fault is reported, and nothing
// stays open.
func TestEveryFault(t *testing.T) {
	for name, job := range jobs() {
		sound := newDisk()
		if err := job(sound); err != nil || sound.open != 0 || sound.uses < 10 {
			t.Fatalf("%s on a sound disk: %v, %d open, %d uses", name, err, sound.open, sound.uses)
		}
		for at := 0; at < sound.uses; at += 1 + sound.uses/150 {
			for how, broken := range map[string]func(use int) bool{
				"once":     func(use int) bool { return use == at },
				"for good": func(use int) bool { return use >= at },
			} {
				d := newDisk()
				d.broken = broken
				if err := job(d); !errors.Is(err, errDisk) || d.open != 0 {
					t.Errorf("%s, broken %s at use %d of %d: %v, %d open", name, how, at, sound.uses, err, d.open)
				}
			}
		}
	}
}

// TestSlowReads gets storage back a byte, or half of what was asked for, at a
// time.
func TestSlowReads(t *testing.T) {
	for name, job := range jobs() {
		for _, read := range []func(io.Reader) io.Reader{iotest.OneByteReader, iotest.HalfReader, iotest.DataErrReader} {
			d := newDisk()
			d.read = read
			if err := job(d); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// TestLostRows has storage give back less than it was given: within a row, and
// between two.
func TestLostRows(t *testing.T) {
	for name, job := range jobs() {
		for _, kept := range []int64{0, 24, 100} {
			d := newDisk()
			d.read = func(r io.Reader) io.Reader { return io.LimitReader(r, kept) }
			err := job(d)
			if name == "sort twice" && kept == 100 {
				continue // its rows are a byte, and its runs shorter
			}
			if !errors.Is(err, io.ErrUnexpectedEOF) || d.open != 0 {
				t.Errorf("%s, %d bytes kept: %v, %d open", name, kept, err, d.open)
			}
		}
	}
}
