package matchtest

import (
	"errors"
	"io"
	"sync/atomic"

	"mandorla/match/column"
)

// errDisk is what a full disk says.
var errDisk = errors.New("matchtest: no space left")

// A disk is storage in memory that counts what is open and fails after a
// number of operations.
type disk struct {
	open atomic.Int64
	uses atomic.Int64
	most int64 // operations that succeed; below zero: all
}

func newDisk(operations int64) *disk { return &disk{most: operations} }

// used is how many operations there have been.
func (d *disk) used() int64 { return d.uses.Load() }

func (d *disk) use() error {
	if n := d.uses.Add(1); d.most >= 0 && n > d.most {
		return errDisk
	}
	return nil
}

func (d *disk) Create() (column.Spill, error) {
	if err := d.use(); err != nil {
		return nil, err
	}
	s, err := column.Memory().Create()
	d.open.Add(1)
	return &piece{Spill: s, d: d}, err
}

type piece struct {
	column.Spill
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
	r, err := p.Spill.Open()
	p.d.open.Add(1)
	return &reader{r, p.d, false}, err
}

func (p *piece) Close() error {
	if !p.closed {
		p.closed = true
		p.d.open.Add(-1)
	}
	return p.Spill.Close()
}

type reader struct {
	io.ReadCloser
	d      *disk
	closed bool
}

func (r *reader) Close() error {
	if !r.closed {
		r.closed = true
		r.d.open.Add(-1)
	}
	return r.ReadCloser.Close()
}

// A Disk is storage that counts what is open and fails when it is full.
type Disk struct{ *disk }

// Used is how many operations there have been.
func (d Disk) Used() int64 { return d.used() }

// Open is how many files and readers are open.
func (d Disk) Open() int64 { return d.open.Load() }

// Disks are n of them, each of which takes so many operations; below zero: all.
func Disks(n int, operations int64) (out []Disk) {
	for range n {
		out = append(out, Disk{newDisk(operations)})
	}
	return out
}
