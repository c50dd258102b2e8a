// Command asm writes the assembly of package simd: one file of functions and one
// of their Go declarations for each tier. Package simd runs it by go generate;
// what it writes is checked in, and never edited by hand.
//
// A tier is the width of its registers: 16 bytes, which hold one block, or 32,
// which hold two. The functions are written once for both.
package main

import (
	"log"

	"github.com/mmcloughlin/avo/build"

	"mandorla/crypto/internal/emit"
)

func main() {
	if err := emit.Tiers(tiers, generate); err != nil {
		log.Fatal(err)
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
	return emit.Files(g.Context, "simd", t.file)
}
