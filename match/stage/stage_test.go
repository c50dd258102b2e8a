package stage

import (
	"errors"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestOrder lets later batches overtake earlier ones in the work: they come
// out in the order put in.
func TestOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got, want []int
		l := New(func(i int) (int, error) {
			time.Sleep(time.Duration(100-i) * time.Millisecond)
			return 2 * i, nil
		}, func(i int) error {
			got = append(got, i)
			return nil
		})
		defer l.Close()
		for i := range 100 {
			want = append(want, 2*i)
			if err := l.Put(i); err != nil {
				t.Fatal(err)
			}
			if i == 50 {
				if err := l.Drain(); err != nil || len(got) != 51 {
					t.Fatal(len(got), err)
				}
			}
		}
		if err := l.Drain(); err != nil || !slices.Equal(got, want) {
			t.Error(got, err)
		}
	})
}

// TestBounded holds the sink up: no more batches are under way than the line
// has places.
func TestBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var started atomic.Int64
		release := make(chan struct{})
		l := New(func(i int) (int, error) { started.Add(1); return i, nil },
			func(int) error { <-release; return nil })
		go func() {
			for i := range 100 {
				l.Put(i)
			}
		}()
		synctest.Wait()
		// One is held by the sink, and the queue is full.
		if n, limit := started.Load(), int64(min(runtime.GOMAXPROCS(0), most)+1); n > limit {
			t.Errorf("%d batches under way, more than %d", n, limit)
		}
		close(release)
		synctest.Wait()
		if err := l.Drain(); err != nil || started.Load() != 100 {
			t.Error(started.Load(), err)
		}
		l.Close()
	})
}

// TestFailure has a step fail: the first error in the order of the batches
// comes back, and no later batch reaches the sink.
func TestFailure(t *testing.T) {
	broken := errors.New("broken")
	for _, step := range []string{"work", "sink"} {
		synctest.Test(t, func(t *testing.T) {
			var sunk []int
			l := New(func(i int) (int, error) {
				if step == "work" && i >= 3 {
					time.Sleep(time.Duration(10-i) * time.Second)
					return 0, errors.Join(broken, errors.New("work"))
				}
				return i, nil
			}, func(i int) error {
				if step == "sink" && i == 3 {
					return broken
				}
				sunk = append(sunk, i)
				return nil
			})
			defer l.Close()
			for i := range 8 {
				if err := l.Put(i); err != nil {
					break
				}
			}
			if err := l.Drain(); !errors.Is(err, broken) || !slices.Equal(sunk, []int{0, 1, 2}) {
				t.Errorf("%s: %v, %v", step, sunk, err)
			}
			if err := l.Put(9); !errors.Is(err, broken) {
				t.Errorf("%s: a batch after the failure: %v", step, err)
			}
		})
	}
}

// TestClose leaves nothing behind, whatever is under way: the bubble fails if
// a goroutine is left.
func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sunk atomic.Int64
		l := New(func(i int) (int, error) { time.Sleep(time.Minute); return i, nil },
			func(int) error { sunk.Add(1); return nil })
		l.Put(1)
		l.Close()
		l.Close()
		if sunk.Load() != 0 {
			t.Error("a batch came out of a closed line")
		}
		if !errors.Is(l.Put(2), ErrClosed) || !errors.Is(l.Drain(), ErrClosed) {
			t.Error("a closed line is in use")
		}
	})
}
