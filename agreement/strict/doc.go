// Package strict reads the YAML files that people sign or are held to:
// agreements, a node's own policy, the legal rules, the facts of a notice. An
// unknown key, a key written twice, an alias, a tag, a value of the wrong type or
// out of bounds is an error that names file, line and field; what the reader does
// not understand, nobody signs and nothing runs by.
//
// A [Reader] keeps the first thing that is wrong and goes on answering with zero
// values, so that reading a document is one straight line. It is not a general
// reader of YAML, and its errors quote names, never keys of members.
package strict
