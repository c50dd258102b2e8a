package identity

import (
	"regexp"
	"strconv"
	"sync"

	"github.com/nyaruka/phonenumbers"
)

// A plan is the numbering plan of a region, from libphonenumber's data.
type plan struct {
	code     string         // of the country
	exit     *regexp.Regexp // what is dialled before a country code
	trunk    *regexp.Regexp // what is dialled before a national number; nil: nothing
	rewrites bool           // the trunk prefix can change the number behind it
	leading  *regexp.Regexp // how the numbers begin, where several regions share a code; nil: not said
	general  numbers        // every number
	kinds    []numbers      // mobile, fixed and so on
	local    uint32         // lengths that are dialled in one's own town
}

// numbers is a set of national numbers.
type numbers struct {
	pattern *regexp.Regexp
	lengths uint32 // as bits; none: whatever the pattern says
}

func (n numbers) has(number []byte) bool {
	return (n.lengths == 0 || bit(n.lengths, len(number))) && n.pattern.Match(number)
}

// knows reports whether a number is one of the plan's, of any kind.
func (p *plan) knows(number []byte) bool {
	if !p.general.has(number) {
		return false
	}
	for _, k := range p.kinds {
		if k.has(number) {
			return true
		}
	}
	return false
}

// abroad cuts off what is dialled before a country code.
func (p *plan) abroad(digits []byte) ([]byte, bool) {
	at := p.exit.FindIndex(digits)
	if at == nil {
		return digits, false
	}
	return digits[at[1]:], true
}

// strip cuts off what is dialled before a national number, unless that spoils
// a number that was good before. It is not sure where more than that is done.
func (p *plan) strip(digits []byte) (rest []byte, sure bool) {
	if len(digits) == 0 || p.trunk == nil {
		return digits, true
	}
	at := p.trunk.FindSubmatchIndex(digits)
	if at == nil {
		return digits, true
	}
	if p.rewrites && at[len(at)-2] >= 0 {
		return nil, false
	}
	rest = digits[at[1]:]
	if p.general.pattern.Match(digits) && !p.general.pattern.Match(rest) {
		return digits, true
	}
	return rest, true
}

// fits reports whether the region has national numbers of a length.
func (p *plan) fits(length int) bool { return bit(p.general.lengths, length) }

// tooLong reports whether a length is above that of every national number, and
// not dialled in one's own town either.
func (p *plan) tooLong(length int) bool {
	return p.general.lengths>>length == 0 && !bit(p.local, length)
}

func bit(set uint32, i int) bool { return set>>i&1 != 0 }

// planOf is the plan of a region, nil where there is none.
func planOf(region string) *plan {
	read, ok := plans()[region]
	if !ok {
		return nil
	}
	return read()
}

// plans reads the regions' plans, each when it is first asked for.
var plans = sync.OnceValue(func() map[string]func() *plan {
	all := map[string]func() *plan{}
	data, err := phonenumbers.MetadataCollection()
	if err != nil {
		return all
	}
	for _, m := range data.GetMetadata() {
		if m.GetId() != phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY {
			all[m.GetId()] = sync.OnceValue(func() *plan { return readPlan(m) })
		}
	}
	return all
})

func readPlan(m *phonenumbers.PhoneMetadata) *plan {
	p := &plan{
		code:     strconv.Itoa(int(m.GetCountryCode())),
		exit:     beginning(m.GetInternationalPrefix()),
		rewrites: m.GetNationalPrefixTransformRule() != "",
		general:  readNumbers(m.GetGeneralDesc()),
		local:    lengths(m.GetGeneralDesc().GetPossibleLengthLocalOnly()),
	}
	if t := m.GetNationalPrefixForParsing(); t != "" {
		p.trunk = beginning(t)
	}
	if l := m.GetLeadingDigits(); l != "" {
		p.leading = beginning(l)
	}
	kinds := []*phonenumbers.PhoneNumberDesc{m.GetFixedLine(), m.GetTollFree(), m.GetPremiumRate(), m.GetSharedCost(),
		m.GetVoip(), m.GetPersonalNumber(), m.GetPager(), m.GetUan(), m.GetVoicemail()}
	if !m.GetSameMobileAndFixedLinePattern() {
		kinds = append([]*phonenumbers.PhoneNumberDesc{m.GetMobile()}, kinds...)
	}
	for _, k := range kinds {
		if k.GetNationalNumberPattern() != "" {
			p.kinds = append(p.kinds, readNumbers(k))
		}
	}
	return p
}

func readNumbers(d *phonenumbers.PhoneNumberDesc) numbers {
	return numbers{regexp.MustCompile("^(?:" + d.GetNationalNumberPattern() + ")$"), lengths(d.GetPossibleLength())}
}

func beginning(pattern string) *regexp.Regexp { return regexp.MustCompile("^(?:" + pattern + ")") }

// lengths is lengths as bits; -1 stands for none and is the highest bit, which
// no number's length reaches.
func lengths(all []int32) (set uint32) {
	for _, l := range all {
		set |= 1 << (uint32(l) & 31)
	}
	return set
}
