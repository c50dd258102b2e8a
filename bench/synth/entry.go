package synth

// What a table has of an identifier of somebody.
type state uint8

const (
	good    state = iota
	missing       // the cell is empty
	broken        // the cell holds something that is none
	another       // an address that the person uses elsewhere
)

// An entry is what a table knows of a person. The rows that repeat one another
// agree on it; they differ in how they write it, and in consent and spend.
type entry struct {
	person
	table table
	email state
	phone state
}

// The dirt in identifiers, in percent, as [rank] takes it: good below the first,
// then missing, broken, another.
var (
	emailDirt = [2][3]int{airline: {88, 95, 100}, bank: {82, 89, 92}}
	phoneDirt = [2][2]int{airline: {88, 97}, bank: {90, 98}}
)

func (w *world) entry(t table, number uint64) entry {
	e := entry{person: w.whois(number), table: t}
	if e.paired {
		// Whoever holds a number together has everything in order, so that it
		// never depends on the analysis who of the two is found.
		return e
	}
	d := w.dice(useEntry+use(t), number)
	e.email = state(rank(d, emailDirt[t][:]...))
	e.phone = state(rank(d, phoneDirt[t][:]...))
	return e
}

// knownEmail is the address that a run compares; empty if there is none.
func (e *entry) knownEmail() string {
	switch e.email {
	case good:
		return e.person.email()
	case another:
		return e.other()
	}
	return ""
}

// knownPhone is the number that a run compares, in E.164; empty if there is none.
func (e *entry) knownPhone() string {
	if e.phone != good {
		return ""
	}
	return "+49" + digits(e.person.phone)
}
