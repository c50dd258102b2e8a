package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"mandorla/node"
)

// A page is a table for people: two columns, or more.
type page struct {
	w *tabwriter.Writer
}

func newPage(w io.Writer) page { return page{tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)} }

// line writes one line, its cells aligned with those above.
func (p page) line(cells ...any) {
	text := make([]string, len(cells))
	for i, c := range cells {
		text[i] = fmt.Sprint(c)
	}
	fmt.Fprintln(p.w, strings.Join(text, "\t"))
}

// printResult is a finished run for people.
func printResult(w io.Writer, r *node.Result) error {
	p := newPage(w)
	p.line("run", r.Run)
	p.line("analysis", r.Analysis+" with "+with(r))
	if r.By != "" {
		p.line("counted", r.By+"s")
	}
	p.line("state", r.State)
	if r.Group == nil {
		p.line(headline(r))
	}
	if r.Repeated {
		p.line("repeated", "the inputs are those of this earlier run: its release again, and nothing spent")
	}
	if r.Sample > 0 {
		p.line("estimate", "both nodes drew the same sample of people; nobody learns who is shared. It costs what a whole size run does, for a sample of people known to both protects nobody in it")
	}
	if r.Epsilon != "" && !r.Repeated {
		p.line("spent", "epsilon "+r.Epsilon+" of the budget")
	}
	for _, l := range r.Levels {
		if l.Count != nil {
			p.line("  "+foundBy(r)+l.Type, *l.Count)
		}
	}
	printEpoch(p, r)
	printSendList(p, r)
	printPlan(p, r.FrequencyCap)
	printSale(p, r.Sale)
	p.line("own rows", fmt.Sprintf("%d read, %d eligible, %d distinct", r.Rows.Read, r.Rows.Eligible, r.Rows.Distinct))
	for _, reason := range slices.Sorted(maps.Keys(r.Excluded)) {
		p.line("  ineligible", fmt.Sprintf("%d %s", r.Excluded[reason], reason))
	}
	printGiven(p, r.Given)
	if r.MatchRate.Own != nil {
		p.line("match rate", fmt.Sprintf("%.1f %% of own rows, at least %.1f %% of the partner's", 100**r.MatchRate.Own, 100**r.MatchRate.Peer))
	}
	printFreshness(p, r.Freshness)
	p.line("bytes", fmt.Sprintf("%d sent, %d received", r.Bytes.Sent, r.Bytes.Received))
	p.line("seconds", fmt.Sprintf("%.1f", r.Seconds))
	p.line("learnt by", strings.Join(r.Learns, ", "))
	p.line("receipt", r.Receipt)
	p.line("kept in", r.Folder)
	if err := p.w.Flush(); err != nil {
		return err
	}
	switch {
	case r.Group != nil:
		return printGroup(w, r.Group)
	case r.Cells != nil:
		return printCells(w, r.Cells)
	}
	return nil
}

// headline is what the run was for.
func headline(r *node.Result) (what, found string) {
	switch r.Analysis {
	case "suppress":
		return "send list", sendList(r)
	case "frequency_cap":
		return "send plan", sendPlan(r)
	case "net_names":
		return "net names", netNames(r)
	}
	return "overlap", overlap(r)
}

// printGiven is what this node gives of its own columns.
func printGiven(p page, given []node.GivenColumn) {
	for _, g := range given {
		p.line("  gives "+g.Column, fmt.Sprintf("%d rows with a value; without: %d empty, %d in no band, %d rare", g.Sent, g.Empty, g.Outside, g.Rare))
	}
}

// with is the partner, and the helper if there is one.
func with(r *node.Result) string {
	if r.Helper == "" {
		return r.Partner
	}
	return r.Partner + ", joined by " + r.Helper
}

// percent is a share in per cent, to two digits, and whole where it is all.
func percent(share float64) string {
	return strconv.FormatFloat(100*share, 'g', max(2, len(strconv.Itoa(int(100*share)))), 64)
}

// overlap is the figure, or why there is none.
func overlap(r *node.Result) string {
	switch {
	case r.Count != nil && r.Sample > 0:
		return fmt.Sprintf("about %d (%.0f in standard deviation): an estimate by %s alone, from %s %% of the rows", *r.Count, *r.SD, r.SampleBy, percent(r.Sample))
	case r.Count != nil && r.Exact && r.Analysis == "size":
		return fmt.Sprintf("%d (exact: the agreement says noise: none)", *r.Count)
	case r.Count != nil && r.Cells != nil && r.Cells.Suppressed > 0:
		return fmt.Sprintf("%d in the cells that are shown (noise: %.1f in standard deviation); %d more are suppressed", *r.Count, *r.SD, r.Cells.Suppressed)
	case r.Count != nil && r.SD != nil && *r.SD > 0:
		return fmt.Sprintf("%d (noise: %.1f in standard deviation)", *r.Count, *r.SD)
	case r.Count != nil:
		return fmt.Sprint(*r.Count)
	case r.State == "suppressed":
		return "suppressed: below the least number agreed on"
	}
	return "not for this node: the agreement gives it to " + strings.Join(r.Learns, ", ")
}

// printPreview is a preview for people.
func printPreview(w io.Writer, v *node.Preview) error {
	p := newPage(w)
	p.line("preview", "nothing has been sent")
	p.line("analysis", fmt.Sprintf("%s with %s (%s)", v.Analysis, v.Partner, v.Topology))
	if v.Engine != "" {
		p.line("engine", v.Engine)
	}
	if v.By != "" {
		p.line("counted", v.By+"s")
	}
	p.line("learnt by", strings.Join(v.Learns, ", "))
	if v.Exact && v.Analysis == "size" {
		p.line("noise", "none: counts are exact")
	}
	p.line("own rows", fmt.Sprintf("%d read, %d eligible, %d distinct; the partner sees %d, padded", v.Rows.Read, v.Rows.Eligible, v.Rows.Distinct, v.Padded))
	for _, reason := range slices.Sorted(maps.Keys(v.Excluded)) {
		p.line("  ineligible", fmt.Sprintf("%d %s", v.Excluded[reason], reason))
	}
	printFreshness(p, v.Freshness)
	warnOfStale(p, v.Freshness)
	printSale(p, v.Sale)
	previewEpoch(p, v.Epoch)
	p.line("bytes", fmt.Sprintf("about %d to send, %d to receive, if the partner's table is as large", v.Bytes.Sent, v.Bytes.Received))
	p.line("minutes", fmt.Sprintf("about %.2f on this machine, more where the partner is slower", v.Seconds/60))
	p.line("budget", fmt.Sprintf("%d of %d runs in the last seven days", v.Budget.RunsThisWeek, v.Budget.RunsPerWeek))
	if v.Budget.Epsilon != "" {
		p.line("privacy", fmt.Sprintf("epsilon %s to be spent, %s of %s left", v.Budget.Epsilon, v.Budget.EpsilonLeft, v.Budget.EpsilonTotal))
	}
	for _, s := range v.Segments {
		p.line("  "+strings.Join(append([]string{"segment"}, s.Keys...), " "), fmt.Sprintf("%d rows; the partner sees %d, padded", s.Rows, s.Padded))
	}
	printGiven(p, v.Given)
	if v.Repeats != "" {
		p.line("repeats", "the input is that of run "+v.Repeats[:16]+": if the partner's is too, its release is given again and nothing is spent")
	}
	if err := p.w.Flush(); err != nil {
		return err
	}
	return printColumns(w, v.Columns)
}

// printColumns is the state of a dataset's identifiers.
func printColumns(w io.Writer, columns []node.ColumnCheck) error {
	fmt.Fprintln(w)
	p := newPage(w)
	p.line("identifier", "columns", "rows", "empty", "invalid", "changed", "duplicate", "usable")
	for _, c := range columns {
		p.line(c.Type, strings.Join(c.Columns, "+"), c.Rows, c.Empty, c.Invalid, c.Changed, c.Duplicate, c.Usable)
	}
	for _, c := range columns {
		if c.Institutions > 0 {
			p.line("  institutions "+c.Type, fmt.Sprintf("%d addresses", c.Institutions), c.Institutional)
		}
		for _, reason := range slices.Sorted(maps.Keys(c.Reasons)) {
			p.line("  invalid "+c.Type, reason, c.Reasons[reason])
		}
	}
	return p.w.Flush()
}
