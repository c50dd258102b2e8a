package agreement

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxCount bounds every whole number, so that sums of a few never overflow.
const maxCount = 1 << 50

// count gives a whole number of at least floor.
func (r *reader) count(n *yaml.Node, field string, floor uint64) uint64 {
	r.plain(n, field)
	v, err := strconv.ParseUint(n.Value, 10, 64)
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!int" || err != nil || v > maxCount || !canonical(n.Value) {
		r.fail(n, field, "must be a whole number in plain digits, such as 1000")
		return 0
	}
	r.floor(n, field, v, floor)
	return v
}

func (r *reader) floor(n *yaml.Node, field string, v, floor uint64) {
	if v < floor {
		r.belowFloor(n, field, "%d is below the floor of %d; raise it", v, floor)
	}
}

// canonical is false for a leading zero, which YAML would read as octal.
func canonical(digits string) bool { return digits == "0" || !strings.HasPrefix(digits, "0") }

// decimalForm leaves out exponents and signs: people compare these by eye.
var decimalForm = regexp.MustCompile(`^(0|[1-9][0-9]{0,5})(\.[0-9]{1,9})?$`)

// decimal gives a number above 0 and at most ceiling, exactly as written.
func (r *reader) decimal(n *yaml.Node, field string, ceiling int64) Decimal {
	r.plain(n, field)
	tag := n.ShortTag()
	if n.Kind != yaml.ScalarNode || tag != "!!int" && tag != "!!float" || !decimalForm.MatchString(n.Value) {
		r.fail(n, field, "must be a number such as 1 or 0.25")
		return Decimal{}
	}
	d := newDecimal(n.Value)
	if d.Rat.Sign() == 0 || d.Rat.Cmp(new(big.Rat).SetInt64(ceiling)) > 0 {
		r.belowFloor(n, field, "%s is not above 0 and at most %d; change it", d.Text, ceiling)
	}
	return d
}

// newDecimal takes text of decimalForm.
func newDecimal(text string) Decimal {
	rat, _ := new(big.Rat).SetString(text)
	return Decimal{text, rat}
}

var sizeForm = regexp.MustCompile(`^([1-9][0-9]{0,15}) ?(KiB|MiB|GiB|TiB)$`)

// bytes gives a number of bytes, in digits or with a binary unit: 10GiB.
func (r *reader) bytes(n *yaml.Node, field string, floor uint64) uint64 {
	m := sizeForm.FindStringSubmatch(n.Value)
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!str" || m == nil {
		if n.ShortTag() == "!!int" {
			return r.count(n, field, floor)
		}
		r.fail(n, field, "must be bytes such as 10GiB (KiB, MiB, GiB, TiB) or plain digits")
		return 0
	}
	r.plain(n, field)
	v, _ := strconv.ParseUint(m[1], 10, 64)
	shift := map[string]uint{"KiB": 10, "MiB": 20, "GiB": 30, "TiB": 40}[m[2]]
	if v > maxCount>>shift {
		r.fail(n, field, "must be at most %d bytes", uint64(maxCount))
		return 0
	}
	r.floor(n, field, v<<shift, floor)
	return v << shift
}
