package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCheckedInAssembly wants what is checked in byte for byte.
func TestCheckedInAssembly(t *testing.T) {
	for _, m := range tiers() {
		files, err := generate(m)
		if err != nil {
			t.Fatal(err)
		}
		if len(files) != 2 {
			t.Fatalf("%d files", len(files))
		}
		for name, want := range files {
			got, err := os.ReadFile(filepath.Join("..", "lanes", name))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s is not what the generator writes: run go generate ./crypto/ristretto/...", name)
			}
		}
	}
}

// TestNoConditionsOnData looks for jumps other than those of loops and of the
// number of doublings, and for addresses other than of parameters: neither may
// depend on what is computed.
func TestNoConditionsOnData(t *testing.T) {
	for _, m := range tiers() {
		files, err := generate(m)
		if err != nil {
			t.Fatal(err)
		}
		text := files[m.shape().name+"_amd64.s"]
		var before string
		for line := range strings.Lines(string(text)) {
			line = strings.Join(strings.Fields(line), " ")
			if strings.HasPrefix(line, "J") && !strings.HasPrefix(before, "DECQ ") && before != "CMPQ CX, $0x01" {
				t.Errorf("%s: %s after %s", m.shape().name, line, before)
			}
			before = line
		}
		for _, never := range []string{"VPGATHER", "VPEXTR", "VMOVMSK", "VPMOVMSKB", "VPTEST", "KMOV", "KORTEST", "DIV"} {
			if bytes.Contains(text, []byte(never)) {
				t.Errorf("%s: %s", m.shape().name, never)
			}
		}
	}
}
