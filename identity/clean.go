package identity

import (
	"fmt"
	"slices"

	"mandorla/identity/address"
)

// The kinds of columns that a [Cleaner] brings into order, beside the parts of
// an address.
const (
	CleanEmail = "email"
	CleanPhone = "phone"
	CleanName  = "name"
	CleanDate  = "date"
)

// A Cleaner writes the cells of one kind in one form, for people and programs of
// this house: unlike a [Normaliser] it keeps what a letter needs, such as the
// +tag of an e-mail address, capitals and umlauts. It is not safe for concurrent
// use.
type Cleaner struct{ write part }

// NewCleaner makes the cleaner of a kind of column. where is the region of phone
// numbers and the country of addresses; without a country, addresses lose their
// blanks alone.
func NewCleaner(kind, where string) (*Cleaner, error) {
	switch kind {
	case CleanEmail:
		return &Cleaner{(&Profile{}).email}, nil
	case CleanPhone:
		if !isRegion(where) {
			return nil, fmt.Errorf("%w: region %.10q", ErrProfile, where)
		}
		return &Cleaner{newPhone(plusE164, where).append}, nil
	case CleanName:
		return &Cleaner{tidied(address.Name)}, nil
	case CleanDate:
		return &Cleaner{date}, nil
	}
	if !slices.Contains(address.Parts(), kind) {
		return nil, fmt.Errorf("%w: kind %.40q", ErrProfile, kind)
	}
	if where == "" {
		return &Cleaner{tidied(address.Blanks)}, nil
	}
	rules, err := address.For(where)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrProfile, err)
	}
	if kind == address.Postcode {
		return &Cleaner{postcodes(rules)}, nil
	}
	return &Cleaner{tidied(func(cell string) string { return rules.Tidy(kind, cell) })}, nil
}

// Append appends the clean form of a cell. Where the reason is not [Usable]
// nothing was appended, and the cell stays as it is.
func (c *Cleaner) Append(dst, cell []byte) ([]byte, Reason) { return c.write.append(dst, cell) }

// tidied is a way of writing as a part.
func tidied(write func(string) string) part {
	return func(dst, cell []byte) ([]byte, Reason) {
		text := unbroken(trim(cell))
		if reason := readable(text); reason != Usable {
			return dst, reason
		}
		return append(dst, write(string(text))...), Usable
	}
}

func postcodes(rules *address.Rules) part {
	tidy := tidied(func(cell string) string { return rules.Tidy(address.Postcode, cell) })
	return func(dst, cell []byte) ([]byte, Reason) {
		if text := trim(cell); len(text) > 0 && readable(text) == Usable && !rules.Valid(string(text)) {
			return dst, NotPostcode
		}
		return tidy(dst, cell)
	}
}
