package identity

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"
)

func phoneIn(region string) Spec {
	return Spec{Type: Phone, Region: region, Columns: []string{"phone"}}
}

func TestPhone(t *testing.T) {
	for _, c := range []struct {
		region, cell string
		want         map[string]string // by profile: the value, or the reason in brackets
	}{
		{"DE", "0171 3920000", map[string]string{"uid2-1": "+491713920000", "pair-1": "491713920000", "google-cm-1": "+491713920000", "ca-drop-1": "1713920000", "plain-1": "0171 3920000"}},
		{"DE", " +49 (0)171 / 392-00.00 ", map[string]string{"uid2-1": "+491713920000", "pair-1": "491713920000", "plain-1": "+49 (0)171 / 392-00.00"}},
		{"DE", "0049 171 3920000", map[string]string{"uid2-1": "+491713920000"}},
		// There are places in Germany that are dialled 04917: without + it is one of them.
		{"DE", "491713920000", map[string]string{"pair-1": "49491713920000", "uid2-1": "+49491713920000"}},
		{"US", "491713920000", map[string]string{"pair-1": "(not-a-valid-number)", "uid2-1": "(not-a-valid-number)"}},
		{"FR", "0049 171 3920000", map[string]string{"uid2-1": "+491713920000"}},
		{"US", "011 49 171 3920000", map[string]string{"uid2-1": "+491713920000"}},
		{"US", "1 (234) 567-8901", map[string]string{"uid2-1": "+12345678901", "google-cm-1": "+12345678901"}},
		{"US", "+1(415)555-9317", map[string]string{"uid2-1": "+14155559317", "ca-drop-1": "4155559317"}},
		{"US", "1-800-FLOWERS", map[string]string{"uid2-1": "+18003569377", "plain-1": "1-800-flowers", "ca-drop-1": "(not-a-valid-number)"}},
		{"US", "201-555-0123 ext. 7", map[string]string{"uid2-1": "+12015550123", "plain-1": "201-555-0123 ext. 7"}},
		{"US", "tel:+1-201-555-0123", map[string]string{"uid2-1": "+12015550123"}},
		{"US", "\u202a+1 201 555 0123\u202c", map[string]string{"uid2-1": "+12015550123", "plain-1": "+1 201 555 0123"}},
		{"US", "\uff0b\uff11 201 555 0123", map[string]string{"uid2-1": "+12015550123", "plain-1": "+1 201 555 0123"}},
		{"US", "+1 201\u00a0555\u00a00123", map[string]string{"uid2-1": "+12015550123"}},
		{"US", "+1 201\u200b555 0123", map[string]string{"uid2-1": "+12015550123"}},
		{"CA", "(416) 555-0123", map[string]string{"uid2-1": "+14165550123"}},
		{"IT", "06 6982", map[string]string{"uid2-1": "+39066982"}},
		{"IT", "02 1234567", map[string]string{"uid2-1": "+39021234567", "pair-1": "39021234567"}},
		{"AR", "011 15 2345 6789", map[string]string{"uid2-1": "+5491123456789"}},
		{"DE", "+800 1234 5678", map[string]string{"uid2-1": "+80012345678"}},

		// Only UID2 takes numbers that are merely possible, and only with their country code.
		{"SG", "65 1243 5678", map[string]string{"uid2-1": "+6512435678", "google-cm-1": "(not-a-valid-number)", "pair-1": "(not-a-valid-number)", "plain-1": "(not-a-valid-number)"}},
		{"SG", "+6512435678", map[string]string{"uid2-1": "+6512435678", "google-cm-1": "(not-a-valid-number)"}},
		{"DE", "+4912345", map[string]string{"uid2-1": "+4912345"}},
		{"DE", "+49 (0)12345", map[string]string{"uid2-1": "(not-a-valid-number)"}},
		{"SG", "+65 12435", map[string]string{"uid2-1": "(not-a-valid-number)"}},
		{"US", "+1 2530000", map[string]string{"uid2-1": "(not-a-valid-number)"}},
		{"SG", "6512435678 ext. 1", map[string]string{"uid2-1": "(not-a-valid-number)"}},
		{"FR", "65 1243 5678", map[string]string{"uid2-1": "(not-a-valid-number)"}},
		{"SG", "1243 5678", map[string]string{"uid2-1": "(not-a-valid-number)"}},
		{"DE", "12345", map[string]string{"uid2-1": "(not-a-valid-number)", "pair-1": "(not-a-valid-number)", "ca-drop-1": "(not-a-valid-number)", "plain-1": "(not-a-valid-number)"}},
		// Germany has numbers longer than E.164 allows.
		{"DE", "+49 82732133414836", map[string]string{"uid2-1": "(not-a-valid-number)", "pair-1": "(not-a-valid-number)", "google-cm-1": "(not-a-valid-number)", "plain-1": "+49 82732133414836"}},

		{"DE", "", map[string]string{"uid2-1": "(empty)", "ca-drop-1": "(empty)", "plain-1": "(empty)"}},
		{"DE", " \u00a0\r\n", map[string]string{"uid2-1": "(empty)", "ca-drop-1": "(empty)"}},
		{"DE", "unknown", map[string]string{"uid2-1": "(not-a-number)", "ca-drop-1": "(not-a-number)", "plain-1": "(not-a-number)"}},
		{"DE", "+999 123456", map[string]string{"uid2-1": "(not-a-number)"}},
		{"DE", "0171\x003920000", map[string]string{"uid2-1": "(not-text)", "ca-drop-1": "(not-text)"}},
		{"DE", "0171\xff3920000", map[string]string{"uid2-1": "(not-text)"}},
		{"DE", "0171" + strings.Repeat(" ", 300) + "3920000", map[string]string{"uid2-1": "(not-a-number)", "plain-1": "(not-a-number)"}},
		{"DE", strings.Repeat("1", 16), map[string]string{"ca-drop-1": "(not-a-valid-number)"}},
		{"DE", strings.Repeat("0", 1<<20), map[string]string{"uid2-1": "(too-long)", "ca-drop-1": "(too-long)"}},
	} {
		for profile, want := range c.want {
			if got := answer(normaliser(t, profile, phoneIn(c.region)), c.cell); got != want {
				t.Errorf("%s, %s, %.40q: %q, want %q", profile, c.region, c.cell, got, want)
			}
		}
	}
}

// libphonenumber's own verdict, by the steps that number takes without a dial.
func byLibrary(text, region string) (string, bool) {
	n, err := phonenumbers.Parse(text, region)
	if err != nil || !phonenumbers.IsValidNumber(n) {
		return "", false
	}
	return phonenumbers.Format(n, phonenumbers.E164)[1:], true
}

// examples are valid numbers of every kind that the library knows, as country
// code and national number.
func examples(region string) (all [][2]string) {
	for kind := phonenumbers.FIXED_LINE; kind <= phonenumbers.VOICEMAIL; kind++ {
		n := phonenumbers.GetExampleNumberForType(region, kind)
		if n == nil {
			continue
		}
		all = append(all, [2]string{fmt.Sprint(n.GetCountryCode()), phonenumbers.GetNationalSignificantNumber(n)})
	}
	return all
}

// ways writes a number in the ways people do.
func ways(code, national string) []string {
	return []string{
		national, "0" + national, "1" + national, "8" + national, "0 " + national[:2] + "/" + national[2:],
		code + national, "+" + code + national, "+" + code + " (0)" + national, "+" + code + "-" + national[:2] + "." + national[2:],
		"00" + code + national, "011" + code + national, "0011 " + code + " " + national, "810" + code + national, "00 " + national,
	}
}

// mutate changes some digits of a number.
func mutate(rnd *rand.Rand, number string) string {
	b := []byte(number)
	for range rnd.IntN(3) {
		b[rnd.IntN(len(b))] = byte('0' + rnd.IntN(10))
	}
	switch rnd.IntN(6) {
	case 0:
		b = append(b, byte('0'+rnd.IntN(10)))
	case 1:
		b = b[:max(len(b)-1, 3)]
	}
	return string(b)
}

// The dial says what the library says, or nothing; and of what is valid it
// leaves little to the library. The numbers are of every kind in every region.
func TestDialIsTheLibrary(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 2))
	regions := slices.Sorted(maps.Keys(phonenumbers.GetSupportedRegions()))
	valid, answered := 0, 0
	for _, region := range regions {
		for _, e := range examples(region) {
			for _, text := range ways(e[0], mutate(rnd, e[1])) {
				from := region
				switch rnd.IntN(6) {
				case 0:
					from = regions[rnd.IntN(len(regions))]
				case 1, 2:
					continue // every way in some region is enough
				}
				want, ok := byLibrary(text, from)
				got, sure := newDial(from).number([]byte(text))
				if sure && (!ok || string(got) != want) {
					t.Errorf("%s, %q: the dial says %s, the library %q", from, text, got, want)
				}
				valid += count(ok)
				answered += count(sure)
			}
		}
	}
	if valid < 3_000 || answered < valid*99/100 {
		t.Errorf("of %d valid numbers %d were answered", valid, answered)
	}
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// FuzzDial takes the test above further.
func FuzzDial(f *testing.F) {
	for _, text := range []string{"0171 3920000", "+49 (0)171/3920000", "0049171", "011 49 171 3920000", "(201) 555-0123", "1 201 555 0123", "+", "++49171", "00", "8 912 345 67 89"} {
		for _, region := range []string{"DE", "US", "RU", "BR", "GB"} {
			f.Add(region, text)
		}
	}
	f.Fuzz(func(t *testing.T, region, text string) {
		if !isRegion(region) {
			return
		}
		want, ok := byLibrary(text, region)
		if got, sure := newDial(region).number([]byte(text)); sure && (!ok || string(got) != want) {
			t.Errorf("%s, %q: the dial says %s, the library %q", region, text, got, want)
		}
	})
}

// As above on digits without any plan.
func TestDialOnRandomDigits(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(3, 4))
	for _, region := range []string{"AR", "AU", "BR", "CA", "CH", "DE", "FR", "GB", "IN", "IT", "MX", "RU", "SG", "SM", "US"} {
		d := newDial(region)
		for range 150 {
			text := []byte("+")[rnd.IntN(2):]
			for range 4 + rnd.IntN(12) {
				text = append(text, byte('0'+rnd.IntN(10)))
			}
			want, ok := byLibrary(string(text), region)
			if got, sure := d.number(text); sure && (!ok || string(got) != want) {
				t.Errorf("%s, %q: the dial says %s, the library %q", region, text, got, want)
			}
		}
	}
}

func FuzzPhone(f *testing.F) {
	for _, cell := range []string{"0171 3920000", "+65 1243 5678", "1 (234) 567-8901", "tel:+1-201-555-0123;ext=7", "+39 02 1234567",
		"\uff10171", "1-800-FLOWERS", "00", "+", "+49 (0)171/3920000", "\x00", "\xff", ";phone-context=+1", "011 15 2345 6789"} {
		for i := range Profiles() {
			f.Add(uint8(i), uint8(i), cell)
		}
	}
	regions := []string{"US", "DE", "IT", "AR", "GB", "SG", "MX", "KZ"}
	f.Fuzz(func(t *testing.T, profile, region uint8, cell string) {
		name, from := Profiles()[int(profile)%len(profiles)], regions[int(region)%len(regions)]
		n := normaliser(t, name, phoneIn(from))
		value, reason := n.Append(nil, []byte(cell))
		if reason != Usable {
			return
		}
		if size := len(digits(value)); name != "plain-1" && (size < 4 || size > 15 || size < len(value)-1) {
			t.Errorf("%s, %s, %q: %q is no number", name, from, cell, value)
		}
		// A value is read as itself. Only pair-1 needs its + back: digits alone
		// are a number of the region.
		again := value
		if name == "pair-1" {
			again = append([]byte("+"), value...)
		}
		if got, reason := n.Append(nil, again); string(got) != string(value) {
			t.Errorf("%s, %s, %q: %q became %q (%v) when read again", name, from, cell, value, got, reason)
		}
	})
}

func BenchmarkPhone(b *testing.B) {
	for _, c := range []struct{ region, cell string }{
		{"DE", "0171 3920000"}, {"DE", "+49 171 3920000"}, {"US", "(201) 555-0123"}, {"US", "+14165550123"}, {"US", "201-555-0123 ext. 7"},
	} {
		b.Run(c.region+c.cell, func(b *testing.B) {
			n := normaliser(b, "uid2-1", phoneIn(c.region))
			cell, out := []byte(c.cell), []byte(nil)
			for b.Loop() {
				out, _ = n.Append(out[:0], cell)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
