// Package ledger is what a node keeps of its runs: receipts that the members
// sign, what was spent of the privacy budget, the life of the agreements, and
// commitments to the inputs (PROTOCOLS.md §10, §11.2). All of it stands in one
// log, a [Book], which is a Merkle tree whose heads the partners' nodes co-sign
// when they meet ([Book.Meet]): what once was written cannot be changed or taken
// back unseen, by a partner or by the node's own owner. [Book.Verify] and
// [VerifyFolder] see to that offline.
//
// It proves what was written, not that it was true: a member that lies from the
// beginning is found out by looking at its systems. Its canonical JSON is also
// the form of the control messages that nodes exchange.
package ledger
