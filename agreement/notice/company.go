package notice

// The languages of texts.
const (
	English = "en"
	German  = "de"
)

// A Text is the same thing said in each language.
type Text struct {
	EN string `yaml:"en"`
	DE string `yaml:"de"`
}

// In gives the text in a language, empty if it is not said there.
func (t Text) In(language string) string {
	if language == German {
		return t.DE
	}
	return t.EN
}

// Company is what a company has to say itself (notice.yaml): no agreement and no
// table holds it.
type Company struct {
	Controller     Party            `yaml:"controller"`
	Representative *Party           `yaml:"representative"` // in the Union, where one is needed (Art. 27)
	Officer        Officer          `yaml:"officer"`
	Partners       map[string]Party `yaml:"partners"`   // by member name
	Customers      Text             `yaml:"customers"`  // whose data it is
	Bases          map[string]Basis `yaml:"bases"`      // by purpose, or default
	Columns        map[string]Text  `yaml:"columns"`    // what a column of the dataset holds
	Source         Text             `yaml:"source"`     // where the data came from
	Recipients     []Text           `yaml:"recipients"` // beside the partner
	Transfers      Transfers        `yaml:"transfers"`
	Retention      Text             `yaml:"retention"`
	Requests       Text             `yaml:"requests"` // where people turn to
	Authority      Party            `yaml:"authority"`
	Required       Text             `yaml:"required"` // whether people must give the data, and what if not
	Decisions      Decisions        `yaml:"automated_decisions"`
	Measures       []Text           `yaml:"security_measures"` // for the record
	Joint          map[string]Text  `yaml:"joint"`             // by member name: the essence of the arrangement of joint controllers (Art. 26(2))
}

// A Party is a company or an authority, and how to reach it.
type Party struct {
	Name    string `yaml:"name"`
	Address string `yaml:"address"`
	Contact string `yaml:"contact"`
}

func (p Party) whole() bool { return p.Name != "" && p.Address != "" && p.Contact != "" }

// An Officer is the data protection officer, or the statement that there is none.
type Officer struct {
	Name    string `yaml:"name"`
	Contact string `yaml:"contact"`
	None    bool   `yaml:"none"`
}

// A Basis is why a purpose is lawful (Art. 6(1)).
type Basis struct {
	Kind     string `yaml:"kind"`     // Consent, Contract, LegalObligation or LegitimateInterest
	Interest Text   `yaml:"interest"` // with LegitimateInterest: which
}

// The kinds of legal basis.
const (
	Consent            = "consent"
	Contract           = "contract"
	LegalObligation    = "legal-obligation"
	LegitimateInterest = "legitimate-interest"
)

// DefaultBasis is the key of the basis for purposes that have none of their own.
const DefaultBasis = "default"

// Transfers are those to countries outside the European Economic Area, or the
// statement that there are none.
type Transfers struct {
	None bool       `yaml:"none"`
	To   []Transfer `yaml:"to"`
}

// A Transfer goes to one country under one safeguard.
type Transfer struct {
	Country   Text `yaml:"country"`
	Safeguard Text `yaml:"safeguard"`
	Copy      Text `yaml:"copy"` // where people get a copy of the safeguard
}

// Decisions are those that a machine takes alone (Art. 22), or the statement that
// there are none.
type Decisions struct {
	None bool `yaml:"none"`
	What Text `yaml:"what"` // their logic, their weight and what follows for people
}

// basis is that of a purpose.
func (c Company) basis(term string) Basis {
	if b, ok := c.Bases[term]; ok {
		return b
	}
	return c.Bases[DefaultBasis]
}
