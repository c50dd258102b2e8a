package floor

import (
	"context"
	"runtime"
	"time"

	"mandorla/bench/meter"
)

// An Operator is a step of the protocols that takes arithmetic, as it was
// measured.
type Operator struct {
	Name    string  `json:"name"`    // blind, re-blind or encrypt
	Library string  `json:"library"` // the engine of package ristretto, or circl
	Cores   int     `json:"cores"`   // it could use
	Seconds float64 `json:"seconds_per_row"`
	CPU     float64 `json:"cpu_seconds_per_row"`
}

// The names of operators.
const (
	Blind   = "blind"    // hash to the group, multiply, encode
	Reblind = "re-blind" // decode, multiply, encode
	Encrypt = "encrypt"  // a row of numbers under ElGamal
)

// Columns is how many numbers there are in a row that is encrypted.
const Columns = 5

// Circl names the library that the engines are compared with.
const Circl = "circl"

// Operators measures every operator on one core, and the engine's on all cores
// as well, each for at least the time given. It sets GOMAXPROCS while it does:
// nothing else should run.
func Operators(ctx context.Context, each time.Duration) ([]Operator, error) {
	all := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(all)
	steps, err := steps()
	if err != nil {
		return nil, err
	}
	var out []Operator
	for _, s := range steps {
		for _, cores := range s.cores(all) {
			runtime.GOMAXPROCS(cores)
			o, err := s.measure(ctx, cores, each)
			if err != nil {
				return nil, err
			}
			out = append(out, o)
		}
	}
	return out, nil
}

// A step does rows of an operator at once.
type step struct {
	name    string
	library string
	rows    int
	do      func() error
}

// cores lists the numbers of cores to measure it with.
func (s step) cores(all int) []int {
	if s.library == Circl || all == 1 {
		return []int{1}
	}
	return []int{1, all}
}

func (s step) measure(ctx context.Context, cores int, least time.Duration) (Operator, error) {
	if err := s.do(); err != nil { // what happens once only is not counted
		return Operator{}, err
	}
	rows := 0
	began, used := time.Now(), meter.CPU()
	for time.Since(began) < least || rows == 0 {
		if err := context.Cause(ctx); err != nil {
			return Operator{}, err
		}
		if err := s.do(); err != nil {
			return Operator{}, err
		}
		rows += s.rows
	}
	took, cpu := time.Since(began), meter.CPU()-used
	if cpu == 0 { // not known
		cpu = took * time.Duration(cores)
	}
	return Operator{Name: s.name, Library: s.library, Cores: cores,
		Seconds: took.Seconds() / float64(rows), CPU: cpu.Seconds() / float64(rows)}, nil
}
