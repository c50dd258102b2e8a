package synth

import (
	"math/rand/v2"
	"strings"
)

// gmail is the one domain whose dots and tags uid2-1 ignores.
const gmail = "gmail.com"

// writeNames writes a name as a clerk might.
func writeNames(d *rand.Rand, first, last name) (given, family string) {
	given, family = first.written, last.written
	switch rank(d, 80, 88, 94) {
	case 1:
		return strings.ToUpper(given), strings.ToUpper(family)
	case 2:
		return title(first.plain), title(last.plain)
	case 3:
		return given + " ", " " + family
	}
	return given, family
}

// brokenEmails are cells that hold no address; %s is a name.
var brokenEmails = []string{"n/a", "%s@", "@example.com", "%s@example", "%s..x@example.com", "%s mail@example.com",
	"%s@@example.com", "%s(at)example.com", "-"}

// writeEmail writes an address as it comes out of a form or a till.
func writeEmail(d *rand.Rand, e *entry) string {
	switch e.email {
	case missing:
		return ""
	case broken:
		return strings.ReplaceAll(draw(d, brokenEmails), "%s", e.first.plain)
	case another:
		return recase(d, e.other())
	}
	if e.domain == gmail {
		return recase(d, ignored(d, e.local)+"@"+gmail)
	}
	return recase(d, e.local+"@"+e.domain)
}

// ignored adds to a local part what gmail.com does not look at.
func ignored(d *rand.Rand, local string) string {
	switch rank(d, 60, 75, 88) {
	case 1:
		return strings.ReplaceAll(local, ".", "")
	case 2:
		at := 1 + d.IntN(2)
		return local[:at] + "." + local[at:]
	case 3:
		return local + "+" + draw(d, []string{"miles", "card", "news", "2024"})
	}
	return local
}

// recase writes an address in another case, or with blanks around it.
func recase(d *rand.Rand, address string) string {
	switch rank(d, 70, 82, 90, 96) {
	case 1:
		return title(address)
	case 2:
		return strings.ToUpper(address)
	case 3:
		return " " + address
	case 4:
		return address + "  "
	}
	return address
}

// brokenPhones are cells that hold no number.
var brokenPhones = []string{"12345", "0158 12", "unbekannt", "-", "0"}

// writePhone writes a number with or without its country's code.
func writePhone(d *rand.Rand, e *entry) string {
	switch e.phone {
	case missing:
		return ""
	case broken:
		return draw(d, brokenPhones)
	}
	n := digits(e.person.phone)
	switch rank(d, 30, 45, 55, 65, 85, 93) {
	case 1:
		return "0" + n
	case 2:
		return "0" + n[:3] + "/" + n[3:]
	case 3:
		return "(0" + n[:3] + ") " + n[3:7] + "-" + n[7:]
	case 4:
		return "+49" + n
	case 5:
		return "+49 (0) " + n[:3] + " " + n[3:7] + " " + n[7:]
	case 6:
		return "0049 " + n[:3] + " " + n[3:]
	}
	return "0" + n[:3] + " " + n[3:]
}
