package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// TestReproduced: what is checked in is what the generator writes, byte for byte.
func TestReproduced(t *testing.T) {
	for _, m := range tiers() {
		files, err := generate(m)
		if err != nil {
			t.Fatal(err)
		}
		for name, text := range files {
			checkedIn, err := os.ReadFile(filepath.Join("..", "lanes", name))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(text, checkedIn) {
				t.Errorf("%s is not what the generator writes; run go generate ./crypto/ristretto/...", name)
			}
		}
	}
}
