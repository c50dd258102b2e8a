package arrowio

import (
	"bytes"
	"errors"
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

// TestAmend puts columns in place of others and behind them.
func TestAmend(t *testing.T) {
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	defer mem.AssertSize(t, 0)
	rec := NewRecord(mem, map[string]string{"run": "7"}, []Column{
		Uint64s("zip", []uint64{1, 2}, nil), Strings(" name ", []string{"a", "b"}, nil)}, nil)
	defer rec.Release()
	out := Amend(mem, rec, map[int]Column{0: Strings("x", []string{"00001", ""}, []bool{true, false})},
		Bools("name", []bool{true, false}, nil), Uint64s("of", []uint64{9, 0}, []bool{true, false}))
	defer out.Release()
	var text bytes.Buffer
	w, err := NewStream(&text, "csv", out.Schema())
	if err == nil {
		err = w.Write(out)
	}
	if err == nil {
		err = w.Commit()
	}
	if want := "zip,\" name \",name,of\n00001,a,true,9\n,b,false,\n"; err != nil || text.String() != want {
		t.Errorf("%q, %v; want %q", text.String(), err, want)
	}
	if rec.Schema().Field(0).Type.Name() != "uint64" {
		t.Error("the record itself was changed")
	}
	if Metadata(out.Schema())["run"] != "7" {
		t.Error("the metadata is gone")
	}
	if at, err := ColumnNamed(rec, "name"); err != nil || at != 1 {
		t.Errorf("column %d, %v", at, err)
	}
	if _, err := ColumnNamed(out, "name"); err == nil {
		t.Error("one of two columns of a name was found")
	}
	if CountNamed(out, "name") != 2 || CountNamed(out, "nobody") != 0 {
		t.Error("columns are counted wrong")
	}
}

// TestAmendTypes puts columns of every type behind those of a record.
func TestAmendTypes(t *testing.T) {
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	defer mem.AssertSize(t, 0)
	own := NewRecord(mem, map[string]string{"run": "7"}, []Column{Strings("name", []string{"a", "b"}, nil)}, nil)
	defer own.Release()
	valid := []bool{true, false}
	rec := Amend(mem, own, nil,
		Int64s("band", []int64{-20, 0}, valid), Bools("vip", []bool{true, false}, valid),
		Dates("since", []int32{-184, 0}, valid))
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
