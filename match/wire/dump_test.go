package wire

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// counting is n bytes that are easy to follow by eye.
func counting(first byte, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = first + byte(i)
	}
	return b
}

// said is a short run's frames of one direction, as in docs/wire.md.
func said() []Frame {
	return []Frame{
		{Kind: KindKeys, Last: true, Rows: 1, Columns: [][]byte{counting(0, 32), counting(32, 64)}},
		{Kind: KindSet, Rows: 2, Columns: [][]byte{counting(0, 64), counting(64, 64), {0, 0, 3, 0}}},
		{Kind: KindSet, Last: true, Rows: 1, Columns: [][]byte{counting(128, 32), counting(160, 32), {0xff, 0xff}}},
		{Kind: KindTags, Level: 1, Last: true, Columns: [][]byte{{}, {}}},
		{Kind: KindCount, Level: 1, Last: true, Rows: 2, Columns: [][]byte{{0, 0, 1, 0}, {1, 0, 0, 0, 0x40, 0xe2, 1, 0}}},
	}
}

// TestGolden pins every byte that crosses: a change of format shows in the
// golden files in words.
func TestGolden(t *testing.T) {
	s, _ := ends(schemas)
	for i, f := range said() {
		name := filepath.Join("testdata", string('0'+rune(i))+"-"+strings.ToLower(f.Kind.String())+".golden")
		var got bytes.Buffer
		if err := Dump(&got, schemas, seal(t, s, f), f.Columns); err != nil {
			t.Fatal(err)
		}
		if *update {
			if err := os.WriteFile(name, got.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.Bytes(), want) {
			t.Errorf("%s is no longer what is sent; if that is meant, run go test -update\n%s", name, got.Bytes())
		}
	}
}

// TestDumpShowsEverything reads the bytes back from the dump.
func TestDumpShowsEverything(t *testing.T) {
	s, _ := ends(schemas)
	for _, f := range said() {
		m := seal(t, s, f)
		var out bytes.Buffer
		if err := Dump(&out, schemas, m, f.Columns); err != nil {
			t.Fatal(err)
		}
		var digits strings.Builder
		for line := range strings.Lines(out.String()) {
			if len(line) > 8 && line[6:8] == "  " {
				digits.WriteString(strings.ReplaceAll(strings.TrimRight(line[8:min(55, len(line))], " \n"), " ", ""))
			}
		}
		want := strings.ReplaceAll(hexOf(append([][]byte{m}, f.Columns...)), " ", "")
		if digits.String() != want {
			t.Errorf("%v: not all bytes are shown", f.Kind)
		}
	}
}

func TestDumpRefuses(t *testing.T) {
	s, _ := ends(schemas)
	f := said()[4]
	m := seal(t, s, f)
	var out bytes.Buffer
	for name, err := range map[string]error{
		"no manifest":  Dump(&out, schemas, m[:100], f.Columns),
		"unknown kind": Dump(&out, Schemas{}, m, f.Columns),
		"no columns":   Dump(&out, schemas, m, nil),
		"short column": Dump(&out, schemas, m, [][]byte{f.Columns[0], f.Columns[1][:7]}),
	} {
		if !errors.Is(err, ErrFrame) || out.Len() > 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	full := errors.New("full")
	if err := Dump(failing{full}, schemas, m, f.Columns); !errors.Is(err, full) {
		t.Errorf("a writer that fails: %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
