// Command asm writes the assembly of package lanes: one file of functions and
// one of their Go declarations for each vector tier. Package lanes runs it by
// go generate; what it writes is checked in, and never edited by hand.
//
// A tier is an [isa]: how its elements lie in registers, how they are multiplied
// and how they are carried. The functions themselves are written once.
package main

import (
	"log"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"

	"mandorla/crypto/internal/emit"
)

func main() {
	if err := emit.Tiers(tiers(), generate); err != nil {
		log.Fatal(err)
	}
}

func tiers() []isa { return []isa{newAVX2(), newIFMA()} }

// generate gives the files of a tier by name.
func generate(m isa) (map[string][]byte, error) {
	g := &generator{Context: build.NewContext(), isa: m, constants: map[uint64]operand.Mem{}}
	g.ConstraintExpr("!purego")
	g.functions()
	return emit.Files(g.Context, "lanes", m.shape().name)
}
