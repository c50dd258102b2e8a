package optout

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// Drop is the deletion requests of California's Delete Request and Opt-out
// Platform: hashed identifiers, each with the number of its work item
// (California Privacy Protection Agency, "DROP for data brokers: Technical
// specifications", privacy.ca.gov/drop-for-data-brokers/technical-specifications,
// version 1.2.0 of 2 July 2026; Civil Code §1798.99.80 and following).
//
// A download holds only what is new since the one before, so that all of them
// are read, and then the files of what was removed.
type Drop struct {
	items        []item
	removed      []workItem
	heads        heads
	limit        int
	newest       time.Time
	known        bool // whether every download's day is
	found, twice []atomic.Uint32
}

// A workItem is the number of a request: 12 letters and digits.
type workItem [12]byte

type item struct {
	key key
	id  workItem
}

// NewDrop makes an empty list of at most limit requests.
func NewDrop(limit int) *Drop { return &Drop{limit: limit, known: true} }

// Len is the number of requests, once the list is sealed.
func (d *Drop) Len() int { return len(d.items) }

// Read adds a file: a download with the columns ID and Hash, or what was
// removed since, which has the column ListType besides. Its name starts with
// the day of the download: 20260801_1234_Email.csv. A file that is not whole is
// an error, as a request that nobody reads would not be honoured.
func (d *Drop) Read(r io.Reader, name string) error {
	columns := 0
	err := eachLine(r, func(line []byte) (err error) {
		if columns == 0 {
			columns, err = readHeading(line)
			return err
		}
		fields := bytes.Split(line, []byte{','})
		if len(fields) != columns {
			return fmt.Errorf("%w of DROP: not %d columns", ErrFormat, columns)
		}
		return d.add(unquoted(fields[0]), unquoted(fields[1]), columns == removedColumns)
	})
	if err == nil && columns == 0 {
		err = fmt.Errorf("%w of DROP: no heading; download it again", ErrFormat)
	}
	d.date(name)
	return err
}

// The columns of a download, and of a file of what was removed.
const (
	downloadColumns = 2
	removedColumns  = 3
)

// readHeading reads the names of the columns and gives back their number.
func readHeading(line []byte) (columns int, err error) {
	switch heading := strings.ReplaceAll(strings.ToLower(string(line)), `"`, ""); heading {
	case "id,hash":
		return downloadColumns, nil
	case "id,hash,listtype":
		return removedColumns, nil
	}
	return 0, fmt.Errorf("%w of DROP: its columns are not ID and Hash", ErrFormat)
}

// unquoted is a field without the quotes that it may stand in.
func unquoted(field []byte) []byte {
	if n := len(field); n > 1 && field[0] == '"' && field[n-1] == '"' {
		return field[1 : n-1]
	}
	return field
}

// add takes in one line.
func (d *Drop) add(id, hash []byte, removal bool) error {
	var i item
	if copy(i.id[:], id) != len(id) || !i.id.valid() {
		return fmt.Errorf("%w of DROP: an ID is 12 letters and digits", ErrFormat)
	}
	if removal {
		d.removed = append(d.removed, i.id)
		return d.within(len(d.removed))
	}
	var sum [sha256.Size]byte
	if !readDigest(&sum, hash) {
		return fmt.Errorf("%w of DROP: a hash is a SHA-256 in base64", ErrFormat)
	}
	i.key = keyOf(&sum)
	d.items = append(d.items, i)
	return d.within(len(d.items))
}

func (d *Drop) within(n int) error {
	if n > d.limit {
		return fmt.Errorf("%w, %d", ErrTooMany, d.limit)
	}
	return nil
}

func (w workItem) valid() bool {
	for _, c := range w {
		if ('0' > c || c > '9') && ('A' > c || c > 'Z') && ('a' > c || c > 'z') {
			return false
		}
	}
	return true
}

// date notes the day in a file's name.
func (d *Drop) date(name string) {
	at, ok := Day(name)
	d.known = d.known && ok
	if at.After(d.newest) {
		d.newest = at
	}
}

// Day is the day of a download, which its name starts with.
func Day(name string) (day time.Time, ok bool) {
	digits, _, cut := strings.Cut(path.Base(filepath.ToSlash(name)), "_")
	at, err := time.Parse("20060102", digits)
	if err != nil || !cut {
		return time.Time{}, false
	}
	return at, true
}

// maxAge is how old a download may be: a data broker fetches the list at least
// once every 45 days (California Civil Code §1798.99.86(c); California Code of
// Regulations, title 11, section 7600 and following).
const maxAge = 45 * 24 * time.Hour

// Stale reports whether the newest download is older than the 45 days of the
// law, or its day is unknown.
func (d *Drop) Stale(now time.Time) bool {
	return !d.known || d.newest.After(now) || now.Sub(d.newest) > maxAge
}

// Newest is the day of the newest download; zero where none is known.
func (d *Drop) Newest() time.Time { return d.newest }

// Seal takes out what was removed and sorts the rest; requests can be found
// afterwards, and no more added.
func (d *Drop) Seal() {
	order := func(a, b workItem) int { return slices.Compare(a[:], b[:]) }
	slices.SortFunc(d.removed, order)
	d.items = slices.DeleteFunc(d.items, func(i item) bool {
		_, gone := slices.BinarySearchFunc(d.removed, i.id, order)
		return gone
	})
	d.removed = nil
	slices.SortFunc(d.items, func(a, b item) int {
		if c := a.key.compare(b.key); c != 0 {
			return c
		}
		return order(a.id, b.id)
	})
	d.items = slices.Clip(slices.Compact(d.items))
	d.heads = newHeads(len(d.items), func(i int) uint64 { return d.items[i].key.high })
	words := (len(d.items) + 31) / 32
	d.found, d.twice = make([]atomic.Uint32, words), make([]atomic.Uint32, words)
}

// Match reports whether a canonical identifier, standardised as DROP says, is
// in the list, and notes it for the status file.
func (d *Drop) Match(canonical []byte) bool {
	k := digest(canonical)
	from, to := d.heads.around(k.high)
	items := d.items[from:to]
	at, found := slices.BinarySearchFunc(items, k, func(i item, k key) int { return i.key.compare(k) })
	for ; at < len(items) && items[at].key == k; at++ {
		d.note(from + at)
	}
	return found
}

// note counts a row for a request: none, one, several.
func (d *Drop) note(i int) {
	bit := uint32(1) << (i % 32)
	if d.found[i/32].Or(bit)&bit != 0 {
		d.twice[i/32].Or(bit)
	}
}
