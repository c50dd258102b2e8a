// Package legal says what the law of a place asks before two companies compare
// their customers: consent or a chance to object, a notice, browser signals,
// financial privacy, deletion lists, a least age. The rules are data: a file that
// people can read and replace, with a source and a day for every line; a reading of
// ours is built in.
//
//	f, err := legal.BuiltIn()           // or legal.Parse(a company's own file)
//	day := f.On(time.Now())             // the lines in force
//	n := day.Needs([]string{"DE", "US-CA"}, legal.Sale)
//	age := f.Age(time.Now())            // old rules warn, then block a sale
//
// What no line speaks of needs opt-in. The package knows places and kinds of sharing
// by name; it has never heard of an agreement, a row or a node. It is a checklist for
// a program, kept on the strict side, and no legal advice.
package legal
