package activation

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// ErrFile is a file that is not as its sender sealed it, or not for this key.
var ErrFile = errors.New("not an activation file for this key, or changed since it was sealed")

// firstLine names the form of a file.
const firstLine = "mandorla activation 1\n"

// maxHeader bounds a header, in bytes.
const maxHeader = 1 << 16

// message tells a header from every other text that an identity key signs.
const message = "ACTIVATION"

// A Header is what a file says of itself, readable by whoever carries it. It is
// signed with the rows, and bound into how they are sealed.
type Header struct {
	Message   string   `json:"message"`
	Agreement string   `json:"agreement"` // sha256:…
	Name      string   `json:"name"`      // the agreement's own
	Run       string   `json:"run"`
	From      string   `json:"from"` // the sender's verifier key
	To        string   `json:"to"`   // the recipient's name
	Key       string   `json:"key"`  // the recipient's public key
	Format    string   `json:"format"`
	Columns   []string `json:"columns"`
	Made      string   `json:"made"`      // RFC 3339, UTC
	DeleteBy  string   `json:"delete_by"` // the last day, as 2006-01-02
}

// A Manifest is what the sender signs: the header, and the rows behind it.
type Manifest struct {
	Header Header `json:"header"`
	Rows   uint64 `json:"rows"` // decoys among them
	Bytes  uint64 `json:"bytes"`
	SHA256 string `json:"sha256"` // of the table as it is opened
}

// check fails unless a header can stand in a file.
func (h Header) check() error {
	_, made := time.Parse(time.RFC3339, h.Made)
	_, by := time.Parse(time.DateOnly, h.DeleteBy)
	if h.Message != message || h.Agreement == "" || h.Run == "" || h.To == "" || len(h.Columns) == 0 || made != nil || by != nil {
		return ErrFile
	}
	return nil
}

// line is the header as it stands in a file, its newline included.
func (h Header) line() ([]byte, error) {
	h.Message = message
	b, err := json.Marshal(h)
	if err != nil {
		return nil, err
	}
	if err := h.check(); err != nil || len(b) >= maxHeader {
		return nil, fmt.Errorf("activation: this header cannot be written: %w", errors.Join(err, ErrFile))
	}
	return append(b, '\n'), nil
}

// ReadHeader reads what a file says of itself. Nothing has been checked of it but
// its form: [Open] does that.
func ReadHeader(r io.Reader) (Header, error) {
	h, _, err := readHeader(bufio.NewReaderSize(r, maxHeader))
	return h, err
}

func readHeader(r *bufio.Reader) (h Header, line []byte, err error) {
	first := make([]byte, len(firstLine))
	if _, err := io.ReadFull(r, first); err != nil || string(first) != firstLine {
		return h, nil, ErrFile
	}
	line, err = r.ReadSlice('\n')
	if err != nil {
		return h, nil, ErrFile
	}
	line = bytes.Clone(line)
	if json.Unmarshal(line, &h) != nil {
		return h, nil, ErrFile
	}
	again, err := h.line() // one form only
	if err != nil || !bytes.Equal(again, line) {
		return h, nil, ErrFile
	}
	return h, line, nil
}
