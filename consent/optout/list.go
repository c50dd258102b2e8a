// Package optout holds lists of people who opted out, and finds a row's
// identifier in one: a company's own lists, of plain identifiers or of their
// SHA-256, and the deletion lists of California's DROP, whose status file it
// writes.
//
// A list is kept as sorted digests, never as identifiers: 16 bytes an entry, 32
// for DROP, and twice that while it is read. Two identifiers of one digest
// would take 2^64 entries; a row is then left out, never let in. Nothing is
// kept between runs: whoever reads a list now gets what the file says now.
//
// It normalises nothing but what DROP prescribes; the caller says how
// identifiers become canonical, and both sides of a comparison go the same way.
package optout

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"slices"
)

// A Canonical appends the canonical form of the cells that make an identifier;
// it is false where they make none.
type Canonical func(dst []byte, cells ...[]byte) ([]byte, bool)

// Errors that a caller acts on.
var (
	ErrTooMany = errors.New("more entries than the limit")
	ErrFormat  = errors.New("not such a list")
)

// A key is the first half of a SHA-256.
type key struct{ high, low uint64 }

func (k key) compare(other key) int {
	return cmp.Or(cmp.Compare(k.high, other.high), cmp.Compare(k.low, other.low))
}

func keyOf(sum *[sha256.Size]byte) key {
	return key{binary.BigEndian.Uint64(sum[:]), binary.BigEndian.Uint64(sum[8:])}
}

// digest is the key of a canonical identifier.
func digest(canonical []byte) key {
	sum := sha256.Sum256(canonical)
	return keyOf(&sum)
}

// A List is a set of identifiers. It is filled first, by one goroutine, and
// asked then, by any number.
type List struct {
	keys     []key
	heads    heads
	limit    int
	unusable uint64
}

// New makes an empty list of at most limit entries.
func New(limit int) *List { return &List{limit: limit} }

// Len is the number of entries, once the list is sealed.
func (l *List) Len() int { return len(l.keys) }

// Unusable is how many lines were no identifier and no digest, such as a
// heading. Nobody is found by them.
func (l *List) Unusable() uint64 { return l.unusable }

// Plain adds a list of identifiers: one a line, whose parts, if it has several,
// stand between tabs. Empty lines are passed over.
func (l *List) Plain(r io.Reader, parts int, canonical Canonical) error {
	var value []byte
	cells := make([][]byte, 0, parts)
	return l.lines(r, func(line []byte) (key, bool) {
		cells = cells[:0]
		for more := true; more && len(cells) < parts; {
			var cell []byte
			cell, line, more = bytes.Cut(line, []byte{'\t'})
			cells = append(cells, cell)
		}
		var ok bool
		if len(cells) < parts || len(line) > 0 {
			return key{}, false
		}
		value, ok = canonical(value[:0], cells...)
		return digest(value), ok
	})
}

// Digests adds a list of the SHA-256 of canonical identifiers, one a line, in
// hexadecimal digits or in base64.
func (l *List) Digests(r io.Reader) error {
	return l.lines(r, func(line []byte) (key, bool) {
		var sum [sha256.Size]byte
		ok := readDigest(&sum, bytes.TrimSpace(line))
		return keyOf(&sum), ok
	})
}

// readDigest reads a SHA-256 in hexadecimal digits or base64.
func readDigest(sum *[sha256.Size]byte, text []byte) bool {
	var room [48]byte // decoders write whole groups
	switch len(text) {
	case hex.EncodedLen(sha256.Size):
		_, err := hex.Decode(sum[:], text)
		return err == nil
	case base64.StdEncoding.EncodedLen(sha256.Size):
		n, err := base64.StdEncoding.Strict().Decode(room[:], text)
		return copy(sum[:], room[:n]) == sha256.Size && err == nil
	}
	return false
}

// lines adds what each line holds.
func (l *List) lines(r io.Reader, read func(line []byte) (key, bool)) error {
	return eachLine(r, func(line []byte) error {
		k, ok := read(line)
		if !ok {
			l.unusable++
			return nil
		}
		if len(l.keys) >= l.limit {
			return fmt.Errorf("%w, %d", ErrTooMany, l.limit)
		}
		l.keys = append(l.keys, k)
		return nil
	})
}

// longestLine bounds a line of a file, in bytes.
const longestLine = 1 << 16

// eachLine gives every line that is not blank, without its end. Its errors name
// the line, and never what stands there.
func eachLine(r io.Reader, do func(line []byte) error) error {
	scan := bufio.NewScanner(r)
	scan.Buffer(nil, longestLine)
	n := 1
	for ; scan.Scan(); n++ {
		line := bytes.TrimSuffix(scan.Bytes(), []byte{'\r'})
		if n == 1 {
			line = bytes.TrimPrefix(line, []byte("\ufeff"))
		}
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		if err := do(line); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	if err := scan.Err(); err != nil {
		return fmt.Errorf("line %d: %w", n, err)
	}
	return nil
}

// Seal sorts the list, after which it can be asked and no longer filled.
func (l *List) Seal() {
	slices.SortFunc(l.keys, key.compare)
	l.keys = slices.Clip(slices.Compact(l.keys))
	l.heads = newHeads(len(l.keys), func(i int) uint64 { return l.keys[i].high })
}

// Has reports whether a canonical identifier is in the sealed list.
func (l *List) Has(canonical []byte) bool {
	k := digest(canonical)
	from, to := l.heads.around(k.high)
	_, found := slices.BinarySearchFunc(l.keys[from:to], k, key.compare)
	return found
}

// heads says where in sorted keys those with the same first bits start, so that
// a search starts close by.
type heads struct {
	starts []uint32
	shift  int
}

// mostHeads bounds the bits of a head: 4 MiB of starts.
const mostHeads = 20

func newHeads(n int, high func(int) uint64) heads {
	width := min(max(bits.Len(uint(n))-3, 0), mostHeads)
	h := heads{make([]uint32, 1<<width+1), 64 - width}
	for i := range n {
		h.starts[high(i)>>h.shift+1] = uint32(i + 1)
	}
	for i := 1; i < len(h.starts); i++ {
		h.starts[i] = max(h.starts[i], h.starts[i-1])
	}
	return h
}

// around is where keys that start like this one stand.
func (h heads) around(high uint64) (from, to int) {
	if h.starts == nil {
		return 0, 0
	}
	i := high >> h.shift
	return int(h.starts[i]), int(h.starts[i+1])
}
