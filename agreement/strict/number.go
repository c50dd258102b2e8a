package strict

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// MaxCount bounds every whole number, so that sums of a few never overflow.
const MaxCount = 1 << 50

// Count gives a whole number of at least floor.
func (r *Reader) Count(n *yaml.Node, field string, floor uint64) uint64 {
	r.Plain(n, field)
	v, err := strconv.ParseUint(n.Value, 10, 64)
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!int" || err != nil || v > MaxCount || !canonical(n.Value) {
		r.Fail(n, field, "must be a whole number in plain digits, such as 1000")
		return 0
	}
	r.floor(n, field, v, floor)
	return v
}

func (r *Reader) floor(n *yaml.Node, field string, v, floor uint64) {
	if v < floor {
		r.BelowFloor(n, field, "%d is below the floor of %d; raise it", v, floor)
	}
}

// canonical is false for a leading zero, which YAML would read as octal.
func canonical(digits string) bool { return digits == "0" || !strings.HasPrefix(digits, "0") }

// A Decimal is a number exactly as written and as a fraction. Do not alter Rat.
type Decimal struct {
	Text string
	Rat  *big.Rat
}

// String is the number as written.
func (d Decimal) String() string { return d.Text }

// Plain is the number without zeros that say nothing: 1.50 is 1.5.
func (d Decimal) Plain() string {
	s := d.Rat.FloatString(9)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// decimalForm leaves out exponents and signs: people compare these by eye.
var decimalForm = regexp.MustCompile(`^(0|[1-9][0-9]{0,5})(\.[0-9]{1,9})?$`)

// Decimal gives a number above 0 and at most ceiling, exactly as written.
func (r *Reader) Decimal(n *yaml.Node, field string, ceiling int64) Decimal {
	r.Plain(n, field)
	tag := n.ShortTag()
	if n.Kind != yaml.ScalarNode || tag != "!!int" && tag != "!!float" || !decimalForm.MatchString(n.Value) {
		r.Fail(n, field, "must be a number such as 1 or 0.25")
		return Decimal{}
	}
	d := NewDecimal(n.Value)
	if d.Rat.Sign() == 0 || d.Rat.Cmp(new(big.Rat).SetInt64(ceiling)) > 0 {
		r.BelowFloor(n, field, "%s is not above 0 and at most %d; change it", d.Text, ceiling)
	}
	return d
}

// NewDecimal takes text of the form that [Reader.Decimal] reads.
func NewDecimal(text string) Decimal {
	rat, _ := new(big.Rat).SetString(text)
	return Decimal{text, rat}
}

var sizeForm = regexp.MustCompile(`^([1-9][0-9]{0,15}) ?(KiB|MiB|GiB|TiB)$`)

// Bytes gives a number of bytes, in digits or with a binary unit: 10GiB.
func (r *Reader) Bytes(n *yaml.Node, field string, floor uint64) uint64 {
	m := sizeForm.FindStringSubmatch(n.Value)
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!str" || m == nil {
		if n.ShortTag() == "!!int" {
			return r.Count(n, field, floor)
		}
		r.Fail(n, field, "must be bytes such as 10GiB (KiB, MiB, GiB, TiB) or plain digits")
		return 0
	}
	r.Plain(n, field)
	v, _ := strconv.ParseUint(m[1], 10, 64)
	shift := map[string]uint{"KiB": 10, "MiB": 20, "GiB": 30, "TiB": 40}[m[2]]
	if v > MaxCount>>shift {
		r.Fail(n, field, "must be at most %d bytes", uint64(MaxCount))
		return 0
	}
	r.floor(n, field, v<<shift, floor)
	return v << shift
}
