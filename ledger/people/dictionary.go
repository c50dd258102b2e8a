package people

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
)

// A dictionary gives each person of a dataset a number: 0, 1, 2, … in the order
// in which they first took part. The file holds a title, the entries in the order
// of the digests, and SHA-256 over all of that.
//
//	title  16 bytes
//	entry  digest, 16 bytes · number, 4 bytes, big-endian
//	…
//	SHA-256
type dictionary struct {
	file    *os.File
	entries int64
}

const (
	dictionaryTitle = "mandorla-people1"
	entrySize       = digestSize + 4
)

// An entry is a person's number.
type entry struct {
	digest Digest
	id     uint32
}

func openDictionary(path string) (*dictionary, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	d, err := newDictionary(f)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return d, nil
}

func newDictionary(f *os.File) (*dictionary, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	body := info.Size() - int64(len(dictionaryTitle)) - sha256.Size
	title := make([]byte, len(dictionaryTitle))
	if body < 0 || body%entrySize != 0 || body/entrySize > maxPersons {
		return nil, fmt.Errorf("%w: %s has a length that cannot be", ErrDamaged, f.Name())
	}
	if _, err := f.ReadAt(title, 0); err != nil || string(title) != dictionaryTitle {
		return nil, errors.Join(fmt.Errorf("%w: %s is not a dictionary", ErrDamaged, f.Name()), err)
	}
	return &dictionary{f, body / entrySize}, nil
}

// maxPersons is as many as a set can hold.
const maxPersons = 1<<32 - 1

func (d *dictionary) close() error { return d.file.Close() }

// find looks for one digest by halving.
func (d *dictionary) find(digest Digest) (id uint32, ok bool, err error) {
	low, high := int64(0), d.entries
	var b [entrySize]byte
	for low < high {
		middle := low + (high-low)/2
		if _, err := d.file.ReadAt(b[:], int64(len(dictionaryTitle))+middle*entrySize); err != nil {
			return 0, false, fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		switch digestOf(b[:]).compare(digest) {
		case 0:
			return binary.BigEndian.Uint32(b[digestSize:]), true, nil
		case -1:
			low = middle + 1
		default:
			high = middle
		}
	}
	return 0, false, nil
}

// A dictionaryReader reads all entries, in order, and then sees whether the file
// is as it was written.
type dictionaryReader struct {
	*dictionary
	block  []byte    // of entries: the present one
	at     int       // in it, where the next entry begins
	sum    hash.Hash // of the title and the blocks before
	before int64     // bytes of those blocks
	left   int64     // entries
	last   Digest
}

// reader starts at the first entry. Of no dictionary at all it has no entry.
func (d *dictionary) reader() *dictionaryReader {
	if d == nil {
		return &dictionaryReader{}
	}
	sum := sha256.New()
	sum.Write([]byte(dictionaryTitle))
	return &dictionaryReader{dictionary: d, sum: sum, left: d.entries}
}

// bufferSize is the bytes that are read or written at once.
const bufferSize = 256 << 10

// next is the next entry; ok is false after the last.
func (r *dictionaryReader) next() (e entry, ok bool, err error) {
	if r.dictionary == nil {
		return e, false, nil
	}
	if r.at == len(r.block) {
		if err := r.turn(); err != nil || r.left == 0 {
			return e, false, err
		}
	}
	b := r.block[r.at:][:entrySize]
	r.at += entrySize
	e = entry{digestOf(b), binary.BigEndian.Uint32(b[digestSize:])}
	if r.left < r.entries && r.last.compare(e.digest) >= 0 || int64(e.id) >= r.entries {
		return e, false, fmt.Errorf("%w: %s is out of order", ErrDamaged, r.file.Name())
	}
	r.left, r.last = r.left-1, e.digest
	return e, true, nil
}

// turn goes on to the next block; after the last it checks the sum.
func (r *dictionaryReader) turn() error {
	r.sum.Write(r.block)
	r.before += int64(len(r.block))
	if r.block == nil {
		r.block = make([]byte, bufferSize/entrySize*entrySize)
	}
	r.at, r.block = 0, r.block[:min(int64(cap(r.block)), r.left*entrySize)]
	if r.left == 0 {
		return r.checkSum()
	}
	if _, err := r.file.ReadAt(r.block, int64(len(dictionaryTitle))+r.before); err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return nil
}

func (r *dictionaryReader) checkSum() error {
	var stored [sha256.Size]byte
	if _, err := r.file.ReadAt(stored[:], int64(len(dictionaryTitle))+r.entries*entrySize); err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if [sha256.Size]byte(r.sum.Sum(nil)) != stored {
		return fmt.Errorf("%w: %s has another sum than it was written with", ErrDamaged, r.file.Name())
	}
	return nil
}

// A dictionaryWriter writes entries, in order.
type dictionaryWriter struct {
	to  *bufio.Writer
	sum hash.Hash
}

func newDictionaryWriter(f io.Writer) *dictionaryWriter {
	sum := sha256.New()
	w := &dictionaryWriter{bufio.NewWriterSize(io.MultiWriter(f, sum), bufferSize), sum}
	w.to.WriteString(dictionaryTitle) // a bufio.Writer keeps its first error for Flush
	return w
}

func (w *dictionaryWriter) write(e entry) error {
	_, err := w.to.Write(binary.BigEndian.AppendUint32(e.digest.append(w.to.AvailableBuffer()), e.id))
	return err
}

// copy writes the entries of another dictionary that its reader has passed. What
// stands before the reader's block is read again, and has to be as it was.
func (w *dictionaryWriter) copy(r *dictionaryReader, passed int64) error {
	if r.dictionary == nil {
		return nil
	}
	body := io.NewSectionReader(r.file, int64(len(dictionaryTitle)), r.before)
	if _, err := io.Copy(w.to, body); err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if err := w.to.Flush(); err != nil {
		return err
	}
	if !bytes.Equal(w.sum.Sum(nil), r.sum.Sum(nil)) {
		return fmt.Errorf("%w: %s changed while it was read", ErrDamaged, r.file.Name())
	}
	_, err := w.to.Write(r.block[:passed*entrySize-r.before])
	return err
}

// finish writes the sum; to is where everything else went.
func (w *dictionaryWriter) finish(to io.Writer) error {
	if err := w.to.Flush(); err != nil {
		return err
	}
	_, err := to.Write(w.sum.Sum(nil))
	return err
}
