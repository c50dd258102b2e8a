package column

import (
	"bytes"
	"encoding/binary"
)

// Overlaps walks several streams of keys, each strictly increasing and with
// nothing beside its keys of the given width, as one: for every key that there
// is it tells do which streams hold it, stream i in bit i. It reads them to
// their ends and closes none. There may be 32 streams.
func Overlaps(streams []*Rows, key int, do func(held uint32) error) error {
	heads := make([]*front, len(streams))
	for i, s := range streams {
		heads[i] = &front{strict: newStrict(s, key), key: key}
		if err := heads[i].move(); err != nil {
			return err
		}
	}
	for {
		held := least(heads)
		if held == 0 {
			return nil
		}
		if err := do(held); err != nil {
			return err
		}
		for i, h := range heads {
			if held&(1<<i) == 0 {
				continue
			}
			if err := h.move(); err != nil {
				return err
			}
		}
	}
}

// A front is the next key of a stream, the first 16 bytes of it as numbers.
type front struct {
	*strict
	key          int
	first, later uint64
}

// move goes on to the stream's next key.
func (h *front) move() error {
	if err := h.advance(); err != nil || h.row == nil {
		return err
	}
	var b [16]byte
	copy(b[:], h.row[:h.key])
	h.first, h.later = binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])
	return nil
}

// compare orders two heads by their keys.
func (h *front) compare(o *front) int {
	switch {
	case h.first != o.first:
		return sign(h.first < o.first)
	case h.later != o.later:
		return sign(h.later < o.later)
	}
	return bytes.Compare(h.row[:h.key], o.row[:o.key])
}

func sign(less bool) int {
	if less {
		return -1
	}
	return 1
}

// least tells which heads hold the least key; 0 at the end of all.
func least(heads []*front) (held uint32) {
	var best *front
	for i, h := range heads {
		if h.row == nil {
			continue
		}
		c := -1
		if best != nil {
			c = h.compare(best)
		}
		switch {
		case c < 0:
			best, held = h, 1<<i
		case c == 0:
			held |= 1 << i
		}
	}
	return held
}
