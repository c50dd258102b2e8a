package main

import (
	"fmt"
	"math"
)

// A problem is to find noise of length N, one error in each of T blocks, from its
// product with a parity-check matrix of N-K rows. The primal problem, N equations
// in a secret of K elements, is the same.
type problem struct {
	N, K, T int
	LogQ    float64 // of the field's size
}

// engine is what crypto/vole uses; mostItems is the most that a run compares, and
// the OKVS takes less than expansion outputs an item.
var engine = problem{N: 1 << 18, K: 1 << 17, T: 512, LogQ: 128}

const (
	mostItems = 1 << 26
	expansion = 1.35
)

// block is the length of a block.
func (p problem) block() int { return p.N / p.T }

// whole is the problem cut to whole blocks, with the same number of checks.
func (p problem) whole() problem {
	n := p.block() * p.T
	p.N, p.K = n, p.K-(p.N-n)
	return p
}

// An estimate is the work of one attack, or of one test its advantage.
type estimate struct {
	Attack string  `json:"attack"`
	Bits   float64 `json:"bits"`
	Source string  `json:"source"`
}

type report struct {
	Problem   problem    `json:"problem"`
	Items     int        `json:"items"`
	Instances int        `json:"instances"`
	Loss      float64    `json:"multi_target_loss"`
	Estimates []estimate `json:"estimates"`
}

// distances are those for which the linear test is shown: what libraries assume
// of codes of this kind, from the oldest version to the newest, and what 128 bits
// take.
var distances = []float64{0.15, 0.16, 0.20, 0.25}

// evaluate makes the report.
func evaluate(p problem, items int) report {
	outputs := p.N - p.K - (p.T + 1) // an instance gives the next one its noise
	instances := int(math.Ceil(float64(items) * expansion / float64(outputs)))
	r := report{Problem: p, Items: items, Instances: instances, Loss: math.Log2(float64(instances))}
	add := func(attack string, bits float64, source string) {
		r.Estimates = append(r.Estimates, estimate{attack, bits, source})
	}
	for _, d := range distances {
		add(fmt.Sprintf("linear test, if the distance is %.3f", d), linear(p, d), "(1-dq/(q-1))^-t; ePrint 2021/1014")
	}
	add(fmt.Sprintf("linear test, distance of a random code, %.3f", varshamov(p)), linear(p, varshamov(p)), "bound of Gilbert and Varshamov")
	add("pooled Gauss (Prange)", gauss(p), "ePrint 2022/712")
	add("statistical decoding", statistical(p, 0), "ePrint 2022/712")
	add("statistical decoding 2.0", statistical2(p), "ePrint 2022/712")
	add("regular ISD by permutation", regular(p), "Esser, Santini; ePrint 2023/1568")
	add("regular ISD by enumeration", enumeration(p), "Esser, Santini; ePrint 2023/1568")
	add("algebraic, hybrid", algebraic(p), "Briaud, Øygarden; ePrint 2023/176")
	add("guess and quadratic equations", guessing(p), "ePrint 2025/1284")
	return r
}
