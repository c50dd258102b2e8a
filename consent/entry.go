package consent

import (
	"fmt"
	"slices"

	"mandorla/consent/optout"
)

// An Entry is one line of a dataset's eligibility. Kind and a column are all
// that most need; what a kind does not know must not be set.
type Entry struct {
	Kind    string   // see the package's list
	Column  string   // what it judges
	Columns []string // list, drop: the parts of an identifier, instead of Column

	For []string // kinds of agreement that it is for; none: all
	In  []string // countries and states whose rows it judges; none: all. It needs an entry of kind jurisdiction

	Purposes []int  // tcf, gpp: purposes of the framework; none: those that the run's purposes need
	Basis    string // tcf, gpp: consent (where empty), legitimate-interest or either
	Vendor   int    // tcf, gpp: the partner's number in the Global Vendor List; 0: not asked
	MaxDays  int    // tcf, gpp, notice: how old it may be; 0: any age

	DateColumn string // notice: when the person was told, where the cell does not say
	Least      int    // age: in years
	Country    string // jurisdiction: the country of cells that name only a state; of all rows where there is no column

	Files     []string         // list, drop
	Digests   bool             // list: the files hold SHA-256 digests
	Canonical optout.Canonical // list, drop: how cells become the canonical identifier
}

// A kind is what an entry of it may say and how it judges.
type kind struct {
	may   []string // fields besides Kind, Column, For and In
	build func(*builder, Entry) (judge, error)
}

// kinds are all kinds of entries, but for jurisdiction, which goes before them.
var kinds = map[string]kind{
	"flag":      {nil, always(judgeFlag)},
	"objection": {nil, always(judgeObjection)},
	"gpc":       {nil, always(judgeObjection)},
	"financial": {nil, buildFinancial},
	"usp":       {nil, always(judgeUSPrivacy)},
	"tcf":       {[]string{"Purposes", "Basis", "Vendor", "MaxDays"}, buildTCF},
	"gpp":       {[]string{"Purposes", "Basis", "Vendor", "MaxDays"}, buildGPP},
	"notice":    {[]string{"DateColumn", "MaxDays"}, buildNotice},
	"age":       {[]string{"Least"}, buildAge},
	"list":      {[]string{"Columns", "Files", "Digests", "Canonical"}, buildList},
	"drop":      {[]string{"Columns", "Files", "Canonical"}, buildDrop},
}

const jurisdiction = "jurisdiction"

// always is a kind without parameters.
func always(j judge) func(*builder, Entry) (judge, error) {
	return func(*builder, Entry) (judge, error) { return j, nil }
}

// set names the fields that an entry sets beyond those that all kinds have.
func (e *Entry) set() (fields []string) {
	for name, is := range map[string]bool{
		"Columns": len(e.Columns) > 0, "Purposes": len(e.Purposes) > 0, "Basis": e.Basis != "", "Vendor": e.Vendor != 0,
		"MaxDays": e.MaxDays != 0, "DateColumn": e.DateColumn != "", "Least": e.Least != 0, "Country": e.Country != "",
		"Files": len(e.Files) > 0, "Digests": e.Digests, "Canonical": e.Canonical != nil,
	} {
		if is {
			fields = append(fields, name)
		}
	}
	slices.Sort(fields)
	return fields
}

// Check refuses an entry that says what its kind does not know, whatever the
// run. What its parameters may be, Compile sees.
func (e *Entry) Check() error {
	may := []string{"Country"}
	if e.Kind != jurisdiction {
		k, ok := kinds[e.Kind]
		if !ok {
			return fmt.Errorf("%w: kind %.20q is not known", ErrEntry, e.Kind)
		}
		may = k.may
	}
	for _, field := range e.set() {
		if !slices.Contains(may, field) {
			return e.wrong("it has no %s", field)
		}
	}
	for _, agreement := range e.For {
		if !slices.Contains(agreements, agreement) {
			return e.wrong("For: %.20q is no kind of agreement", agreement)
		}
	}
	columns := e.columns()
	if len(columns) == 0 && e.Country == "" || slices.Contains(columns, "") || e.Column != "" && len(e.Columns) > 0 {
		return e.wrong("name its column, or for an identifier of several parts its columns")
	}
	if len(columns) > most {
		return e.wrong("at most %d columns", most)
	}
	return nil
}

// wrong is what is wrong with an entry.
func (e *Entry) wrong(format string, args ...any) error {
	return fmt.Errorf("%w of kind %s: %w", ErrEntry, e.Kind, fmt.Errorf(format, args...))
}

// columns are all columns of the entry, in the order of its cells.
func (e *Entry) columns() []string {
	columns := slices.Clone(e.Columns)
	if e.Column != "" {
		columns = append(columns, e.Column)
	}
	if e.DateColumn != "" {
		columns = append(columns, e.DateColumn)
	}
	return columns
}

func buildFinancial(b *builder, _ Entry) (judge, error) {
	if !b.run.JointMarketing {
		return judgeObjection, nil
	}
	heeded, err := within(b.run.FinancialIn)
	return judgeJoint(heeded), err
}

// judgeJoint heeds an objection under financial privacy law where the law does not
// let joint marketing excuse it; of whom it is not known where they are, wherever
// there is such a place.
func judgeJoint(heeded places) judge {
	return func(r *row) Reason {
		if len(heeded) == 0 || r.place != nowhere && !heeded.has(r.place) {
			return Eligible
		}
		return judgeObjection(r)
	}
}

func buildAge(b *builder, e Entry) (judge, error) {
	if e.Least < 1 || e.Least > oldest {
		return nil, e.wrong("Least: the least age in years, from 1 to %d", oldest)
	}
	return judgeAge(e.Least, b.run.Start), nil
}
