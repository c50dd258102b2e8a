// Package bands is the schema of what `append` says of a person: which columns,
// and of each the values that are told apart (PROTOCOLS.md §6). Every column is
// banded, so a label is a few bytes whose number is known before any data is:
// a code for each column, 0 where there is no value. The schema stands in the
// agreement. What a code may be sent for, so that no value is rare, is not its
// affair, nor is the sealing of labels.
package bands
