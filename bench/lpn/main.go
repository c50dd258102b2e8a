// Command lpn evaluates published attacks on the decoding problem that package
// crypto/vole rests on: a code of rate one half over GF(2^128), noise of length
// 2^18 with one error in each of 512 blocks.
//
//	go run ./bench/lpn [-json]
//
// It says what formulas say, for a code that behaves like a random one. That the
// code of crypto/vole does is the assumption; no program can show it. Each number
// names where its formula is from. It is not a proof, nor a review.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
)

func main() {
	asJSON := flag.Bool("json", false, "print JSON")
	flag.Parse()
	write := text
	if *asJSON {
		write = encode
	}
	if err := write(os.Stdout, evaluate(engine, mostItems)); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
}

// text is the report as a table.
func text(w io.Writer, r report) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintf(t, "N=%d k=%d t=%d, GF(2^%d); %d instances for %d items: %.1f bits less for many targets\n\n",
		r.Problem.N, r.Problem.K, r.Problem.T, int(r.Problem.LogQ), r.Instances, r.Items, r.Loss)
	fmt.Fprintln(t, "attack\tbits\twith all instances\tformula")
	for _, e := range r.Estimates {
		fmt.Fprintf(t, "%s\t%.1f\t%.1f\t%s\n", e.Attack, e.Bits, e.Bits-r.Loss, e.Source)
	}
	return t.Flush()
}

func encode(w io.Writer, r report) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(r)
}
