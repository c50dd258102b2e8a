package arrowio

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync/atomic"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/memory"
)

// errBroken is what a file that does not hold together ends in.
var errBroken = errors.New("the file is broken; make it anew")

// broken says what does not hold together in a file.
func broken(format string, args ...any) error {
	if err := fmt.Errorf(format, args...); errors.Is(err, errBroken) {
		return err
	}
	return fmt.Errorf(format+": %w", append(args, errBroken)...)
}

// guard makes an opener, and the parts that it opens, call the library guarded.
func guard(open opener) opener {
	return func(f *os.File, size int64, o *Options, bad *badLines) (p part, err error) {
		err = guarded(broken, func() error {
			p, err = open(f, size, o, bad)
			return err
		})
		return guardedPart{p}, err
	}
}

// A guardedPart is a part that is read by the library.
type guardedPart struct{ part }

func (g guardedPart) next() (rec arrow.Record, err error) {
	err = guarded(broken, func() error {
		rec, err = g.part.next()
		return err
	})
	return rec, err
}

func (g guardedPart) close() error { return guarded(broken, g.part.close) }

// guarded makes a call into the Arrow library, and tells of a panic as told does.
//
// The library answers a malformed file with a panic in hundreds of places, and
// its interfaces leave it no other way when an allocator refuses. This is the
// one place where we recover: such a panic means a file that is broken, not a
// program that is, and what was half done is dropped with the reader or writer.
func guarded(told func(format string, args ...any) error, call func() error) (err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case overBudget:
			err = fmt.Errorf("the file needs more than %d MiB at once; write it in smaller batches or row groups, or make it anew if it should not", int64(p)>>20)
		case runtime.Error:
			err = told("%v", p)
		case error:
			err = told("%w", p)
		default:
			err = told("%v", p)
		}
	}()
	return call()
}

// overBudget is what a budget panics with: the bytes that it allows.
type overBudget int64

// budgetFor is how many bytes a file of a size may hold in memory at once: room
// for what compresses well, and an end for what merely claims to.
func budgetFor(size int64) int64 {
	const least, most = 64 << 20, 2 << 30
	return min(least+64*min(size, most), most)
}

// A budget is an allocator that refuses to hold more than its limit. It panics,
// as the library's allocators cannot fail otherwise; see guarded.
type budget struct {
	memory.Allocator
	limit int64
	held  atomic.Int64 // the library frees its scratch space from finalisers
}

func newBudget(mem memory.Allocator, limit int64) *budget {
	return &budget{Allocator: mem, limit: limit}
}

func (b *budget) take(n int) {
	if n < 0 || b.held.Add(int64(n)) > b.limit {
		panic(overBudget(b.limit))
	}
}

// Allocate implements [memory.Allocator].
func (b *budget) Allocate(size int) []byte {
	b.take(size)
	return b.Allocator.Allocate(size)
}

// Reallocate implements [memory.Allocator].
func (b *budget) Reallocate(size int, old []byte) []byte {
	b.take(size)
	grown := b.Allocator.Reallocate(size, old)
	b.held.Add(-int64(len(old)))
	return grown
}

// Free implements [memory.Allocator].
func (b *budget) Free(old []byte) {
	b.held.Add(-int64(len(old)))
	b.Allocator.Free(old)
}
