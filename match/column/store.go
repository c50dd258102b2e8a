package column

import (
	"bytes"
	"fmt"
	"io"
)

// A Store lends temporary storage.
type Store interface {
	Create() (Spill, error)
}

// A Spill is one piece of temporary storage: written first, then read as often
// as wanted. The first Open ends the writing. Whoever created it closes it.
type Spill interface {
	io.Writer
	Open() (io.ReadCloser, error)
	Close() error
}

// Memory is a Store in memory, for tests and small runs.
func Memory() Store { return memory{} }

type memory struct{}

func (memory) Create() (Spill, error) { return new(memorySpill), nil }

type memorySpill struct{ bytes.Buffer }

func (m *memorySpill) Open() (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(m.Bytes())), nil
}

func (m *memorySpill) Close() error {
	m.Buffer = bytes.Buffer{}
	return nil
}

// create borrows a piece of storage.
func create(s Store) (Spill, error) {
	spill, err := s.Create()
	if err != nil {
		return nil, fmt.Errorf("temporary storage: create: %w", err)
	}
	return spill, nil
}
