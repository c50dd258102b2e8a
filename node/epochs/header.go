package epochs

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

// ErrBroken is a file that cannot be trusted.
var ErrBroken = errors.New("epochs: the file is not one of this node, or has been changed")

// magic begins every file: the format and its version.
const magic = "mandorla epoch 1\n"

// prelude is the bytes in front of a header: the magic, and the header's length.
const prelude = len(magic) + 4

// Limits of what is read.
const (
	mostHeader = 1 << 20
	mostLevels = 16
	mostWidth  = 1 << 12
	mostRows   = 1 << 40
)

// MostRuns is how many runs an epoch may have: one a day for as long as a key may last.
const MostRuns = 32

// A header is what stands in front of the tables.
type header struct {
	Agreement []byte   `json:"agreement"`
	Analysis  string   `json:"analysis"`
	Partner   string   `json:"partner"`
	Learns    bool     `json:"learns"` // whether this node asks
	Levels    []string `json:"levels"`
	Began     string   `json:"began"`
	Days      uint64   `json:"days"`
	Pepper    []byte   `json:"pepper"` // nonce ‖ sealed
	Key       []byte   `json:"key"`    // nonce ‖ sealed; empty at the asker
	Public    []byte   `json:"public"`
	Runs      [][]byte `json:"runs"`
	Asked     uint64   `json:"asked"`  // in the later runs, padded
	Tables    []table  `json:"tables"` // of each level, identifiers and tags
}

// A table is so many rows of a width.
type table struct {
	Width int    `json:"width"`
	Rows  uint64 `json:"rows"`
}

func (t table) size() int64 { return int64(t.Width) * int64(t.Rows) }

// encode is the header as it stands in a file, with what is in front of it.
func (h *header) encode() ([]byte, error) {
	b, err := json.Marshal(h)
	if err != nil {
		return nil, err
	}
	out := binary.BigEndian.AppendUint32([]byte(magic), uint32(len(b)))
	return append(out, b...), nil
}

// readHeader reads a header, and what is in front of it.
func readHeader(r io.Reader) (h *header, err error) {
	front := make([]byte, prelude)
	if _, err := io.ReadFull(r, front); err != nil || string(front[:len(magic)]) != magic {
		return nil, ErrBroken
	}
	n := binary.BigEndian.Uint32(front[len(magic):])
	if n > mostHeader {
		return nil, ErrBroken
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(r, b); err != nil {
		return nil, ErrBroken
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	h = new(header)
	if err := d.Decode(h); err != nil || d.InputOffset() != int64(n) {
		return nil, ErrBroken
	}
	return h, h.check()
}

// check sees that the header can be one.
func (h *header) check() error {
	began, err := time.Parse(time.RFC3339, h.Began)
	lengths := len(h.Agreement) == 32 && len(h.Public) == 32 &&
		!slices.ContainsFunc(h.Runs, func(sid []byte) bool { return len(sid) != 32 })
	counts := len(h.Runs) >= 1 && len(h.Runs) <= MostRuns && len(h.Levels) >= 1 && len(h.Levels) <= mostLevels &&
		len(h.Tables) == 2*len(h.Levels)
	tables := !slices.ContainsFunc(h.Tables, func(t table) bool {
		return t.Width < 1 || t.Width > mostWidth || t.Rows > mostRows
	})
	if err != nil || began.Year() > 9999 || h.Days > 1<<16 || !lengths || !counts || !tables {
		return fmt.Errorf("%w: its header", ErrBroken)
	}
	return nil
}

// size is the bytes of the tables.
func (h *header) size() (n int64) {
	for _, t := range h.Tables {
		n += t.size()
	}
	return n
}

// ends is when the epoch is over.
func (h *header) ends() time.Time {
	began, _ := time.Parse(time.RFC3339, h.Began) // check has seen that it is a time
	return began.Add(time.Duration(h.Days) * 24 * time.Hour)
}

// Skew is how far two nodes' clocks may be apart.
const Skew = time.Hour

// lasts reports whether the epoch has begun, by a clock that may be slow, and is not
// over.
func (h *header) lasts(now time.Time) bool {
	began, _ := time.Parse(time.RFC3339, h.Began) // check has seen that it is a time
	return !began.After(now.Add(Skew)) && now.Before(h.ends())
}
