// Package noise draws the noise of a run and computes what its gate has to know
// about it (PROTOCOLS.md §1.10, §4.3, §5.5): discrete Laplace and Gaussian
// numbers, the number of dummies of a pool, the shift of that law for a privacy
// budget, and the threshold above which a noisy count is a true one.
//
// The samplers are exact: integers and rationals over crypto/rand, after
// Canonne, Kamath and Steinke, "The Discrete Gaussian for Differential Privacy"
// (2020). There is no floating point, whose rounding would leak, and no seed.
// What is computed is bounded rationally, with every rounding on the safe side.
//
// How long a draw takes depends on what is drawn: whoever answers a peer after
// drawing must not answer sooner for it. The package keeps no account of what
// is spent, which is the ledger's work.
package noise
