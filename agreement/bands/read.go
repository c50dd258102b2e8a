package bands

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"mandorla/agreement/strict"
)

// Read reads a schema: a list of columns, each with its type and bands.
func Read(r *strict.Reader, n *yaml.Node, field string) Schema {
	r.Plain(n, field)
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 || len(n.Content) > mostColumns {
		r.Fail(n, field, "must be a list of 1 to %d columns, such as [{column: age_band, type: enum, values: [18-29, 30-44]}]", mostColumns)
		return nil
	}
	var s Schema
	for _, item := range n.Content {
		c := readColumn(r, item, field)
		if slices.Contains(s.Names(), c.Name) {
			r.Fail(item, field+"."+c.Name, "written twice; keep one")
		}
		s = append(s, c)
	}
	if w := s.Width(); w > mostWidth {
		r.Fail(n, field, "takes %d bytes a person, at most %d; take fewer columns, or shorter texts", w, mostWidth)
	}
	return s
}

func readColumn(r *strict.Reader, n *yaml.Node, field string) Column {
	s := r.Section(n, field, "column", "type", "values", "min", "max", "band", "max_bytes")
	c := Column{Name: r.Line(s.Need("column"), field+".column")}
	at := func(key string) string { return fmt.Sprintf("%s.%.64s.%s", field, c.Name, key) }
	c.Type = r.OneOf(s.Need("type"), at("type"), Enum, Bool, Int, Decimal, Date, Text)
	belong := map[string][]string{Enum: {"values"}, Bool: nil, Text: {"max_bytes"}}
	keys, special := belong[c.Type]
	if !special {
		keys = []string{"min", "max", "band"}
	}
	for _, key := range []string{"values", "min", "max", "band", "max_bytes"} {
		v, ok := s.Has(key)
		switch wanted := slices.Contains(keys, key); {
		case wanted && !ok:
			r.Fail(n, at(key), "missing; a column of type %s needs it", c.Type)
		case ok && !wanted:
			r.Fail(v, at(key), "does not belong to a column of type %s; take it out", c.Type)
		}
	}
	if r.Err() != nil {
		return c
	}
	switch c.Type {
	case Enum:
		c.Values = readValues(r, s.Need("values"), at("values"))
	case Text:
		c.MaxBytes = int(r.Count(s.Need("max_bytes"), at("max_bytes"), 1))
		if c.MaxBytes > mostText {
			r.Fail(s.Need("max_bytes"), at("max_bytes"), "must be at most %d: longer text says who somebody is", mostText)
			c.MaxBytes = 0
		}
	case Int, Decimal, Date:
		c.readBands(r, s, at)
	}
	return c
}

// readValues are those of an enum, which a cell has to be equal to.
func readValues(r *strict.Reader, n *yaml.Node, field string) []string {
	values := r.Texts(n, field)
	if len(values) > MostValues {
		r.Fail(n, field, "must be at most %d values; put rare ones together", MostValues)
	}
	for _, v := range values {
		if strings.TrimSpace(v) != v {
			r.Fail(n, field, "must have no blanks around a value")
		}
	}
	return values
}

// readBands reads where the bands begin and end, and how wide they are.
func (c *Column) readBands(r *strict.Reader, s strict.Section, at func(string) string) {
	scalar := func(key string) string {
		n := s.Need(key)
		r.Plain(n, at(key))
		if n.Kind != yaml.ScalarNode {
			r.Fail(n, at(key), "must be one value")
		}
		return n.Value
	}
	c.Min, c.Max, c.Band = scalar("min"), scalar("max"), scalar("band")
	read := c.numbers
	if c.Type == Date {
		read = c.days
	}
	if key, err := read(); err != nil {
		r.Fail(s.Need(key), at(key), "%v", err)
	}
	if r.Err() != nil {
		return
	}
	switch b := c.scale; {
	case b.low > b.high:
		r.Fail(s.Need("max"), at("max"), "lies below min; swap or change them")
	case b.count() > MostValues:
		r.Fail(s.Need("band"), at("band"), "makes %d bands, at most %d; take wider ones", b.count(), MostValues)
	}
}

// numbers sets the bands of a column of numbers; an error is of the key named.
func (c *Column) numbers() (key string, err error) {
	fields := []struct{ key, text string }{{"min", c.Min}, {"max", c.Max}, {"band", c.Band}}
	for _, f := range fields {
		if !number.MatchString(f.text) {
			return f.key, fmt.Errorf("must be a number such as 20 or -12.50")
		}
		if c.scale.digits = max(c.scale.digits, digitsOf(f.text)); c.Type == Int && c.scale.digits > 0 {
			return f.key, fmt.Errorf("must have no digits behind the point; or write type: %s", Decimal)
		}
	}
	for i, to := range []*int64{&c.scale.low, &c.scale.high, &c.scale.step} {
		*to, _, _ = scaled(fields[i].text, c.scale.digits)
	}
	if c.scale.step < 1 {
		return "band", fmt.Errorf("must be above 0")
	}
	return "", nil
}

// days sets the bands of a column of days.
func (c *Column) days() (key string, err error) {
	step, ok := units[c.Band]
	if !ok {
		return "band", fmt.Errorf("must be one of: month, quarter, year, decade")
	}
	c.scale.step = step
	for _, f := range []struct {
		key, text string
		to        *int64
	}{{"min", c.Min, &c.scale.low}, {"max", c.Max, &c.scale.high}} {
		d, err := time.Parse(time.DateOnly, f.text)
		if err != nil || d.Year() < 1 {
			return f.key, fmt.Errorf("must be a day of the calendar, such as 1990-01-31")
		}
		*f.to = monthOf(d)
	}
	c.scale.low -= c.scale.low % step // bands begin with the calendar's
	return "", nil
}

// Words says in plain words what the column may say of a person.
func (c Column) Words() string {
	switch c.Type {
	case Enum:
		return fmt.Sprintf("%s, one of %s", c.Name, strings.Join(c.Values, ", "))
	case Bool:
		return c.Name + ", yes or no"
	case Text:
		return c.Name + ", one of at most " + strconv.Itoa(MostValues) + " values that the vendor has most of"
	case Date:
		return fmt.Sprintf("%s, the %s it lies in, from %s to %s", c.Name, c.Band, c.Min, c.Max)
	}
	return fmt.Sprintf("%s, the band of %s it lies in, from %s to %s", c.Name, c.Band, c.Min, c.Max)
}
