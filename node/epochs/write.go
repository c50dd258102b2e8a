package epochs

import (
	"bufio"
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	"mandorla/ledger/durable"
	"mandorla/match"
	"mandorla/match/column"
)

// temporary begins the name of a file that is being written.
const temporary = ".new-"

// A Pending is a state that has been written, and takes its place once the run has
// been settled.
type Pending struct {
	file   *os.File
	path   string
	header *header
}

// ErrOver is an epoch that is over, or by the clock has not begun.
var ErrOver = errors.New("epochs: the epoch is over, or has not begun by this node's clock")

// Write writes a state to the disk. Nothing reads it before it is committed.
func (f *Folder) Write(s *State) (_ *Pending, err error) {
	if err := os.MkdirAll(f.dir, 0o700); err != nil {
		return nil, err
	}
	h, err := f.header(s)
	if err != nil {
		return nil, err
	}
	file, err := os.CreateTemp(f.dir, temporary) // mode 0600
	if err != nil {
		return nil, err
	}
	p := &Pending{file, filepath.Join(f.dir, s.Epoch.file()), h}
	if err := f.write(file, h, s.Kept); err != nil {
		return nil, errors.Join(err, p.Discard())
	}
	return p, nil
}

// header is what stands in front of a state's tables.
func (f *Folder) header(s *State) (h *header, err error) {
	h = &header{Agreement: s.Agreement[:], Analysis: s.Analysis, Partner: s.Partner, Learns: s.Learns, Levels: s.Levels,
		Began: s.Began.UTC().Format(time.RFC3339), Days: s.Days, Public: s.Kept.Public[:], Key: []byte{}, Asked: s.Asked}
	for _, sid := range s.Kept.Runs {
		h.Runs = append(h.Runs, sid[:])
	}
	for _, l := range s.Kept.Levels {
		for _, t := range []match.KeptRows{l.Identifiers, l.Tags} {
			h.Tables = append(h.Tables, table{t.Width(), t.Len()})
		}
	}
	h.Pepper, err = sealed(f.seal, func(nonce []byte) ([]byte, error) {
		return f.seal.Seal(nil, nonce, s.Pepper[:], []byte(pepperData)), nil
	})
	if err == nil && s.Key != nil {
		h.Key, err = sealed(f.seal, func(nonce []byte) ([]byte, error) {
			return s.Key.Seal(f.seal, nonce, []byte(keyData))
		})
	}
	return h, errors.Join(err, h.check())
}

// write writes header, tables and MAC, and makes them durable.
func (f *Folder) write(file *os.File, h *header, kept match.Kept) error {
	mac, buffered := f.mac(), bufio.NewWriterSize(file, 1<<16)
	w := io.MultiWriter(buffered, mac)
	front, err := h.encode()
	if err != nil {
		return err
	}
	if _, err := w.Write(front); err != nil {
		return err
	}
	for _, l := range kept.Levels {
		for _, t := range []match.KeptRows{l.Identifiers, l.Tags} {
			if err := copyRows(w, t); err != nil {
				return err
			}
		}
	}
	_, err = buffered.Write(mac.Sum(nil))
	return errors.Join(err, buffered.Flush(), file.Sync())
}

func copyRows(w io.Writer, t match.KeptRows) error {
	rows, err := t.Rows()
	if err != nil {
		return err
	}
	err = column.EachBatch(rows, func(batch []byte) error {
		_, err := w.Write(batch)
		return err
	})
	return errors.Join(err, rows.Close())
}

// Commit puts the state in its place, and forgets what stands there. Of an epoch that
// is over by now, or begins later, it forgets the state and fails with [ErrOver].
func (p *Pending) Commit(now time.Time) error {
	if !p.header.lasts(now) {
		return errors.Join(ErrOver, p.Discard())
	}
	_, err := forget(p.path)
	if err == nil {
		err = os.Rename(p.file.Name(), p.path)
	}
	if err != nil {
		return errors.Join(err, p.Discard())
	}
	return errors.Join(p.file.Close(), durable.SyncFolder(filepath.Dir(p.path)))
}

// Discard forgets a state that has not been committed.
func (p *Pending) Discard() error {
	err := errors.Join(overwriteFront(p.file), p.file.Close())
	_, failed := durable.Remove(p.file.Name())
	return errors.Join(err, failed)
}
