// Command asm writes the assembly of package simd: one file of functions and one
// of their Go declarations for each tier. Package simd runs it by go generate;
// what it writes is checked in, and never edited by hand.
//
// A tier is the width of its registers: 16 bytes, which hold one block, or 32,
// which hold two. The functions are written once for both.
package main

import (
	"bytes"
	"flag"
	"log"
	"os"
	"path/filepath"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/pass"
	"github.com/mmcloughlin/avo/printer"
)

func main() {
	dir := flag.String("dir", ".", "the folder to write to")
	flag.Parse()
	for _, t := range tiers {
		files, err := generate(t)
		if err != nil {
			log.Fatal(err)
		}
		for name, text := range files {
			if err := os.WriteFile(filepath.Join(*dir, name), text, 0o644); err != nil {
				log.Fatal(err)
			}
		}
	}
}

// A tier is one set of functions.
type tier struct {
	file   string // how its files are called
	suffix string // of its functions
	width  int    // bytes of a register
}

var tiers = []tier{{"avx2", "AVX2", 16}, {"vaes", "VAES", 32}}

// generate gives the files of a tier by name.
func generate(t tier) (map[string][]byte, error) {
	g := &generator{Context: build.NewContext(), tier: t}
	g.ConstraintExpr("!purego")
	g.hashes()
	g.field()
	if t.width != single {
		g.features()
	}
	file, err := g.Result()
	if err != nil {
		return nil, err
	}
	if err := pass.Compile.Execute(file); err != nil {
		return nil, err
	}
	cfg := printer.Config{Name: "asm with avo", Pkg: "simd"}
	text, err := printer.NewGoAsm(cfg).Print(file)
	if err != nil {
		return nil, err
	}
	stubs, err := printer.NewStubs(cfg).Print(file)
	if err != nil {
		return nil, err
	}
	return map[string][]byte{
		t.file + "_amd64.s":        text,
		t.file + "_stubs_amd64.go": bytes.ReplaceAll(stubs, []byte("// +build !purego\n"), nil),
	}, nil
}
