package arrowio

import (
	"errors"

	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/golang/snappy"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// lz4Raw is the number of a Parquet codec that the library does not have.
const lz4Raw compress.Compression = 7

// The library's codecs allocate what the compressed bytes claim to become, up to
// 64 GiB. Ours hold them to the room that the page header asked for, which the
// allocator bounds. Registering them while the program starts is the library's
// way to replace them; the rest of each codec stays the library's.
func init() {
	for kind, decode := range map[compress.Compression]func(dst, src []byte) ([]byte, error){
		compress.Codecs.Snappy: unpackSnappy,
		compress.Codecs.Zstd:   unpackZstd,
		lz4Raw:                 unpackLZ4,
	} {
		codec, err := compress.GetCodec(kind)
		if err != nil {
			codec = nil // lz4Raw is read, never written
		}
		compress.RegisterCodec(kind, boundedCodec{codec, decode})
	}
}

// A boundedCodec unpacks into the room that it is given.
type boundedCodec struct {
	compress.Codec
	decode func(dst, src []byte) ([]byte, error)
}

// Decode implements [compress.Codec], which has no other way to fail than to
// panic; see guarded.
func (c boundedCodec) Decode(dst, src []byte) []byte {
	out, err := c.decode(dst, src)
	if err != nil {
		panic(err)
	}
	return out
}

var errRoom = errors.New("a page becomes longer than it says")

func unpackSnappy(dst, src []byte) ([]byte, error) {
	n, err := snappy.DecodedLen(src)
	if err != nil {
		return nil, err
	}
	if n > len(dst) {
		return nil, errRoom
	}
	return snappy.Decode(dst, src)
}

// unzstd is shared: its DecodeAll may be called from many goroutines.
var unzstd, _ = zstd.NewReader(nil, zstd.WithDecodeAllCapLimit(true), zstd.WithDecoderConcurrency(0))

func unpackZstd(dst, src []byte) ([]byte, error) {
	return unzstd.DecodeAll(src, dst[:0:len(dst)])
}

func unpackLZ4(dst, src []byte) ([]byte, error) {
	n, err := lz4.UncompressBlock(src, dst)
	if err != nil {
		return nil, err
	}
	return dst[:n], nil
}
