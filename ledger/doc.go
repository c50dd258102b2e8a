// Package ledger is what a node keeps of its runs: receipts that both nodes
// sign, and commitments to the inputs (PROTOCOLS.md §10). Its canonical JSON
// is also the form of the control messages that nodes exchange.
//
// It stores nothing by itself: it makes and checks bytes.
package ledger
