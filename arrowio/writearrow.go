package arrowio

import (
	"errors"
	"io"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/pqarrow"
)

// rowGroup is how many rows a row group of ours holds, which are in memory until
// it is full.
const rowGroup = 1 << 18

// A parquetEncoder writes Parquet, compressed with zstd, with the Arrow schema
// beside the columns so that they read back as they were.
type parquetEncoder struct{ lib *pqarrow.FileWriter }

func newParquet(w io.Writer, schema *arrow.Schema) (encoder, error) {
	properties := parquet.NewWriterProperties(parquet.WithCompression(compress.Codecs.Zstd),
		parquet.WithMaxRowGroupLength(rowGroup), parquet.WithVersion(parquet.V2_LATEST))
	// The library closes what it can close; a struct with a Write alone it cannot.
	lib, err := pqarrow.NewFileWriter(schema, struct{ io.Writer }{w}, properties,
		pqarrow.NewArrowWriterProperties(pqarrow.WithStoreSchema()))
	if err != nil {
		return nil, err
	}
	return parquetEncoder{lib}, nil
}

func (e parquetEncoder) write(rec arrow.Record) error { return e.lib.WriteBuffered(rec) }

func (e parquetEncoder) close() error { return e.lib.Close() }

// An arrowEncoder writes Arrow IPC.
type arrowEncoder struct {
	lib interface {
		Write(arrow.Record) error
		Close() error
	}
}

func newArrowFile(w io.Writer, schema *arrow.Schema) (encoder, error) {
	lib, err := ipc.NewFileWriter(&counted{Writer: w}, ipc.WithSchema(schema))
	if err != nil {
		return nil, err
	}
	return arrowEncoder{lib}, nil
}

func newArrowStream(w io.Writer, schema *arrow.Schema) (encoder, error) {
	return arrowEncoder{ipc.NewWriter(w, ipc.WithSchema(schema))}, nil
}

func (e arrowEncoder) write(rec arrow.Record) error { return e.lib.Write(rec) }

func (e arrowEncoder) close() error { return e.lib.Close() }

// A counted writer knows how much was written, which is all that the library
// seeks for.
type counted struct {
	io.Writer
	at int64
}

// Write implements [io.Writer].
func (c *counted) Write(p []byte) (int, error) {
	n, err := c.Writer.Write(p)
	c.at += int64(n)
	return n, err
}

// Seek implements [io.Seeker], for the present place alone.
func (c *counted) Seek(offset int64, whence int) (int64, error) {
	if offset != 0 || whence != io.SeekCurrent {
		return 0, errors.New("cannot seek in what is written")
	}
	return c.at, nil
}
