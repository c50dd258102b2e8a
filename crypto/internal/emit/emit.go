// Package emit writes what the generators of assembly have made: for each tier of a
// package a file of functions and one of their Go declarations, which are checked in.
// It is for those programs alone; nothing of it stands in the product.
package emit

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/pass"
	"github.com/mmcloughlin/avo/printer"
)

// Files gives the files of a tier by name, for a package.
func Files(c *build.Context, pkg, tier string) (map[string][]byte, error) {
	file, err := c.Result()
	if err != nil {
		return nil, err
	}
	if err := pass.Compile.Execute(file); err != nil {
		return nil, err
	}
	cfg := printer.Config{Name: "asm with avo", Pkg: pkg}
	text, err := printer.NewGoAsm(cfg).Print(file)
	if err != nil {
		return nil, err
	}
	stubs, err := printer.NewStubs(cfg).Print(file)
	if err != nil {
		return nil, err
	}
	return map[string][]byte{
		tier + "_amd64.s":        text,
		tier + "_stubs_amd64.go": bytes.ReplaceAll(stubs, []byte("// +build !purego\n"), nil),
	}, nil
}

// Tiers is a generator's whole program: it writes the files of all tiers to the folder
// that its flag -dir names.
func Tiers[T any](tiers []T, files func(T) (map[string][]byte, error)) error {
	dir := flag.String("dir", ".", "the folder to write to")
	flag.Parse()
	for _, t := range tiers {
		made, err := files(t)
		if err != nil {
			return err
		}
		for name, text := range made {
			if err := os.WriteFile(filepath.Join(*dir, name), text, 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}
