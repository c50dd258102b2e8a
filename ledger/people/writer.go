package people

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"mandorla/ledger/durable"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// A Writer makes the set of one run as the run's rows stream by. It is not safe
// for concurrent use.
type Writer struct {
	folder *Folder
	run    string
	sorter *sorter
}

// A Took is the set of a run, as the ledger may keep it.
type Took struct {
	File   string // its name, in the folder
	SHA256 string // of the file, hexadecimal
	People uint64 // that took part
	New    uint64 // of them, for the first time
}

// NewWriter starts the set of a run. The caller ends it with Close or Abort.
func (f *Folder) NewWriter(run string) (*Writer, error) {
	if !runForm.MatchString(run) {
		return nil, badRun(run)
	}
	if _, err := os.Stat(f.file(run + setSuffix)); err == nil {
		return nil, fmt.Errorf("people: run %s has its set already", run)
	}
	return &Writer{f, run, newSorter(f.path, f.memory)}, nil
}

// Add takes in identifiers of rows, in any order.
func (w *Writer) Add(digests ...Digest) error {
	for _, d := range digests {
		if err := w.sorter.add(d); err != nil {
			return err
		}
	}
	return nil
}

// Abort forgets the set.
func (w *Writer) Abort() error { return w.sorter.close() }

// Close gives numbers to those who take part for the first time and makes the
// set durable. The numbers come first: a process that dies in between leaves
// some that no run uses.
func (w *Writer) Close() (t Took, err error) {
	defer func() { err = errors.Join(err, w.sorter.close()) }()
	unlock, err := lockedfile.MutexAt(w.folder.file(lockFile)).Lock()
	if err != nil {
		return t, err
	}
	defer unlock()
	if err := w.folder.sweep(); err != nil {
		return t, err
	}
	bits, err := w.number(&t)
	if err != nil {
		return t, err
	}
	h := sha256.New()
	t.File = w.run + setSuffix
	err = durable.Write(w.folder.file(t.File), func(f *os.File) error { return writeSet(io.MultiWriter(f, h), bits) })
	t.SHA256 = hex.EncodeToString(h.Sum(nil))
	return t, err
}

// number finds or gives the number of everybody who takes part. A dictionary
// that grows is written anew beside the old one, and takes its place.
func (w *Writer) number(t *Took) (bits []uint64, err error) {
	path := w.folder.file(dictionaryFile)
	old, err := openDictionary(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if old != nil {
		defer func() { err = errors.Join(err, old.close()) }()
	}
	taking, err := w.sorter.sorted()
	if err != nil {
		return nil, err
	}
	err = durable.Write(path, func(f *os.File) error {
		n := numbering{old: old.reader(), file: f}
		if old != nil {
			n.next = uint64(old.entries)
		}
		before := n.next
		if err := n.run(taking); err != nil {
			return err
		}
		bits, t.People, t.New = n.bits, n.people, n.next-before
		if t.New == 0 {
			return errUnchanged
		}
		return n.to.finish(f)
	})
	if errors.Is(err, errUnchanged) {
		err = nil
	}
	return bits, err
}

// errUnchanged leaves a file as it is.
var errUnchanged = errors.New("unchanged")

// A numbering walks the digests of a run and the dictionary side by side.
type numbering struct {
	old    *dictionaryReader
	passed int64             // entries of old that stand before the present one
	file   *os.File          // for the dictionary that has grown
	to     *dictionaryWriter // nil while nobody is new
	next   uint64            // the first number that nobody has
	bits   []uint64
	people uint64
}

func (n *numbering) run(taking *merge) error {
	known, more, err := n.old.next()
	if err != nil {
		return err
	}
	for {
		d, ok, err := taking.next()
		if err != nil {
			return err
		}
		for more && (!ok || known.digest.compare(d) < 0) {
			if err := n.pass(known); err != nil {
				return err
			}
			if known, more, err = n.old.next(); err != nil {
				return err
			}
		}
		if !ok {
			return nil
		}
		if more && known.digest == d {
			n.mark(known.id)
			continue
		}
		if n.next == maxPersons {
			return ErrFull
		}
		if err := n.add(d); err != nil {
			return err
		}
	}
}

// pass leaves an entry of the old dictionary behind.
func (n *numbering) pass(known entry) error {
	n.passed++
	if n.to == nil {
		return nil
	}
	return n.to.write(known)
}

// add gives somebody who is new the next number. Before the first of them the
// dictionary is as it was.
func (n *numbering) add(d Digest) error {
	if n.to == nil {
		n.to = newDictionaryWriter(n.file)
		if err := n.to.copy(n.old, n.passed); err != nil {
			return err
		}
	}
	e := entry{d, uint32(n.next)}
	n.next++
	n.mark(e.id)
	return n.to.write(e)
}

// mark sets a number's bit.
func (n *numbering) mark(id uint32) {
	for int(id/64) >= len(n.bits) {
		n.bits = append(n.bits, 0)
	}
	n.bits[id/64] |= 1 << (id % 64)
	n.people++
}

// sweep removes what a writer that was killed has left. Whoever holds the lock
// has nothing unfinished of its own yet, and nobody else may have.
func (f *Folder) sweep() (err error) {
	left, err := filepath.Glob(f.file(durable.Unfinished))
	for _, name := range left {
		err = errors.Join(err, os.Remove(name))
	}
	return err
}
