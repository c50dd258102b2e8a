package arrowio

import (
	"encoding/binary"

	"github.com/apache/arrow/go/v17/parquet/compress"
)

// The encodings of values as differences, as page headers number them.
const (
	deltaNumbers = 5
	deltaLengths = 6 // of text, which follows
	deltaText    = 7 // two lists of lengths, and the text that is new
)

// delta checks the values of a page that are written as differences: the library
// makes room for as many as they claim to be, and would go on counting after
// their end. The page has to be unpacked for that, once more than for reading.
func (p *pages) delta(h pageHeader) error {
	lists := map[int64]int{deltaNumbers: 1, deltaLengths: 1, deltaText: 2}[h.encoding]
	if lists == 0 {
		return nil
	}
	values, err := p.values(h)
	for range lists {
		if err == nil {
			values, err = skipDelta(values, h.values)
		}
	}
	return err
}

// values gives the bytes of a page behind those that say which rows are null.
func (p *pages) values(h pageHeader) ([]byte, error) {
	const most = 1 << 28
	if h.plain > most || h.levels < 0 || h.levels > min(h.packed, h.plain) {
		return nil, broken("a page cannot become %d bytes long", h.plain)
	}
	packed := make([]byte, h.packed)
	if _, err := p.in.ReadAt(packed, p.at); err != nil {
		return nil, err
	}
	packed = packed[h.levels:]
	if h.unpacked {
		return packed, nil
	}
	codec, err := compress.GetCodec(p.codec)
	if err != nil {
		return nil, err
	}
	plain := codec.Decode(make([]byte, h.plain-h.levels), packed)
	if h.kind == dataPageV2 || p.column.MaxDefinitionLevel() == 0 {
		return plain, nil
	}
	return skipNulls(plain, h)
}

// skipNulls passes over what says which rows are null in a page of the first
// kind: runs, with their length in front, or a bit for each row.
func skipNulls(page []byte, h pageHeader) ([]byte, error) {
	const bits = 4
	length := (h.values + 7) / 8
	if h.nulls != bits {
		if len(page) < 4 {
			return nil, broken("a page ends early")
		}
		length = 4 + int64(binary.LittleEndian.Uint32(page))
	}
	if length > int64(len(page)) {
		return nil, broken("a page ends early")
	}
	return page[length:], nil
}

// skipDelta checks a list of at most so many differences, and passes over it.
func skipDelta(in []byte, values int64) ([]byte, error) {
	r := &thriftWalk{in: in} // its numbers are the same
	block, parts, total := r.varint(), r.varint(), r.varint()
	r.varint() // the first value
	const most = 1 << 20
	if r.err == nil && (block == 0 || block > most || parts == 0 || parts > block || total > uint64(values)) {
		r.fail("a page of differences that cannot be")
	}
	for left := int64(total) - 1; left > 0 && r.err == nil; {
		r.varint() // the least difference
		widths := r.at
		r.skip(int(parts))
		for i := 0; i < int(parts) && left > 0 && r.err == nil; i++ {
			// The last part may be cut off behind its last value.
			r.skip(min(int(in[widths+i])*int(block/parts)/8, len(in)-r.at))
			left -= int64(block / parts)
		}
	}
	return in[r.at:], r.err
}
