package legal

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"
)

var codeForm = regexp.MustCompile(`^(EEA|[A-Z]{2}(-[A-Z0-9]{1,3})?)$`)

func readPlaces(raw []rawPlace, at []*yaml.Node) ([]place, error) {
	if len(raw) > maxPlaces {
		return nil, malformed(at[maxPlaces].Line, "more than %d jurisdictions", maxPlaces)
	}
	var all []place
	for i, p := range raw {
		listed := func(code string) bool {
			return slices.ContainsFunc(all, func(q place) bool { return q.code == code })
		}
		country, _, isState := strings.Cut(p.Code, "-")
		switch {
		case p.Code == "UK" || country == "UK":
			return nil, malformed(at[i].Line, "the United Kingdom is GB in ISO 3166; write GB")
		case !codeForm.MatchString(p.Code):
			return nil, malformed(at[i].Line, "code must be a place such as DE, US-CA, EU or EEA")
		case listed(p.Code):
			return nil, malformed(at[i].Line, "%s stands there twice; keep one", p.Code)
		case isState && p.Within != "":
			return nil, malformed(at[i].Line, "%s lies in %s by its name; leave within out", p.Code, country)
		case isState && !listed(country):
			return nil, malformed(at[i].Line, "%s has to stand above %s", country, p.Code)
		case p.Within != "" && !listed(p.Within):
			return nil, malformed(at[i].Line, "within must be a place that stands above")
		}
		all = append(all, place{p.Code, p.Within})
	}
	return all, nil
}

func readLines(raw []rawLine, at []*yaml.Node, places []place) ([]Line, error) {
	if len(raw) == 0 {
		return nil, malformed(1, "lines are missing; start from the built-in rules")
	}
	if len(raw) > maxLines {
		return nil, malformed(at[maxLines].Line, "more than %d lines", maxLines)
	}
	var all []Line
	for i, r := range raw {
		l, problem := readLine(r, places)
		if problem != "" {
			return nil, malformed(at[i].Line, "%s", problem)
		}
		all = append(all, l)
	}
	return all, nil
}

// readLine reads one line, or says what is wrong with it.
func readLine(r rawLine, places []place) (Line, string) {
	l := Line{
		In: r.In, Kinds: r.Kinds, Notice: r.Notice, GPC: r.GPC, DeletionList: r.DeletionList, LeastAge: r.LeastAge,
		From: r.From.Time, Until: r.Until.Time, AsOf: r.AsOf.Time, Statute: r.Statute, URL: r.URL, Why: r.Why,
	}
	consent, financial := slices.Index(consentWords, r.Consent), slices.Index(financialWords, r.Financial)
	switch {
	case !slices.ContainsFunc(places, func(p place) bool { return p.code == r.In }):
		return l, "in must be one of the jurisdictions above"
	case len(r.Kinds) == 0 || !distinctKinds(r.Kinds):
		return l, "kinds must be some of " + strings.Join(Kinds(), ", ") + ", each once"
	case consent < 0:
		return l, "consent must be none, opt-out or opt-in"
	case financial < 0:
		return l, "financial must be one of " + strings.Join(financialWords[1:], ", ")
	case r.LeastAge < 0 || r.LeastAge > maxAge:
		return l, "least_age must be 1 to 99"
	}
	l.Consent, l.Financial = Consent(consent), Financial(financial)
	return l, l.problem()
}

// problem says what a line lacks.
func (l Line) problem() string {
	switch {
	case l.Consent == Unsaid && l.Financial == NoFinancial && !l.Notice && !l.GPC && !l.DeletionList && l.LeastAge == 0:
		return "asks for nothing; say consent, notice, gpc, financial, deletion_list or least_age"
	case l.AsOf.IsZero():
		return "as_of is missing: the day on which somebody compared the line with its source"
	case !l.From.IsZero() && !l.Until.IsZero() && l.Until.Before(l.From):
		return "until lies before from; swap or change them"
	case !oneLine(l.Statute):
		return "statute must name the source in one line"
	case !public(l.URL):
		return "url must be the address of a public source, beginning with https://"
	case !oneLine(l.Why):
		return "why must say in one line how the line follows from its source"
	}
	return ""
}

func distinctKinds(kinds []string) bool {
	for i, k := range kinds {
		if !slices.Contains(Kinds(), k) || slices.Contains(kinds[:i], k) {
			return false
		}
	}
	return true
}

func oneLine(s string) bool {
	return strings.TrimSpace(s) != "" && len(s) <= maxText && !strings.ContainsFunc(s, unicode.IsControl)
}

func public(address string) bool {
	u, err := url.Parse(address)
	return err == nil && oneLine(address) && u.Scheme == "https" && u.Host != "" && u.User == nil
}
