package arrowio

import (
	"encoding/binary"
	"io"
	"os"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"
)

// An ipcPart reads Arrow IPC. A file is read as the stream of its messages, in
// the order in which its footer lists them; so there is one way through the
// library, and all that goes there has been checked.
type ipcPart struct {
	file    *os.File
	lib     *ipc.Reader
	mem     memory.Allocator
	columns []int // the wanted ones
	plain   *arrow.Schema
	batch   batch
}

func openIPC(f *os.File, size int64, o *Options, _ *badLines) (part, error) {
	messages, err := locate(f, size)
	if err != nil {
		return nil, err
	}
	p := &ipcPart{file: f, batch: batch{most: o.BatchRows}, mem: newBudget(o.Allocator, budgetFor(size))}
	p.lib, err = ipc.NewReaderFromMessageReader(&frames{in: f, mem: p.mem, left: messages}, ipc.WithAllocator(p.mem))
	if err != nil {
		return nil, broken("%w", err)
	}
	if err := p.choose(o.Columns); err != nil {
		p.lib.Release()
		return nil, err
	}
	return p, nil
}

// locate says where the messages lie: anywhere in a stream, which is one
// stretch; each by itself in a file.
func locate(f io.ReaderAt, size int64) ([]extent, error) {
	head, err := peek(f, len(ipcMagic))
	if err != nil {
		return nil, err
	}
	if string(head) != ipcMagic {
		return []extent{{0, size}}, nil
	}
	const tail = 4 + int64(len(ipcMagic))
	if size < tail+8 {
		return nil, broken("too short for Arrow")
	}
	var last [tail]byte
	if _, err := f.ReadAt(last[:], size-tail); err != nil {
		return nil, err
	}
	length := int64(int32(binary.LittleEndian.Uint32(last[:])))
	if string(last[4:]) != ipcMagic || length < 0 || length > size-tail-8 {
		return nil, broken("no Arrow at its end")
	}
	footer := make([]byte, length)
	if _, err := f.ReadAt(footer, size-tail-length); err != nil {
		return nil, err
	}
	return parseFooter(footer, size-tail-length)
}

// choose settles which columns are read.
func (p *ipcPart) choose(wanted []string) error {
	all := p.lib.Schema().Fields()
	names := make([]string, len(all))
	for i, f := range all {
		names[i] = f.Name
	}
	var err error
	if p.columns, err = place(names, wanted, listed(names)); err != nil {
		return err
	}
	fields := make([]arrow.Field, len(p.columns))
	for i, at := range p.columns {
		fields[i] = all[at]
		fields[i].Type = plainType(all[at].Type)
		if len(wanted) > 0 {
			fields[i].Name = wanted[i]
		}
	}
	metadata := p.lib.Schema().Metadata()
	p.plain = arrow.NewSchema(fields, &metadata)
	return nil
}

func (p *ipcPart) schema() *arrow.Schema { return p.plain }

func (p *ipcPart) close() error {
	p.batch.drop()
	p.lib.Release()
	return p.file.Close()
}

func (p *ipcPart) next() (arrow.Record, error) {
	for p.batch.empty() {
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
	return p.batch.piece(), nil
}

// advance goes on to the next batch, and checks the columns that are read.
func (p *ipcPart) advance() error {
	if !p.lib.Next() {
		if err := p.lib.Err(); err != nil {
			return broken("%w", err)
		}
		return io.EOF
	}
	rec := p.lib.Record()
	columns := make([]arrow.Array, 0, len(p.columns))
	defer func() { releaseAll(columns) }()
	for _, at := range p.columns {
		c, err := plainArray(p.mem, rec.Column(at))
		if err != nil {
			return err
		}
		columns = append(columns, c)
	}
	return p.batch.fill(p.plain, columns, rec.NumRows())
}
