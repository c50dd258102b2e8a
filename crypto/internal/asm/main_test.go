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
	for _, tier := range tiers {
		files, err := generate(tier)
		if err != nil {
			t.Fatal(err)
		}
		if len(files) != 2 {
			t.Fatalf("%d files", len(files))
		}
		for name, want := range files {
			got, err := os.ReadFile(filepath.Join("..", "simd", name))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s is not what the generator writes: run go generate ./crypto/internal/...", name)
			}
		}
	}
}

// TestNoConditionsOnData looks for jumps other than those that count blocks and
// terms, and for addresses other than of parameters: neither may depend on what
// is computed.
func TestNoConditionsOnData(t *testing.T) {
	for _, tier := range tiers {
		files, err := generate(tier)
		if err != nil {
			t.Fatal(err)
		}
		text := files[tier.file+"_amd64.s"]
		var before string
		for line := range strings.Lines(string(text)) {
			line = strings.Join(strings.Fields(line), " ")
			if strings.HasPrefix(line, "J") && !strings.HasPrefix(before, "CMPQ CX, $") && before != "CMPQ R9, DX" {
				t.Errorf("%s: %s after %s", tier.file, line, before)
			}
			before = line
		}
		for _, never := range []string{"VPGATHER", "VPEXTR", "VMOVMSK", "VPMOVMSKB", "VPTEST", "DIV"} {
			if bytes.Contains(text, []byte(never)) {
				t.Errorf("%s: %s", tier.file, never)
			}
		}
	}
}
