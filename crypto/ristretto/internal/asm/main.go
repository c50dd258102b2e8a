// Command asm writes the assembly of package lanes: one file of functions and
// one of their Go declarations for each vector tier. Package lanes runs it by
// go generate; what it writes is checked in, and never edited by hand.
//
// A tier is an [isa]: how its elements lie in registers, how they are multiplied
// and how they are carried. The functions themselves are written once.
package main

import (
	"bytes"
	"flag"
	"log"
	"os"
	"path/filepath"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/pass"
	"github.com/mmcloughlin/avo/printer"
)

func main() {
	dir := flag.String("dir", ".", "the folder to write to")
	flag.Parse()
	for _, m := range tiers() {
		files, err := generate(m)
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

func tiers() []isa { return []isa{newAVX2(), newIFMA()} }

// generate gives the files of a tier by name.
func generate(m isa) (map[string][]byte, error) {
	g := &generator{Context: build.NewContext(), isa: m, constants: map[uint64]operand.Mem{}}
	g.ConstraintExpr("!purego")
	g.functions()
	file, err := g.Result()
	if err != nil {
		return nil, err
	}
	if err := pass.Compile.Execute(file); err != nil {
		return nil, err
	}
	cfg := printer.Config{Name: "asm with avo", Pkg: "lanes"}
	text, err := printer.NewGoAsm(cfg).Print(file)
	if err != nil {
		return nil, err
	}
	stubs, err := printer.NewStubs(cfg).Print(file)
	if err != nil {
		return nil, err
	}
	prefix := m.shape().name
	return map[string][]byte{
		prefix + "_amd64.s":        text,
		prefix + "_stubs_amd64.go": bytes.ReplaceAll(stubs, []byte("// +build !purego\n"), nil),
	}, nil
}
