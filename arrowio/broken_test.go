package arrowio

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/pqarrow"
)

// A sample is a small whole file.
type sample struct {
	name string
	text []byte
}

// samples are small files of each format, some of them of our own making so that
// the tests have a subject where the third-party data is absent.
func samples(t testing.TB) (all []sample) {
	rec := result(memory.NewGoAllocator())
	for _, format := range Formats() {
		if format != "json" {
			text, err := os.ReadFile(save(t, format, rec.Schema(), rec, rec))
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, sample{"own." + format, text})
		}
	}
	all = append(all, packedArrow(t, "lz4.arrows", ipc.WithLZ4()), packedArrow(t, "zstd.arrows", ipc.WithZstd()))
	for name, codec := range map[string]compress.Compression{
		"snappy": compress.Codecs.Snappy, "gzip": compress.Codecs.Gzip, "brotli": compress.Codecs.Brotli, "plain": compress.Codecs.Uncompressed} {
		all = append(all, packedParquet(t, name+".parquet", codec))
	}
	for _, name := range []string{
		"parquet-testing/alltypes_dictionary.parquet", "parquet-testing/lz4_raw_compressed.parquet", "parquet-testing/int64_decimal.parquet",
		"parquet-testing/delta_length_byte_array.parquet", "parquet-testing/delta_encoding_optional_column.parquet",
		"arrow-testing/generated_dictionary.arrow_file", "arrow-testing/generated_nested.stream", "arrow-testing/generated_union.stream",
		"arrow-testing/generated_custom_metadata.stream", "arrow-testing/generated_nested_dictionary.arrow_file",
	} {
		text, err := os.ReadFile(filepath.Join("..", "..", "shared", "data", "files", name))
		if err == nil {
			all = append(all, sample{strings.NewReplacer("arrow_file", "arrow").Replace(filepath.Base(name)), text})
		}
	}
	return all
}

func packedArrow(t testing.TB, name string, option ipc.Option) sample {
	rec := result(memory.NewGoAllocator())
	var out bytes.Buffer
	w := ipc.NewWriter(&out, ipc.WithSchema(rec.Schema()), option)
	if err := errors.Join(w.Write(rec), w.Close()); err != nil {
		t.Fatal(err)
	}
	return sample{name, out.Bytes()}
}

func packedParquet(t testing.TB, name string, codec compress.Compression) sample {
	rec := result(memory.NewGoAllocator())
	var out bytes.Buffer
	w, err := pqarrow.NewFileWriter(rec.Schema(), &out, parquet.NewWriterProperties(parquet.WithCompression(codec),
		parquet.WithDataPageVersion(parquet.DataPageV2), parquet.WithDictionaryDefault(name == "snappy.parquet")), pqarrow.DefaultWriterProps())
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Write(rec), w.Close()); err != nil {
		t.Fatal(err)
	}
	return sample{name, out.Bytes()}
}

// An attempt reads broken forms of a sample, all under one name.
type attempt struct {
	t    testing.TB
	path string
}

func (s sample) attempt(t testing.TB) attempt {
	return attempt{t, filepath.Join(t.TempDir(), s.name)}
}

// read reads what is left of a file, which must end in rows or an error and may
// not take much memory. A panic or a hang ends the test by itself.
func (a attempt) read(text []byte) error {
	a.t.Helper()
	const most = 256 << 20
	if err := os.WriteFile(a.path, text, 0o600); err != nil {
		a.t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := read(a.path, Options{})
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > most {
		a.t.Errorf("%s: took %d bytes", filepath.Base(a.path), took)
	}
	return err
}

func TestTruncated(t *testing.T) {
	for _, s := range samples(t) {
		t.Run(s.name, func(t *testing.T) {
			a := s.attempt(t)
			if err := a.read(s.text); err != nil && !strings.Contains(err.Error(), "cannot be read") {
				t.Fatalf("whole: %v", err)
			}
			step := 1 + len(s.text)/60
			for n := 0; n < len(s.text); n += step {
				err := a.read(s.text[:n])
				whole := strings.HasSuffix(s.name, ".parquet") || strings.HasSuffix(s.name, ".arrow")
				if whole && err == nil {
					t.Fatalf("%d of %d bytes: no error", n, len(s.text))
				}
			}
		})
	}
}

func TestMutated(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 8))
	for _, s := range samples(t) {
		t.Run(s.name, func(t *testing.T) {
			a := s.attempt(t)
			failed := 0
			for i := range 60 {
				text := bytes.Clone(s.text)
				at := rnd.IntN(len(text))
				if i%2 == 0 { // where the metadata of most formats is
					at = max(0, len(text)-1-rnd.IntN(1+len(text)/3))
				}
				text[at] = byte(rnd.Uint32())
				if i%5 == 0 {
					text[min(at+1, len(text)-1)] ^= 0x80
				}
				if err := a.read(text); err != nil {
					failed++
				}
			}
			if failed == 0 && !strings.HasSuffix(s.name, ".csv") {
				t.Error("no change was noticed")
			}
		})
	}
}

func TestHostileLengths(t *testing.T) {
	huge := make([]byte, 4)
	for _, s := range samples(t) {
		t.Run(s.name, func(t *testing.T) {
			a := s.attempt(t)
			for _, n := range []uint32{0x7fffffff, 0xffffffff, 0x10000000} {
				binary.LittleEndian.PutUint32(huge, n)
				step := max(4, len(s.text)/20&^3)
				for at := 0; at+4 <= len(s.text); at += step {
					text := bytes.Clone(s.text)
					copy(text[at:], huge)
					a.read(text)
				}
			}
		})
	}
}

func TestErrorsNameTheFile(t *testing.T) {
	for _, name := range []string{"a.parquet", "a.arrow", "a.feather", "a.arrows"} {
		_, err := read(write(t, name, "this is a text, not a table, and long enough"), Options{})
		if err == nil || !strings.HasPrefix(err.Error(), name+": ") || !errors.Is(err, errBroken) || strings.Count(err.Error(), errBroken.Error()) != 1 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCheckData(t *testing.T) {
	buf := func(b ...byte) *memory.Buffer { return memory.NewBufferBytes(b) }
	offsets := func(v ...int32) *memory.Buffer { return buf(arrow.Int32Traits.CastToBytes(v)...) }
	text, dict := arrow.BinaryTypes.String, &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}
	entries := array.NewData(text, 1, []*memory.Buffer{nil, offsets(0, 1), buf('a')}, nil, 0, 0)
	for _, c := range []struct {
		name string
		data arrow.ArrayData
		ok   bool
	}{
		{"text", array.NewData(text, 2, []*memory.Buffer{nil, offsets(0, 1, 2), buf('a', 'b')}, nil, 0, 0), true},
		{"offsets short", array.NewData(text, 2, []*memory.Buffer{nil, offsets(0, 1), buf('a', 'b')}, nil, 0, 0), false},
		{"offsets back", array.NewData(text, 2, []*memory.Buffer{nil, offsets(0, 2, 1), buf('a', 'b')}, nil, 0, 0), false},
		{"offsets outside", array.NewData(text, 2, []*memory.Buffer{nil, offsets(0, 1, 3), buf('a', 'b')}, nil, 0, 0), false},
		{"offsets negative", array.NewData(text, 2, []*memory.Buffer{nil, offsets(-1, 1, 2), buf('a', 'b')}, nil, 0, 0), false},
		{"no text at all", array.NewData(text, 0, []*memory.Buffer{nil, nil, nil}, nil, 0, 0), true},
		{"nulls short", array.NewData(text, 9, []*memory.Buffer{buf(1), offsets(make([]int32, 10)...), buf()}, nil, 1, 0), false},
		{"numbers", array.NewData(arrow.PrimitiveTypes.Int16, 1, []*memory.Buffer{nil, buf(1, 2, 3, 4)}, nil, 0, 1), true},
		{"numbers short", array.NewData(arrow.PrimitiveTypes.Int16, 2, []*memory.Buffer{nil, buf(1, 2, 3, 4)}, nil, 0, 1), false},
		{"bits", array.NewData(arrow.FixedWidthTypes.Boolean, 8, []*memory.Buffer{nil, buf(1)}, nil, 0, 0), true},
		{"bits short", array.NewData(arrow.FixedWidthTypes.Boolean, 9, []*memory.Buffer{nil, buf(1)}, nil, 0, 0), false},
		{"dictionary", array.NewDataWithDictionary(dict, 1, []*memory.Buffer{nil, buf(0)}, 0, 0, entries), true},
		{"dictionary overrun", array.NewDataWithDictionary(dict, 1, []*memory.Buffer{nil, buf(1)}, 0, 0, entries), false},
		{"dictionary underrun", array.NewDataWithDictionary(dict, 1, []*memory.Buffer{nil, buf(0xff)}, 0, 0, entries), false},
	} {
		if err := checkData(c.data); (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestBudget(t *testing.T) {
	b := newBudget(memory.NewGoAllocator(), 1000)
	b.Allocate(600)
	if err := guarded(broken, func() error { b.Allocate(600); return nil }); err == nil || !strings.Contains(err.Error(), "at once") {
		t.Fatalf("beyond the budget: %v", err)
	}
	b = newBudget(memory.NewGoAllocator(), 1000)
	first := b.Reallocate(400, b.Allocate(600))
	b.Free(first)
	if b.held.Load() != 0 {
		t.Fatalf("%d bytes held after all were freed", b.held.Load())
	}
	if budgetFor(0) != 64<<20 || budgetFor(1<<50) != 2<<30 {
		t.Fatal(budgetFor(0), budgetFor(1<<50))
	}
}

func fuzzFile(f *testing.F, endings ...string) {
	for _, s := range samples(f) {
		for _, e := range endings {
			if strings.HasSuffix(s.name, e) {
				f.Add(s.text)
			}
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		sample{"a" + endings[0], text}.attempt(t).read(text)
	})
}

func FuzzParquet(f *testing.F) { fuzzFile(f, ".parquet") }

func FuzzIPC(f *testing.F) { fuzzFile(f, ".arrow", ".arrows", ".stream") }
