package node

import (
	"bufio"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"

	"mandorla/match/column"
)

// diskStore lends encrypted temporary files in a folder. A file has no name
// from the moment it is open, so nothing is left of it however the process
// ends; its key lives in memory alone and is different for every file.
type diskStore struct{ dir string }

func (s diskStore) Create() (column.Spill, error) {
	f, err := os.CreateTemp(s.dir, "spill-")
	if err != nil {
		return nil, fmt.Errorf("temporary file: %w", err)
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(fmt.Errorf("temporary file: %w", err), f.Close())
	}
	var key [32]byte
	rand.Read(key[:])
	block, err := aes.NewCipher(key[:])
	clear(key[:])
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	sp := &diskSpill{f: f, block: block}
	sp.w = bufio.NewWriterSize(&cipher.StreamWriter{S: sp.stream(), W: f}, spillBuffer)
	return sp, nil
}

// spillBuffer is the bytes that a file is written and read in: many are open
// at once while they are merged.
const spillBuffer = 1 << 16

// A diskSpill is one encrypted temporary file: AES-256-CTR under a key that
// encrypts nothing else.
type diskSpill struct {
	f     *os.File
	block cipher.Block
	w     *bufio.Writer
	size  int64
}

func (s *diskSpill) stream() cipher.Stream {
	return cipher.NewCTR(s.block, make([]byte, aes.BlockSize))
}

func (s *diskSpill) Write(p []byte) (int, error) {
	n, err := s.w.Write(p)
	s.size += int64(n)
	return n, err
}

// Open reads the file from its start; several readers may be open at once.
func (s *diskSpill) Open() (io.ReadCloser, error) {
	if err := s.w.Flush(); err != nil {
		return nil, err
	}
	r := &cipher.StreamReader{S: s.stream(), R: io.NewSectionReader(s.f, 0, s.size)}
	return io.NopCloser(bufio.NewReaderSize(r, spillBuffer)), nil
}

func (s *diskSpill) Close() error {
	s.block = nil
	return s.f.Close()
}
