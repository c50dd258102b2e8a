package identity

import (
	"strings"
	"testing"
	"unicode/utf8"
)

var emailSpec = Spec{Type: Email, Columns: []string{"email"}}

// everywhere is what all profiles answer.
func everywhere(want string) map[string]string {
	all := map[string]string{}
	for _, p := range Profiles() {
		all[p] = want
	}
	return all
}

// label is as long as a label of a domain can be.
var label = strings.Repeat("a", 63)

// emails is cells and what becomes of them, by profile: the value, or the
// reason in brackets.
var emails = []struct {
	cell string
	want map[string]string
}{
	{"Jane@Example.COM", everywhere("jane@example.com")},
	{" \t\r\n\x00jane@example.com\x7f\u00a0\ufeff", everywhere("jane@example.com")},
	{"\u200bjane@example.com\u200e", everywhere("jane@example.com")},
	{"jane.doe+x@example.com", everywhere("jane.doe+x@example.com")},
	{"!#$%&'*+-/=?^_`{|}~@example.com", everywhere("!#$%&'*+-/=?^_`{|}~@example.com")},
	{"jane@my_host.example.com", everywhere("jane@my_host.example.com")},
	{"jane@xn--mnchen-3ya.de", everywhere("jane@xn--mnchen-3ya.de")},
	{"jane@1and1.com", everywhere("jane@1and1.com")},
	{"jane@a--b.c-d.example", everywhere("jane@a--b.c-d.example")},
	{strings.Repeat("a", 64) + "@" + label + ".com", everywhere(strings.Repeat("a", 64) + "@" + label + ".com")},

	{"Jane.Doe+Work@Gmail.com", map[string]string{"uid2-1": "janedoe@gmail.com", "pair-1": "jane.doe+work@gmail.com",
		"google-cm-1": "janedoe+work@gmail.com", "ca-drop-1": "jane.doe+work@gmail.com", "plain-1": "jane.doe+work@gmail.com"}},
	{"Jane.Doe+Work@GoogleMail.com", map[string]string{"uid2-1": "jane.doe+work@googlemail.com", "pair-1": "jane.doe+work@googlemail.com",
		"google-cm-1": "janedoe+work@googlemail.com", "ca-drop-1": "jane.doe+work@googlemail.com", "plain-1": "jane.doe+work@googlemail.com"}},
	{"jane.doe+a+b@sub.gmail.com", everywhere("jane.doe+a+b@sub.gmail.com")},
	{"jane.+a@gmail.com", map[string]string{"uid2-1": "jane@gmail.com", "google-cm-1": "jane+a@gmail.com"}},
	{"+a@gmail.com", map[string]string{"uid2-1": "(bad-local-part)", "google-cm-1": "+a@gmail.com", "plain-1": "+a@gmail.com"}},

	// Beyond ASCII: lower case in NFC, the domain by IDNA; plain-1 folds and leaves the domain.
	{"J\u00dcRGEN@example.com", everywhere("j\u00fcrgen@example.com")},
	{"Ju\u0308rgen@example.com", everywhere("j\u00fcrgen@example.com")},
	{"J\u00dcRGEN@my_host.example.com", everywhere("j\u00fcrgen@my_host.example.com")},
	{"J.\u00dcr@gmail.com", map[string]string{"uid2-1": "j\u00fcr@gmail.com", "pair-1": "j.\u00fcr@gmail.com"}},
	{"STRA\u1e9eE@example.com", map[string]string{"uid2-1": "stra\u00dfe@example.com", "plain-1": "strasse@example.com"}},
	{"jane@M\u00dcNCHEN.de", map[string]string{"uid2-1": "jane@xn--mnchen-3ya.de", "pair-1": "jane@xn--mnchen-3ya.de", "plain-1": "jane@m\u00fcnchen.de"}},
	{"jane@Mu\u0308nchen.de", map[string]string{"uid2-1": "jane@xn--mnchen-3ya.de", "plain-1": "jane@m\u00fcnchen.de"}},
	{"jane@fa\u00df.de", map[string]string{"uid2-1": "jane@xn--fa-hia.de"}},
	{"jane@\u4f8b\u3048.jp", map[string]string{"uid2-1": "jane@xn--r8jz45g.jp", "plain-1": "jane@\u4f8b\u3048.jp"}},
	{"\uff2aane\uff20example\uff0ecom", map[string]string{"plain-1": "jane@example.com", "uid2-1": "(no-at-sign)"}},

	{"", everywhere("(empty)")},
	{" \u00a0\ufeff\r\n", everywhere("(empty)")},
	{"jane", everywhere("(no-at-sign)")},
	{"j\u00fcrgen", everywhere("(no-at-sign)")},
	{"jane@", everywhere("(no-domain)")},
	{"@", everywhere("(no-domain)")},
	{"u@e", everywhere("(no-domain)")},
	{"j\u00fc@e", everywhere("(no-domain)")},
	{"jane@localhost", everywhere("(no-domain)")},
	{"@example.com", everywhere("(bad-local-part)")},
	{"jane@example.com.", everywhere("(bad-domain)")},
	{"jane@m\u00fcnchen.de.", everywhere("(bad-domain)")},
	{"jane@.example.com", everywhere("(bad-domain)")},
	{"jane@example..com", everywhere("(bad-domain)")},
	{"jane@-example.com", everywhere("(bad-domain)")},
	{"jane@example-.com", everywhere("(bad-domain)")},
	{"jane@example.com-", everywhere("(bad-domain)")},
	{"jane@example.c", everywhere("(bad-domain)")},
	{"jane@127.0.0.1", everywhere("(bad-domain)")},
	{"jane@[127.0.0.1]", everywhere("(bad-domain)")},
	{"jane@example.com, john@example.com", everywhere("(bad-local-part)")},
	{"jane@exam ple.com", everywhere("(bad-domain)")},
	{"jane@exam\r\nple.com", everywhere("(bad-domain)")},
	{"jane@exam\x00ple.com", everywhere("(bad-domain)")},
	{"jane@\u00fc\u0000.com", everywhere("(bad-domain)")},
	{"jane@" + label + "a.com", everywhere("(bad-domain)")},
	{"jane@" + strings.Repeat(label+".", 4) + "com", everywhere("(bad-domain)")},
	{"jane@example.com>", everywhere("(bad-domain)")},
	{"<jane@example.com", everywhere("(bad-local-part)")},
	{"Jane Doe <jane@example.com>", everywhere("(bad-domain)")},
	{"mailto:jane@example.com", everywhere("(bad-local-part)")},
	{"\"jane doe\"@example.com", everywhere("(bad-local-part)")},
	{"\"jane\"@example.com", everywhere("(bad-local-part)")},
	{"jane(work)@example.com", everywhere("(bad-local-part)")},
	{"jane doe@example.com", everywhere("(bad-local-part)")},
	{"a@b@example.com", everywhere("(bad-local-part)")},
	{".jane@example.com", everywhere("(bad-local-part)")},
	{"jane.@example.com", everywhere("(bad-local-part)")},
	{"ja..ne@example.com", everywhere("(bad-local-part)")},
	{"ja\x00ne@example.com", everywhere("(bad-local-part)")},
	{"ja\u200bne@example.com", everywhere("(bad-local-part)")},
	{"ja\u00a0ne@example.com", everywhere("(bad-local-part)")},
	{"ja\u0085ne@example.com", everywhere("(bad-local-part)")},
	{"ja\ufffdne@example.com", everywhere("(bad-local-part)")},
	{strings.Repeat("a", 65) + "@example.com", everywhere("(bad-local-part)")},
	{strings.Repeat("\u00fc", 33) + "@example.com", everywhere("(bad-local-part)")},
	{"ja\xffne@example.com", everywhere("(not-text)")},
	{"jane@ex\xc3.com", everywhere("(not-text)")},
	{strings.Repeat("a", 1<<20) + "@example.com", everywhere("(too-long)")},
}

func TestEmail(t *testing.T) {
	for _, c := range emails {
		for profile, want := range c.want {
			if got := answer(normaliser(t, profile, emailSpec), c.cell); got != want {
				t.Errorf("%s, %.60q: %.60q, want %.60q", profile, c.cell, got, want)
			}
		}
	}
}

// What stands before an e-mail address in the buffer stays, whatever becomes
// of the address.
func TestEmailAppends(t *testing.T) {
	for _, cell := range []string{"J.ane+x@gmail.com", "J\u00dc.R@gmail.com", "jane@", "j\u00fc@", "\xff@a.com", ""} {
		for _, profile := range Profiles() {
			n := normaliser(t, profile, emailSpec)
			alone, reason := n.Append(nil, []byte(cell))
			behind, again := n.Append([]byte("before|"), []byte(cell))
			if string(behind) != "before|"+string(alone) || reason != again {
				t.Errorf("%s, %q: %q behind something, %q alone", profile, cell, behind, alone)
			}
		}
	}
}

func FuzzEmail(f *testing.F) {
	for _, cell := range []string{"Jane.Doe+x@GMAIL.com", "j\u00fcrgen@m\u00fcnchen.de", "u@e", "\"a b\"@c.de", "A <a@b.de>", "a@b@c.de",
		"a@xn--mnchen-3ya.de", "\ufeffa@b.de.", "\u212a@\u212a.de", "\u0130@b.de", "a\u0301\u0327@b.de", "\uff41\uff20b.de", "\xff@b.de", "+@gmail.com", "a@b\u3002de"} {
		for i := range Profiles() {
			f.Add(uint8(i), cell)
		}
	}
	f.Fuzz(func(t *testing.T, profile uint8, cell string) {
		n := normaliser(t, Profiles()[int(profile)%len(profiles)], emailSpec)
		value, reason := n.Append(nil, []byte(cell))
		if reason != Usable {
			if len(value) > 0 {
				t.Errorf("%s, %q: refused, and yet %q", n.Name(), cell, value)
			}
			return
		}
		local, domain, _ := strings.Cut(string(value), "@")
		if local == "" || !strings.ContainsAny(domain, ".\u3002") || !utf8.Valid(value) || strings.ContainsAny(string(value), " \"<>(),;:\\") {
			t.Errorf("%s, %q: %q is no address", n.Name(), cell, value)
		}
		if again, reason := n.Append(nil, value); string(again) != string(value) {
			t.Errorf("%s, %q: %q became %q (%v) when read again", n.Name(), cell, value, again, reason)
		}
	})
}

func BenchmarkEmail(b *testing.B) {
	for _, c := range []struct{ name, cell string }{
		{"plain", "jane.saoirse@example.com"}, {"gmail", "Jane.Saoirse+Work@gmail.com"}, {"foreign", "j\u00fcrgen@m\u00fcnchen.de"},
	} {
		b.Run(c.name, func(b *testing.B) {
			n := normaliser(b, "uid2-1", emailSpec)
			cell, out := []byte(c.cell), []byte(nil)
			for b.Loop() {
				out, _ = n.Append(out[:0], cell)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
