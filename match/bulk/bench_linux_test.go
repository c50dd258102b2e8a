package bulk_test

import (
	"context"
	"flag"
	"io"
	"math/rand/v2"
	"sync"
	"syscall"
	"testing"
	"time"

	"mandorla/match"
	"mandorla/match/bulk"
	"mandorla/match/column"
	"mandorla/match/wire"
)

var benchRows = flag.Int("bulk.rows", 1<<18, "rows of each side in the benchmark")

// A pipe is one end of a link in memory.
type pipe struct {
	in  <-chan wire.Frame
	out chan<- wire.Frame
}

func (p pipe) Send(ctx context.Context, f wire.Frame) error {
	select {
	case p.out <- f:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p pipe) Recv(ctx context.Context) (wire.Frame, error) {
	select {
	case f := <-p.in:
		return f, nil
	case <-ctx.Done():
		return wire.Frame{}, ctx.Err()
	}
}

// digests are rows that need no hashing any more.
type digests struct {
	all     []byte
	present []bool
}

func (d *digests) Next(context.Context) (match.Batch, error) {
	n := min(len(d.all)/32, len(d.present))
	if n == 0 {
		return match.Batch{}, io.EOF
	}
	b := match.Batch{Rows: n, Digests: [][]byte{d.all[:32*n]}, Present: [][]bool{d.present[:n]}}
	d.all = d.all[32*n:]
	return b, nil
}

// sides are two sets of digests of which a tenth are the same.
func sides(rows int) (a, b *digests) {
	r := rand.NewChaCha8([32]byte{1})
	x, y := make([]byte, 32*rows), make([]byte, 32*rows)
	r.Read(x)
	r.Read(y)
	copy(y, x[:len(x)/320*32])
	present := make([]bool, 4096)
	for i := range present {
		present[i] = true
	}
	return &digests{x, present}, &digests{y, present}
}

// BenchmarkProtocol is a run of both sides in one process without reading, hashing
// and wire: the CPU seconds of all of it.
func BenchmarkProtocol(b *testing.B) {
	var took time.Duration
	for b.Loop() {
		b.StopTimer()
		x, y := sides(*benchRows)
		b.StartTimer()
		before := cpu()
		protocol(b, x, y)
		took += cpu() - before
	}
	b.ReportMetric(took.Seconds()/float64(b.N), "CPU-s/op")
}

func protocol(b *testing.B, x, y *digests) {
	there, back := make(chan wire.Frame, 4), make(chan wire.Frame, 4)
	var wg sync.WaitGroup
	party := func(role match.Role, rows *digests, link pipe, learns bool) {
		n := uint64(*benchRows)
		c := match.Config{SID: [32]byte{1}, Role: role, Levels: []string{"a"}, OwnCap: n, PeerCap: n, Budget: 1 << 30, Store: column.Memory()}
		m, err := bulk.OneSided.New(c, learns)
		if err != nil {
			b.Error(err)
			return
		}
		out, err := match.Run(context.Background(), m, rows, link)
		if err != nil || m.Close() != nil {
			b.Error(err)
		}
		if r, ok := out.(match.Rows); ok && r.Levels[0] != n/10 {
			b.Errorf("%d rows were found, of %d", r.Levels[0], n/10)
		}
	}
	wg.Go(func() { party(match.Initiator, x, pipe{back, there}, true) })
	wg.Go(func() { party(match.Responder, y, pipe{there, back}, false) })
	wg.Wait()
}

// cpu is the time that this process has had of all processors.
func cpu() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
