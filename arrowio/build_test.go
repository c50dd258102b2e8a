package arrowio

import (
	"bytes"
	"testing"

	"github.com/apache/arrow/go/v17/arrow/memory"
)

// TestNewRecord builds a record beside another one and writes it.
func TestNewRecord(t *testing.T) {
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	defer mem.AssertSize(t, 0)
	beside := NewRecord(mem, nil, []Column{Strings("name", []string{"a", "b"}, nil)}, nil)
	defer beside.Release()
	rec := NewRecord(mem, map[string]string{"run": "7"}, []Column{
		Uint64s("row", []uint64{3, 1 << 63}, nil),
		Float64s("sd", []float64{0.5, 0}, []bool{true, false}),
	}, beside)
	defer rec.Release()
	if v, ok := rec.Schema().Metadata().GetValue("run"); !ok || v != "7" {
		t.Errorf("metadata: %v", rec.Schema().Metadata())
	}
	var out bytes.Buffer
	w, err := NewStream(&out, "csv", WithMetadata(rec.Schema(), map[string]string{"run": "8"}))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(rec); err != nil {
		t.Fatal(err)
	}
	if err := w.Commit(); err != nil {
		t.Fatal(err)
	}
	if want := "row,sd,name\n3,0.5,a\n9223372036854775808,,b\n"; out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
}
