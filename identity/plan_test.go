package identity

import (
	"regexp"
	"testing"
)

// made is a plan of our own, whose numbers have the given pattern.
func made(pattern string, lengths uint32) *plan {
	n := numbers{regexp.MustCompile("^(?:" + pattern + ")$"), lengths}
	return &plan{code: "99", general: n, kinds: []numbers{n}}
}

// The library's steps, where its own data never tell them apart.

func TestStrip(t *testing.T) {
	for _, c := range []struct {
		trunk, digits, rest string
		rewrites, sure      bool
	}{
		{"0", "05123", "5123", false, true},
		{"0", "5123", "5123", false, true},
		{"0|00", "005123", "05123", false, true}, // the first that fits, as written
		{"5", "5123", "5123", false, true},       // 123 would be no number, and 5123 is
		{"6", "6123", "123", false, true},        // nor is 6123 one
		{"0(15)?", "05123", "5123", true, true},
		{"0(15)?", "0155123", "", true, false}, // the rest may be written otherwise
		{"0(15)?", "0155123", "5123", false, true},
		{"0", "", "", false, true},
	} {
		p := made("5[0-9]{3}", 1<<4)
		p.trunk, p.rewrites = beginning(c.trunk), c.rewrites
		if rest, sure := p.strip([]byte(c.digits)); string(rest) != c.rest || sure != c.sure {
			t.Errorf("%s before %s: %q, %v, want %q, %v", c.trunk, c.digits, rest, sure, c.rest, c.sure)
		}
	}
}

func TestValidInPlans(t *testing.T) {
	fives, sixes := made("5[0-9]{3}", 1<<4), made("[56][0-9]{3}", 1<<4)
	fives.leading, sixes.leading = beginning("5"), nil
	claims := made("7[0-9]{2}", 1<<3)
	claims.leading = beginning("5")
	for _, c := range []struct {
		plans  []*plan
		number string
		want   bool
	}{
		{[]*plan{fives}, "5123", true},
		{[]*plan{claims}, "712", true}, // alone, how its numbers begin is not asked
		{[]*plan{claims, sixes}, "712", false},
		{[]*plan{fives, sixes}, "6123", true},
		{[]*plan{claims, sixes}, "5123", false}, // the first that claims it decides
		{[]*plan{sixes, claims}, "5123", true},
		{[]*plan{fives, sixes}, "4123", false},
		{nil, "5123", false},
	} {
		if got := valid(c.plans, []byte(c.number)); got != c.want {
			t.Errorf("%s in %d plans: %v", c.number, len(c.plans), got)
		}
	}
}

func TestLengths(t *testing.T) {
	p := made("5[0-9]*", lengths([]int32{4, 6}))
	p.local = lengths([]int32{3, 8})
	for length, want := range map[int]struct{ fits, tooLong bool }{
		3: {}, 4: {fits: true}, 5: {}, 6: {fits: true}, 7: {tooLong: true}, 8: {}, 9: {tooLong: true}, 20: {tooLong: true},
	} {
		if p.fits(length) != want.fits || p.tooLong(length) != want.tooLong {
			t.Errorf("%d digits: fits %v, too long %v", length, p.fits(length), p.tooLong(length))
		}
	}
	none := numbers{regexp.MustCompile(".*"), lengths([]int32{-1})}
	for length := range mostDigits {
		if none.has(make([]byte, length)) {
			t.Errorf("no numbers, and yet one of %d digits", length)
		}
	}
	// Of rules that know no such length the dial is not certain.
	d := &dial{}
	if _, sure := d.finish([]*plan{made("5.*", 1<<4), made("5.*", 1<<5)}, p, []byte("51234")); sure {
		t.Error("a length that the rules do not have is answered")
	}
}

// Digits that begin with the country code are read without it where they are
// too long with it, even if the pattern would have them.
func TestTooLongWithCountryCode(t *testing.T) {
	home := made("9[0-9]*", 1<<4)
	home.exit = beginning("00")
	d := &dial{home: home, countries: map[string][]*plan{"99": {home}}}
	for text, want := range map[string]string{"999123": "999123", "9912": "999912", "9123": "999123", "00999123": "999123"} {
		if got, sure := d.number([]byte(text)); !sure || string(got) != want {
			t.Errorf("%s: %s, %v, want %s", text, got, sure, want)
		}
	}
}
