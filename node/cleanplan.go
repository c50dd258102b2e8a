package node

import (
	"fmt"
	"slices"

	"mandorla/identity"
	"mandorla/identity/address"
)

// A cleanColumn is a column that is brought into order.
type cleanColumn struct {
	where  string // region or country
	report CleanedColumn
}

// plan works out which columns are cleaned, as what, and which say who lives
// together and who stands there twice.
func (c *cleaning) plan(p *identity.Profile) error {
	country := c.dataset.country()
	for i, in := range c.dataset.Identifiers {
		for k, kind := range in.kinds() {
			if kind == "" || c.cleans(in.columns()[k]) {
				continue
			}
			where := country
			if kind == identity.CleanPhone {
				where = in.Region
			}
			if _, err := identity.NewCleaner(kind, where); err != nil {
				return fmt.Errorf("identifiers[%d]: %w", i, err)
			}
			c.columns = append(c.columns, &cleanColumn{where, CleanedColumn{Column: in.columns()[k], Kind: kind, Reasons: map[string]uint64{}}})
		}
	}
	var err error
	c.marks, err = c.node.newMarker(c.dataset, p)
	return err
}

func (c *cleaning) cleans(column string) bool {
	return slices.ContainsFunc(c.columns, func(o *cleanColumn) bool { return o.report.Column == column })
}

// country is that of the dataset's addresses; empty where it is not said.
func (d Dataset) country() string {
	for _, in := range d.Identifiers {
		if in.Country != "" {
			return in.Country
		}
	}
	return ""
}

// kinds is what each of the identifier's columns is cleaned as; empty: it is not.
func (id Identifier) kinds() []string {
	switch id.Type {
	case identity.Email:
		return []string{identity.CleanEmail}
	case identity.Phone:
		return []string{identity.CleanPhone}
	case identity.NamePostcode:
		return []string{identity.CleanName, identity.CleanName, address.Postcode}
	case identity.NameDOB:
		return []string{identity.CleanName, identity.CleanName, identity.CleanDate}
	case identity.Address, identity.Household:
		return id.addressKinds()
	}
	return nil
}

func (id Identifier) addressKinds() []string {
	kinds := make([]string, len(id.columns()))
	for i := range kinds {
		kinds[i] = address.Line
		if len(id.Parts) > 0 {
			kinds[i] = id.Parts[i]
		}
		named := id.Type == identity.Household && id.By != identity.ByAddress && len(id.Parts) == 0 && i == 0
		if named || kinds[i] == identity.LastName {
			kinds[i] = identity.CleanName
		}
	}
	return kinds
}

// first is the dataset's first identifier of one of the types, in the order of
// the types.
func (d Dataset) first(types ...string) (Identifier, bool) {
	for _, t := range types {
		for _, in := range d.Identifiers {
			if in.Type == t {
				return in, true
			}
		}
	}
	return Identifier{}, false
}

// home is what makes the dataset's households: its identifier of that type, or
// the address alone.
func (d Dataset) home() (Identifier, bool) {
	in, ok := d.first(identity.Household, identity.Address)
	if in.Type == identity.Address {
		in.Type, in.By = identity.Household, identity.ByAddress
	}
	return in, ok
}
