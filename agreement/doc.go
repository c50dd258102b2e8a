// Package agreement holds the terms two members run under: a YAML text that a
// lawyer can read, followed by one signature line per member in the signed-note
// format of golang.org/x/mod/sumdb/note. The SHA-256 of the text names the
// agreement and is bound into every run (DESIGN.md, "An agreement").
//
// [Parse] reads strictly: an unknown key, a key written twice, a value of the
// wrong type or below its floor is an error that names line and field. What the
// reader does not understand it does not sign and does not run.
//
//	a, err := agreement.Parse(file) // the terms, signatures not yet judged
//	err = a.Verify()                // every member signed these very bytes
//	err = a.InForce(time.Now())     // today is one of its days
//	err = a.Permits("match", "airline")
//
// All three checks belong before a run; none implies another. Where an agreement
// stands in its life, from draft to ended, is [Agreement.Standing]; what its kind
// asks of a node is [Refusals], each with a [Code]; what is deleted when it is over
// is [Agreement.Erasure].
//
// A signed agreement is never changed. A change is a new version, which names the
// hash of the one that it replaces: [NewVersion], [Revision], [Agreement.Successor].
//
// Beneath it stand strict, the reader of all YAML that people sign; rules, the
// limits on what may leave a run; own, a node's policy.yaml and how the stricter
// wins; place and purpose, the words for where and why.
//
// The package decides nothing about data: thresholds are applied by policy, and
// rows are judged by consent. It opens no file and asks no clock. It is not a
// general reader of YAML or of notes. An [Agreement] is immutable once parsed
// and safe for concurrent reading.
package agreement
