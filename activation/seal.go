package activation

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"

	"golang.org/x/mod/sumdb/note"
)

// The plaintext of a body is the table in frames, each after its length in four
// bytes, then an empty frame, then the signed manifest.
const (
	maxFrame = 1 << 20
	maxNote  = 1 << 18
)

// A Writer seals a table as it is written. None of it is kept.
type Writer struct {
	header Header
	signer note.Signer
	body   io.WriteCloser
	sum    hash.Hash
	bytes  uint64
}

// NewWriter begins a file. The signer is the sender's; its verifier key and the
// recipient's key are put into the header.
func NewWriter(w io.Writer, h Header, from string, signer note.Signer, to *Recipient) (*Writer, error) {
	h.Message, h.From, h.Key = message, from, to.line
	line, err := h.line()
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(append([]byte(firstLine), line...)); err != nil {
		return nil, err
	}
	body, err := to.seal(w, line)
	if err != nil {
		return nil, fmt.Errorf("activation: seal to %s: %w", h.To, err)
	}
	return &Writer{h, signer, body, sha256.New(), 0}, nil
}

// Write implements [io.Writer] for the bytes of the table.
func (w *Writer) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		k := min(len(rest), maxFrame)
		if err := w.frame(rest[:k]); err != nil {
			return 0, err
		}
		rest = rest[k:]
	}
	w.sum.Write(p)
	w.bytes += uint64(len(p))
	return len(p), nil
}

func (w *Writer) frame(p []byte) error {
	_, err := w.body.Write(binary.BigEndian.AppendUint32(nil, uint32(len(p))))
	if err == nil {
		_, err = w.body.Write(p)
	}
	return err
}

// Close signs for so many rows and seals the end.
func (w *Writer) Close(rows uint64) error {
	text, err := json.Marshal(Manifest{w.header, rows, w.bytes, hex.EncodeToString(w.sum.Sum(nil))})
	if err != nil {
		return err
	}
	signed, err := note.Sign(&note.Note{Text: string(text) + "\n"}, w.signer)
	if err != nil {
		return err
	}
	if err := w.frame(nil); err != nil {
		return err
	}
	if _, err := w.body.Write(signed); err != nil {
		return err
	}
	return w.body.Close()
}

// Open opens a file: it writes the table to w and answers with what the sender
// signed. Until it has returned without an error nothing that was written is to be
// trusted or kept. Who the sender is, [Header.From] says: whether that is the
// member of an agreement is for the caller to see.
func Open(r io.Reader, id *Identity, w io.Writer) (*Manifest, error) {
	br := bufio.NewReaderSize(r, maxHeader)
	h, line, err := readHeader(br)
	if err != nil {
		return nil, err
	}
	body, err := id.open(br, line)
	if err != nil {
		return nil, ErrFile
	}
	sum, total, err := copyFrames(w, body)
	if err != nil {
		return nil, err
	}
	m, err := readManifest(body, h)
	if err != nil {
		return nil, err
	}
	if m.Bytes != total || m.SHA256 != hex.EncodeToString(sum) {
		return nil, ErrFile
	}
	return m, nil
}

// copyFrames copies the table.
func copyFrames(w io.Writer, body io.Reader) (sum []byte, total uint64, err error) {
	hashed := sha256.New()
	buf := make([]byte, 0, chunk)
	for {
		var size [4]byte
		if _, err := io.ReadFull(body, size[:]); err != nil {
			return nil, 0, ErrFile
		}
		n := binary.BigEndian.Uint32(size[:])
		switch {
		case n == 0:
			return hashed.Sum(nil), total, nil
		case n > maxFrame:
			return nil, 0, ErrFile
		}
		buf = append(buf[:0], make([]byte, n)...)
		if _, err := io.ReadFull(body, buf); err != nil {
			return nil, 0, ErrFile
		}
		hashed.Write(buf)
		if _, err := w.Write(buf); err != nil {
			return nil, 0, err
		}
		total += uint64(n)
	}
}

// readManifest reads the signed end, up to the end of the file.
func readManifest(body io.Reader, h Header) (*Manifest, error) {
	signed, err := io.ReadAll(io.LimitReader(body, maxNote+1))
	if err != nil || len(signed) > maxNote {
		return nil, ErrFile
	}
	from, err := note.NewVerifier(h.From)
	if err != nil {
		return nil, ErrFile
	}
	n, err := note.Open(signed, note.VerifierList(from))
	if err != nil || len(n.Sigs) != 1 || len(n.UnverifiedSigs) != 0 {
		return nil, ErrFile
	}
	var m Manifest
	if json.Unmarshal([]byte(n.Text), &m) != nil {
		return nil, ErrFile
	}
	again, err := json.Marshal(m)
	front, err2 := m.Header.line()
	own, err3 := h.line()
	if err != nil || err2 != nil || err3 != nil || string(again)+"\n" != n.Text || !bytes.Equal(front, own) {
		return nil, ErrFile
	}
	return &m, nil
}
