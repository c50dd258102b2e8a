package main

import (
	"bytes"
	"os"
	"testing"
)

// TestGenerated sees that the assembly is what this program writes.
func TestGenerated(t *testing.T) {
	want, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../../convolve_amd64.s")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("convolve_amd64.s is not what this program writes; run go generate in crypto/vole")
	}
}
