// Package bench measures whole runs: two nodes, each a process of its own on
// this machine, over tables whose overlap is known, beside what the same work
// takes without any privacy and what the arithmetic of the group takes alone. A
// run that finds anything but the truth fails the measurement.
//
// # How to repeat the record
//
// The figures of RESULTS.md come from the program itself, built as the README
// says, on a machine with nothing else to do:
//
//	mandorla bench --rows 100000,1000000 --analyses size,match,aggregate --rounds 5 --out record
//	mandorla bench --rows 1000000,3000000,10000000 --analyses size --rounds 5 --memory 512MiB --out memory
//	mandorla bench --rows 1000000 --analyses size --rounds 5 --network 100mbit/20ms --out network
//	mandorla bench --rows 1048576 --analyses match-dh,match-vole --rounds 5 --out engines
//	MANDORLA_ENGINE=portable mandorla bench --rows 1000000 --analyses size --rounds 5 --out portable
//
// Every figure is the median of the rounds, which go through all tables and
// analyses in turn. The folder holds bench.json, with each round's figures for
// the spread, and the pictures. The operators alone are Go benchmarks, compared
// with benchstat:
//
//	go test -run '^$' -bench . -cpu 1 -count 10 ./crypto/... ./match/column ./identity ./arrowio
//
// # What is measured
//
// Tables are package synth's, read from CSV and joined by e-mail address. size
// and match are exact (noise: none) and both members learn the result; aggregate
// is 10 × 10 cells with three measures a side, under noise. match-dh and match-vole
// are a match to one member by either engine. Each run has new folders, keys and
// ledgers, so that none repeats an earlier one.
//
//   - seconds: the command that starts the run, from its start to its end
//   - cpu_seconds: of both processes, from their start to their end
//   - peak_rss: of the process that held more
//   - bytes: what either node sent, frames and signatures included, TLS not
//   - phases: of both nodes together, as package meter counts them; they add up
//     to both processes' lives, in which the serving node also waits
//
// The pure arithmetic of a run is what package ristretto takes, on one core that
// has nothing else to do, to blind each node's own rows and to re-blind the
// other's padded set. It is of size and match alone: aggregate's is more.
//
// On Linux everything is known; elsewhere some figures are 0. A network that is
// not "none" is imitated by package shape in this program's own process.
package bench
