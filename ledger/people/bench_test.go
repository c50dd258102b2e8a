package people

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"

	"mandorla/ledger/durable"
)

// The size of the benchmarks: -people.rows 10000000 -people.runs 1000 is the one
// that the package is made for.
var (
	rows = flag.Uint64("people.rows", 100_000, "rows of a dataset")
	runs = flag.Int("people.runs", 20, "runs to look through")
)

// BenchmarkDigest is what an identifier costs before it is added.
func BenchmarkDigest(b *testing.B) {
	k, err := ReadKey(b.TempDir() + "/people.key")
	if err != nil {
		b.Fatal(err)
	}
	identifier, kind := []byte("somebody@company.example"), k.Kind("email")
	defer kind.Wipe()
	digests := make([]Digest, 1024)
	b.ReportAllocs()
	for b.Loop() {
		kind.Digests(digests, func(int) []byte { return identifier })
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(digests)), "ns/digest")
}

// BenchmarkSet makes the first set of a dataset, in which everybody is new, and
// then a set of half of them.
func BenchmarkSet(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		f := newFolder(b, 0)
		b.StartTimer()
		add(b, f, "first", func(uint64) bool { return true })
	}
	b.ReportMetric(float64(*rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkNextSet makes a set of half of those who are known.
func BenchmarkNextSet(b *testing.B) {
	f := newFolder(b, 0)
	add(b, f, "first", func(uint64) bool { return true })
	n := 0
	b.ResetTimer()
	for b.Loop() {
		n++
		add(b, f, fmt.Sprint("next", n), func(uint64) bool { return rand.Uint64()&1 == 0 })
	}
	b.ReportMetric(float64(*rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64(size(b, f.file(fmt.Sprint("next", n, setSuffix)))), "bytes/run")
	b.ReportMetric(float64(size(b, f.file(dictionaryFile))), "bytes/dictionary")
}

// BenchmarkLookup looks one person up in many runs, each of a random half of the
// dataset, which is what compresses least.
func BenchmarkLookup(b *testing.B) {
	f := newFolder(b, 0)
	add(b, f, "first", func(uint64) bool { return true })
	bits, total := make([]uint64, (*rows+63)/64), int64(0)
	for n := range *runs - 1 {
		for i := range bits {
			bits[i] = rand.Uint64()
		}
		name := f.file(fmt.Sprintf("run%04d%s", n, setSuffix))
		if err := durable.Write(name, func(to *os.File) error { return writeSet(to, bits) }); err != nil {
			b.Fatal(err)
		}
		total += size(b, name)
	}
	b.ResetTimer()
	for b.Loop() {
		if _, err := f.Runs(context.Background(), person(rand.Uint64N(*rows))); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(total)/float64(max(*runs-1, 1)), "bytes/run")
}

func add(b *testing.B, f *Folder, run string, takes func(uint64) bool) {
	w, err := f.NewWriter(run)
	if err != nil {
		b.Fatal(err)
	}
	for i := range *rows {
		if takes(i) {
			if err := w.Add(person(i)); err != nil {
				b.Fatal(err)
			}
		}
	}
	if _, err := w.Close(); err != nil {
		b.Fatal(err)
	}
}

func size(b *testing.B, name string) int64 {
	info, err := os.Stat(name)
	if err != nil {
		b.Fatal(err)
	}
	return info.Size()
}
