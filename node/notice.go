package node

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"mandorla/agreement"
	"mandorla/agreement/notice"
	"mandorla/agreement/purpose"
)

// noticeFile is what the company has to say itself in notices and records.
const noticeFile = "notice.yaml"

// Notice is what this node's company tells its customers about an agreement
// (GDPR Art. 13 and 14), in "en" or "de". It is refused while a point is missing.
func Notice(dir string, a *agreement.Agreement, language string) (string, error) {
	f, err := facts(dir, a)
	if err != nil {
		return "", err
	}
	text, err := f.Text(language)
	if err != nil {
		return "", unusable("%s: %w", noticeFile, err)
	}
	return text, nil
}

// tellsEverybody reports whether the company's notice for an agreement is
// complete, in either language.
func tellsEverybody(dir string, a *agreement.Agreement) bool {
	f, err := facts(dir, a)
	return err == nil && (notice.Check(f, notice.English) == nil || notice.Check(f, notice.German) == nil)
}

// Record is the record of processing activities (GDPR Art. 30) of some
// agreements, as "csv" or "jsonld".
func Record(dir string, agreements []*agreement.Agreement, language, format string) ([]byte, error) {
	var all []notice.Facts
	for _, a := range agreements {
		f, err := facts(dir, a)
		if err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	write := notice.CSV
	if format == "jsonld" {
		write = notice.JSONLD
	}
	out, err := write(all, language)
	if err != nil {
		return nil, unusable("%s: %w", noticeFile, err)
	}
	return out, nil
}

// NoticeDraft is a commented notice.yaml to fill in.
func NoticeDraft() string { return notice.Draft() }

// facts are all that texts about an agreement are written from.
func facts(dir string, a *agreement.Agreement) (notice.Facts, error) {
	config, err := ReadConfig(dir)
	if err != nil {
		return notice.Facts{}, err
	}
	s, err := sharing(a, config.Name)
	if err != nil {
		return notice.Facts{}, err
	}
	b, err := os.ReadFile(filepath.Join(dir, noticeFile))
	if errors.Is(err, os.ErrNotExist) {
		return notice.Facts{}, unusable("%s: missing in %s; `mandorla agreement notice --draft` prints one to fill in", noticeFile, dir)
	}
	if err != nil {
		return notice.Facts{}, err
	}
	company, err := notice.ReadCompany(b)
	if err != nil {
		return notice.Facts{}, unusable("%s: %w", noticeFile, err)
	}
	return notice.Facts{Company: company, Sharing: s}, nil
}

// sharing is what the agreement says, as this member sees it.
func sharing(a *agreement.Agreement, self string) (s notice.Sharing, err error) {
	t := &a.Terms
	if self == t.Combiner.Name {
		return s, refuse("agreement %s: %s has no customers of its own here; the members write notices and records", t.Agreement, self)
	}
	if _, err := t.Peer(self); err != nil {
		return s, refuse("%w", err)
	}
	c := t.Conditions
	s = notice.Sharing{Agreement: t.Agreement, ID: a.ID(), Kind: t.Kind, Partners: t.Others(self), Brands: c.Brands,
		Processor: t.Kind == agreement.ServiceProvider && c.Vendor == self,
		Purpose:   t.Purpose, Purposes: aims(t), Exact: t.Rules.Exact(), MinGroupSize: t.Rules.MinGroupSize,
		Keeps: notice.Period{N: c.Retention.N, Unit: c.Retention.Unit}, Onward: c.OnwardTransfer, DeleteBy: c.DeleteBy,
		From: t.Valid.From, Until: t.Valid.Until, Passed: passed(t, self)}
	if t.Helped() {
		s.Helper = t.Combiner.Name
	} else {
		s.Combiner = t.Combiner.Name
	}
	for _, id := range t.Identifiers.Types {
		s.Identifiers = append(s.Identifiers, id.String())
	}
	for _, name := range agreement.AllAnalyses {
		if analysis := t.Analyses.ByName(name); analysis != nil {
			shareAnalysis(&s, name, analysis, self)
		}
	}
	slices.Sort(s.Columns)
	s.Columns = slices.Compact(s.Columns)
	s.KeyLasts = notice.Period{N: longestEpoch(t), Unit: "day"}
	return s, nil
}

// longestEpoch is for how many days at most an analysis keeps a key for later runs.
func longestEpoch(t *agreement.Terms) (days int) {
	for _, name := range agreement.AllAnalyses {
		if analysis := t.Analyses.ByName(name); analysis != nil {
			days = max(days, int(analysis.EpochDays))
		}
	}
	return days
}

// aims are the purposes: terms of the vocabulary, or else what the agreement says
// in its members' words.
func aims(t *agreement.Terms) (all []notice.Purpose) {
	for _, term := range t.Purposes {
		all = append(all, notice.Purpose{Term: term, Words: notice.Text{EN: purpose.Words(term, "en"), DE: purpose.Words(term, "de")}})
	}
	if len(all) > 0 {
		return all
	}
	return []notice.Purpose{{Words: notice.Text{EN: fmt.Sprintf("for what our agreement calls “%s”", t.Purpose),
		DE: fmt.Sprintf("um zu erreichen, was unsere Vereinbarung so nennt: „%s“", t.Purpose)}}}
}

// shareAnalysis adds what one analysis reads, and gives to whom.
func shareAnalysis(s *notice.Sharing, name string, a *agreement.Analysis, self string) {
	for _, columns := range []map[string][]string{a.Dimensions, a.Measures, a.Columns} {
		s.Columns = append(s.Columns, columns[self]...)
	}
	r := notice.Result{Analysis: name, Own: a.Learns(self), What: a.Release}
	if name == agreement.Size {
		r.What = slices.DeleteFunc([]string{agreement.Person, agreement.Household}, func(what string) bool { return !a.Counts(what) })
	}
	for _, peer := range s.Partners {
		if a.Learns(peer) {
			r.Peers = append(r.Peers, peer)
		}
		if r.Own {
			s.Figures = append(s.Figures, slices.Concat(a.Dimensions[peer], a.Measures[peer])...)
			s.Received = append(s.Received, handed(name, a)[peer]...)
		}
	}
	if len(r.Peers) > 0 {
		r.Gives = handed(name, a)[self]
	}
	s.Results = append(s.Results, r)
}

// handed are the columns that the others are given of single people; those of other
// analyses stay with their owner.
func handed(name string, a *agreement.Analysis) map[string][]string {
	if name == agreement.Append || name == agreement.NetNames {
		return a.Columns
	}
	return nil
}

// passed are those whom this member's rows may leave to.
func passed(t *agreement.Terms, self string) (all []notice.Passed) {
	if t.Activate == nil || t.Activate.Columns[self] == nil {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(t.Activate.Recipients)) {
		all = append(all, notice.Passed{To: name, Columns: t.Activate.Columns[self], Days: t.Activate.Days})
	}
	return all
}

// Refusals judges every open agreement by the legal rules, the policy and the
// table's columns as they are now, and says what is refused and why: what to look
// at when any of them has changed.
func (n *Node) Refusals() (lines []string, err error) {
	known, err := n.agreements()
	if err != nil {
		return nil, err
	}
	for _, a := range known {
		if a.Over(n.now()) {
			continue
		}
		for _, name := range agreement.AllAnalyses {
			for _, by := range []string{agreement.Person, agreement.Household} {
				if analysis := a.Terms.Analyses.ByName(name); analysis != nil && analysis.Counts(by) {
					lines = append(lines, n.refusal(a, name, by)...)
				}
			}
		}
	}
	return lines, nil
}

// refusal says why an analysis is refused, if it is.
func (n *Node) refusal(a *agreement.Agreement, name, by string) []string {
	_, err := n.planOf(Request{Analysis: name, Agreement: a, By: by})
	if !errors.Is(err, ErrRefused) && !errors.Is(err, ErrInput) {
		return nil
	}
	return []string{fmt.Sprintf("%s: %s: %s", a.Terms.Agreement, name, strings.TrimPrefix(err.Error(), ErrRefused.Error()+": "))}
}
