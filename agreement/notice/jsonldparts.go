package notice

import (
	"slices"
	"strings"
)

func (v view) thing(kind, said string) ldThing {
	return ldThing{Type: kind, About: ldSaid{said, v.language}}
}

// things are texts of one type, without those that nobody wrote.
func (v view) things(kind string, texts []Text) []ldThing {
	var all []ldThing
	for _, t := range texts {
		if said := v.In(t); said != "" {
			all = append(all, v.thing(kind, said))
		}
	}
	return all
}

func entity(kind string, p Party) ldEntity {
	return ldEntity{Type: kind, Name: p.Name, Address: p.Address, Contact: p.Contact}
}

// self is this company, with those who stand for it.
func (v view) self(kind string) ldEntity {
	e := entity(kind, v.Company.Controller)
	if r := v.Company.Representative; r != nil {
		stand := entity("dpv:Representative", *r)
		e.Representative = &stand
	}
	if o := v.Company.Officer; !o.None {
		e.Officer = &ldEntity{Type: "dpv:DataProtectionOfficer", Name: o.Name, Contact: o.Contact}
	}
	return e
}

// ldParties are the controllers, processors and recipients. Who works for the other
// is a processor; a partner who decides for itself is a controller too.
func (v view) ldParties() (controllers, processors, recipients []ldEntity) {
	const controller, processor = "dpv:DataController", "dpv:DataProcessor"
	for _, name := range v.counters() {
		recipients = append(recipients, ldEntity{Type: "dpv:Recipient", Name: name})
	}
	for _, t := range v.Company.Recipients {
		if said := v.In(t); said != "" {
			recipients = append(recipients, ldEntity{Type: "dpv:Recipient", Name: said})
		}
	}
	for _, name := range v.outsiders() {
		recipients = append(recipients, ldEntity{Type: "dpv:Recipient", Name: name})
	}
	switch {
	case v.Sharing.Processor:
		return v.entities(controller, v.Sharing.Partners), []ldEntity{v.self(processor)}, recipients
	case v.Sharing.Kind == "service-provider":
		return []ldEntity{v.self(controller)}, v.entities(processor, v.Sharing.Partners), recipients
	}
	joint := func(member string) bool { return v.In(v.Company.Joint[member]) != "" }
	apart := slices.DeleteFunc(slices.Clone(v.Sharing.Partners), joint)
	together := slices.DeleteFunc(slices.Clone(v.Sharing.Partners), func(member string) bool { return !joint(member) })
	return append([]ldEntity{v.self(controller)}, v.entities(controller, together)...), nil, append(v.entities(controller, apart), recipients...)
}

// entities are the other sides named.
func (v view) entities(kind string, members []string) (all []ldEntity) {
	for _, member := range members {
		all = append(all, entity(kind, v.Company.Partners[member]))
	}
	return all
}

// ldPurposes are of the type of their term, where they have one.
func (v view) ldPurposes() []ldThing {
	var all []ldThing
	for _, p := range v.Sharing.Purposes {
		kind := "dpv:Purpose"
		if strings.HasPrefix(p.Term, "dpv:") {
			kind = p.Term
		}
		all = append(all, v.thing(kind, v.In(p.Words)))
	}
	return all
}

// ldBases are the legal bases, a purpose each.
func (v view) ldBases() ([]ldThing, error) {
	var all []ldThing
	for _, l := range v.Lawful() {
		said, err := v.word("ground", l)
		if err != nil {
			return nil, err
		}
		if said != "" {
			all = append(all, v.thing(gdprBases[l.Basis], said))
		}
	}
	return all, nil
}

func (v view) ldData() ([]ldThing, error) {
	const kind = "dpv:PersonalData"
	said, err := v.Identifiers()
	if err != nil {
		return nil, err
	}
	var all []ldThing
	for _, s := range slices.Concat(said, v.Columns(), v.Received(), v.Figures()) {
		if s != "" {
			all = append(all, v.thing(kind, s))
		}
	}
	if v.Told() {
		all = append(all, v.thing(kind, v.In(told)))
	}
	return all, nil
}

func (v view) ldCountries() []ldThing {
	var all []ldThing
	for _, t := range v.Company.Transfers.To {
		country := v.thing("dpv:ThirdCountry", v.In(t.Country))
		country.Measure = []ldThing{v.thing("dpv:LegalMeasure", v.In(t.Safeguard))}
		all = append(all, country)
	}
	return all
}
