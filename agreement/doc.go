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
// All three checks belong before a run; none implies another.
//
// The package decides nothing about data: thresholds are applied by policy, and
// a node's own rules by node. It opens no file and asks no clock. It is not a
// general reader of YAML or of notes. An [Agreement] is immutable once parsed
// and safe for concurrent reading.
package agreement
