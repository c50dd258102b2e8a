package arrowio

import (
	"bytes"
	"errors"
	"testing"
	"time"

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

// TestExtend puts columns of every type behind those of a record.
func TestExtend(t *testing.T) {
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	defer mem.AssertSize(t, 0)
	own := NewRecord(mem, map[string]string{"run": "7"}, []Column{Strings("name", []string{"a", "b"}, nil)}, nil)
	defer own.Release()
	valid := []bool{true, false}
	rec := Extend(mem, own, []Column{
		Int64s("band", []int64{-20, 0}, valid), Bools("vip", []bool{true, false}, valid),
		Dates("since", []time.Time{time.Date(1969, 7, 1, 0, 0, 0, 0, time.UTC), {}}, valid),
	})
	defer rec.Release()
	var out bytes.Buffer
	w, err := NewStream(&out, "csv", rec.Schema())
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Write(rec), w.Commit()); err != nil {
		t.Fatal(err)
	}
	if want := "name,band,vip,since\na,-20,true,1969-07-01\nb,,,\n"; out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
	if own.NumCols() != 1 || own.Schema().NumFields() != 1 {
		t.Error("the record itself has changed")
	}
}
