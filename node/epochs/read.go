package epochs

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"mandorla/crypto/ristretto"
	"mandorla/match"
	"mandorla/match/column"
)

// Read opens an epoch's state, once all of it has been checked; nil where there is
// none. Whoever has it closes it. What cannot be trusted is an [ErrBroken].
func (f *Folder) Read(e Epoch) (_ *State, err error) {
	path := filepath.Join(f.dir, e.file())
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	s := &State{Epoch: e, file: file, path: path}
	if err := f.read(s); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// read fills a state from its file.
func (f *Folder) read(s *State) error {
	h, err := readHeader(io.NewSectionReader(s.file, 0, int64(prelude+mostHeader)))
	if err != nil {
		return err
	}
	if err := h.fits(s.Epoch); err != nil {
		return err
	}
	info, err := s.file.Stat()
	if err != nil {
		return err
	}
	s.front = info.Size() - h.size() - sha256.Size
	if err := f.verify(s.file, h, s.front); err != nil {
		return err
	}
	return f.fill(s, h)
}

// fits sees that the header is of the epoch that is asked for.
func (h *header) fits(e Epoch) error {
	same := bytes.Equal(h.Agreement, e.Agreement[:]) && h.Analysis == e.Analysis && h.Partner == e.Partner &&
		h.Learns == e.Learns && slices.Equal(h.Levels, e.Levels) && (len(h.Key) == 0) == h.Learns
	for i, t := range h.Tables {
		same = same && t.Width == e.Widths[i%2]
	}
	if !same {
		return fmt.Errorf("%w: it is of another epoch", ErrBroken)
	}
	return nil
}

// keySizes are the bytes that the rows of a level's tables are sorted by.
var keySizes = [2]int{32, 16}

// verify goes through the whole file once: its MAC, and the order of the tables.
func (f *Folder) verify(file *os.File, h *header, front int64) error {
	mac := f.mac()
	again, err := h.encode()
	if err != nil {
		return err
	}
	if front != int64(len(again)) {
		return fmt.Errorf("%w: its length", ErrBroken)
	}
	r := bufio.NewReaderSize(io.NewSectionReader(file, 0, front+h.size()), 1<<16)
	head := make([]byte, front)
	if _, err := io.ReadFull(r, head); err != nil || !bytes.Equal(head, again) {
		return fmt.Errorf("%w: its header", ErrBroken)
	}
	mac.Write(head)
	rest := io.TeeReader(r, mac)
	for i, t := range h.Tables {
		if err := t.verify(rest, keySizes[i%2]); err != nil {
			return err
		}
	}
	sum := make([]byte, sha256.Size)
	if _, err := file.ReadAt(sum, front+h.size()); err != nil || !hmac.Equal(sum, mac.Sum(nil)) {
		return fmt.Errorf("%w: its MAC", ErrBroken)
	}
	return nil
}

// verify reads a table, whose rows have to be in order.
func (t table) verify(r io.Reader, key int) error {
	if t.Width < key {
		return fmt.Errorf("%w: a table's width", ErrBroken)
	}
	open := func() (io.ReadCloser, error) { return io.NopCloser(io.LimitReader(r, t.size())), nil }
	rows, err := column.NewStored(t.Width, t.Rows, open).Rows()
	if err != nil {
		return err
	}
	order := column.Increasing{Width: t.Width, Key: key}
	if err := column.EachBatch(rows, order.Check); err != nil {
		return errors.Join(ErrBroken, err)
	}
	return rows.Close()
}

// fill opens what is sealed, and says where the tables are.
func (f *Folder) fill(s *State, h *header) (err error) {
	s.Began, _ = time.Parse(time.RFC3339, h.Began)
	s.Days, s.Asked = h.Days, h.Asked
	s.Kept.Public = [32]byte(h.Public)
	for _, sid := range h.Runs {
		s.Kept.Runs = append(s.Kept.Runs, [32]byte(sid))
	}
	at := s.front
	part := func(t table) *column.Stored {
		from := at
		at += t.size()
		return column.NewStored(t.Width, t.Rows, func() (io.ReadCloser, error) {
			return io.NopCloser(bufio.NewReaderSize(io.NewSectionReader(s.file, from, t.size()), 1<<16)), nil
		})
	}
	for i := 0; i < len(h.Tables); i += 2 {
		s.Kept.Levels = append(s.Kept.Levels, match.KeptLevel{Identifiers: part(h.Tables[i]), Tags: part(h.Tables[i+1])})
	}
	nonce := f.seal.NonceSize()
	if len(h.Pepper) < nonce || (len(h.Key) > 0 && len(h.Key) < nonce) {
		return ErrBroken
	}
	pepper, err := f.seal.Open(nil, h.Pepper[:nonce], h.Pepper[nonce:], []byte(pepperData))
	if err != nil || len(pepper) != len(s.Pepper) {
		return fmt.Errorf("%w: its pepper", ErrBroken)
	}
	copy(s.Pepper[:], pepper)
	if s.Learns {
		return nil
	}
	if s.Key, err = ristretto.OpenKey(f.seal, h.Key[:nonce], h.Key[nonce:], []byte(keyData)); err != nil || s.Key.Public() != s.Kept.Public {
		return fmt.Errorf("%w: its key", ErrBroken)
	}
	return nil
}

// What seals are bound to.
const (
	pepperData = "pepper"
	keyData    = "key"
)
