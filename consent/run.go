package consent

import (
	"errors"
	"io"
	"time"
)

// The kinds of agreement.
const (
	ServiceProvider = "service-provider"
	Affiliate       = "affiliate"
	Partner         = "partner"
	Sale            = "sale"
)

var agreements = []string{ServiceProvider, Affiliate, Partner, Sale}

// Errors that a caller acts on.
var (
	ErrEntry  = errors.New("eligibility")                                                      // an entry cannot be used as it is
	ErrNotice = errors.New("the dataset has no `notice` column")                               // which an affiliate's agreement asks for
	ErrStale  = errors.New("the DROP download is older than 45 days, or its day is not known") // which blocks a sale
)

// A Run is what the verdict on a row depends on besides the row.
type Run struct {
	Agreement      string    // its kind
	Partner        string    // the other member's name
	Brand          string    // of an affiliate: the sister brand; the partner's name where empty
	Purposes       []string  // words of the Data Privacy Vocabulary, with or without dpv:
	Jurisdictions  []string  // where the agreement reaches: DE, US-CA, EU, EEA; none: everywhere
	ConsentIn      []string  // where no objection is not enough and a consent is needed
	Start          time.Time // of the run
	JointMarketing bool      // the agreement is marked as joint marketing, which excuses objections under financial privacy law
	FinancialIn    []string  // where it does not excuse them

	// Open opens a list by the name that the entry has for it. It is called
	// once a list, by Compile.
	Open func(name string) (io.ReadCloser, error)
	// MaxEntries bounds each list; 0 is 32 Mi entries, which are 512 MiB of
	// memory, or 1 GiB for DROP.
	MaxEntries int
}

// maxEntries is MaxEntries where the run does not say.
const maxEntries = 32 << 20

func (r *Run) limit() int {
	if r.MaxEntries > 0 {
		return r.MaxEntries
	}
	return maxEntries
}

// told is the name that a notice has to have.
func (r *Run) told() string {
	if r.Agreement == Affiliate && r.Brand != "" {
		return r.Brand
	}
	return r.Partner
}
