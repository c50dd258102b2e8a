package consent

import (
	"errors"

	"mandorla/consent/gpp"
)

// A gppJudge wants a GPP string whose sections all let a person take part.
//
// Where it is known in which country and state the person is, the sections for
// there decide, of which there must be one. Of the others, a consent that is
// not there does not count, nor one that is; but an opt-out does, and what
// cannot be read, as that may be one.
type gppJudge struct {
	tcf   *tcfJudge
	reach [gpp.Last + 1]places // of sections, by number
}

func newGPPJudge(t *tcfJudge) *gppJudge {
	g := &gppJudge{tcf: t}
	for id := range g.reach {
		g.reach[id] = reachOf(gpp.Place(id))
	}
	return g
}

// framework is where the European framework is in use.
var framework = []string{"EEA", "GB", "CH"}

// reachOf is the set of places that a section speaks for.
func reachOf(place string) places {
	codes := []string{place}
	switch place {
	case "":
		return places{}
	case "EEA":
		codes = framework
	}
	reach, _ := within(codes) // codes of the tables, which a test reads
	return reach
}

func buildGPP(b *builder, e Entry) (judge, error) {
	t, err := b.tcf(e)
	if err != nil {
		return nil, err
	}
	return newGPPJudge(t).judge, nil
}

func (g *gppJudge) judge(r *row) Reason {
	if len(r.cells[0]) == 0 {
		return Missing
	}
	s, err := gpp.Parse(r.cells[0])
	if err != nil {
		return unreadable(err)
	}
	verdict, spoken := Eligible, false
	for i := range s.Len() {
		section, consented := s.Section(i), r.consented
		v := g.section(section, r)
		if g.speaks(section.ID, r.place) {
			spoken = true
			verdict = first(verdict, v)
			continue
		}
		r.consented = consented
		if v == OptOut || v == Unsupported || v == Unreadable {
			verdict = first(verdict, v)
		}
	}
	if !spoken {
		return first(verdict, Jurisdiction)
	}
	return verdict
}

// speaks reports whether a section is about people who are there. Where it is
// not known where they are, every section is.
func (g *gppJudge) speaks(id int, at place) bool {
	return at == nowhere || id <= gpp.Last && g.reach[id].has(at)
}

// section judges one section. Section 2 is a TC string; what is deprecated,
// reserved or has no rule here is a no.
func (g *gppJudge) section(s gpp.Section, r *row) Reason {
	switch s.ID {
	case gpp.Europe:
		return g.tcf.judge(s.Body, r)
	case gpp.Privacy:
		return usPrivacy(s.Body)
	}
	us, err := s.US()
	switch {
	case us.OptedOut(): // whether or not the rest can be read
		return OptOut
	case err != nil:
		return unreadable(err)
	case !us.Known:
		return Unsupported
	case !us.Defined():
		return Unreadable
	}
	return Eligible
}

// unreadable is what an error of the decoder means.
func unreadable(err error) Reason {
	if errors.Is(err, gpp.ErrVersion) || errors.Is(err, gpp.ErrUnknown) {
		return Unsupported
	}
	return Unreadable
}

// judgeUSPrivacy wants a US privacy string that says no opt-out.
func judgeUSPrivacy(r *row) Reason {
	if len(r.cells[0]) == 0 {
		return Missing
	}
	return usPrivacy(r.cells[0])
}

func usPrivacy(text []byte) Reason {
	sale, err := gpp.USPrivacy(text)
	switch {
	case err != nil:
		return unreadable(err)
	case sale == gpp.OptedOut:
		return OptOut
	}
	return Eligible
}
