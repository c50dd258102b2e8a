package gpp

import (
	"bytes"

	"mandorla/consent/bits"
)

// A Choice is what a person chose, in two bits.
type Choice uint8

// The choices. A fourth value is in no specification.
const (
	NotApplicable Choice = iota // also where the section has no such field
	OptedOut
	NotOptedOut
	undefined
)

// US is what a section of the United States, nation or state, says.
type US struct {
	Version                 int
	Known                   bool // whether the version is; if not, it was read as version 1
	Sale, Sharing, Targeted Choice
	GPC                     bool
}

// OptedOut reports whether the person opted out of anything, also by Global
// Privacy Control.
func (u US) OptedOut() bool {
	return u.Sale == OptedOut || u.Sharing == OptedOut || u.Targeted == OptedOut || u.GPC
}

// Defined reports whether every choice has a meaning.
func (u US) Defined() bool {
	return u.Sale != undefined && u.Sharing != undefined && u.Targeted != undefined
}

// US decodes a section from 7 to 27.
func (s Section) US() (US, error) {
	t := tableOf(s.ID)
	switch {
	case t == nil || t.form == opaque:
		return US{}, ErrUnknown
	case t.form == headered:
		return s.headered(t)
	}
	return s.legacy(t)
}

var dot = []byte{'.'}

// legacy reads a core that starts with its version and, behind it, the one
// sub-section that a table may have.
func (s Section) legacy(t *table) (US, error) {
	core, sub, more := bytes.Cut(s.Body, dot)
	r := bits.New(core)
	u := US{Version: r.Int(6)}
	if err := u.core(t, core); err != nil || !more {
		return u, err
	}
	return u, u.sub(t, sub)
}

// headered reads a section's header, its core, and the sub-section if the
// header lists it. The core is never listed.
func (s Section) headered(t *table) (US, error) {
	header, rest, _ := bytes.Cut(s.Body, dot)
	r := bits.New(header)
	id := r.Int(6)
	u := US{Version: r.Int(6)}
	var subs list
	n, err := readIDs(&r, &subs)
	if err != nil || id != s.ID || !r.Zero() {
		return u, ErrMalformed
	}
	core, sub, more := bytes.Cut(rest, dot)
	if listed := n == 1 && subs[0] == 1; n > 0 && !listed || more != listed {
		return u, ErrMalformed
	}
	if err := u.core(t, core); err != nil || !more {
		return u, err
	}
	return u, u.sub(t, sub)
}

// core reads the choices out of the core, by the table of its version. A core
// of a known version ends where its fields do, but for zeros to pad it.
func (u *US) core(t *table, text []byte) error {
	all := layouts[t.id-1].core
	l := all[0]
	if u.Known = 1 <= u.Version && u.Version <= len(all); u.Known {
		l = all[u.Version-1]
	}
	r := bits.New(text)
	u.Sale, u.Sharing, u.Targeted = choice(r, l.sale), choice(r, l.sharing), choice(r, l.targeted)
	r.Skip(l.bits)
	if r.Bad() || u.Known && !r.Zero() {
		return ErrMalformed
	}
	return nil
}

// choice reads the two bits at a place.
func choice(r bits.Reader, at int) Choice {
	if at == absent {
		return NotApplicable
	}
	r.Skip(at)
	return Choice(r.Uint(2))
}

// sub reads the sub-section. Where it has the Global Privacy Control, it starts
// with its type, which is 1.
func (u *US) sub(t *table, text []byte) error {
	if t.sub == "" {
		return ErrMalformed
	}
	l := layouts[t.id-1].sub
	r := bits.New(text)
	if l.gpc != absent {
		if kind := r.Int(l.gpc); kind != 1 {
			return ErrMalformed
		}
		u.GPC = r.Bool()
		l.bits = 0
	}
	r.Skip(l.bits)
	if !r.Zero() {
		return ErrMalformed
	}
	return nil
}
