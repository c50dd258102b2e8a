package main

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"mandorla/agreement"
	"mandorla/node"
)

func suppressCommand() *cli.Command {
	return analysisCommand(agreement.Suppress, "the own list less everybody on the partner's, such as the people who objected", columnsFlag())
}

// sendList is how many rows are left, or why it is not said.
func sendList(r *node.Result) string {
	switch {
	case r.Suppress != nil:
		return fmt.Sprintf("%d rows", r.Suppress.Kept)
	case r.State == "suppressed":
		return "withheld: shorter than the least length agreed on"
	}
	return "not for this node: the agreement gives it to " + strings.Join(r.Learns, ", ")
}

// foundBy goes before the type of an identifier that found rows.
func foundBy(r *node.Result) string {
	if r.Suppress != nil {
		return "struck by "
	}
	return "by "
}

// printSendList says what became of the other rows.
func printSendList(p page, r *node.Result) {
	if r.Suppress == nil {
		return
	}
	p.line("struck", fmt.Sprintf("%d rows stand on the partner's list; above, by the first identifier that found each", r.Suppress.Struck))
	if r.Suppress.Unchecked > 0 {
		p.line("not checked", fmt.Sprintf("%d rows have no valid identifier; they are kept out of the list", r.Suppress.Unchecked))
	}
}

// printFreshness says how long ago a list or objections were last run with the
// partner, and what waits.
func printFreshness(p page, f *node.Freshness) {
	if f == nil {
		return
	}
	p.line("last suppress", lastSuppress(f))
	if f.Late != nil && *f.Late > 0 {
		p.line("WARNING", fmt.Sprintf("%d objections are more than 10 business days old, and no run that gave a send list has taken them in; run suppress now", *f.Late))
	}
	if f.Undated != nil && *f.Undated > 0 {
		p.line("WARNING", fmt.Sprintf("%d objections have no day that can be read, or one that lies ahead; nobody can tell whether they are late", *f.Undated))
	}
	if f.Unusable != nil && *f.Unusable > 0 {
		p.line("WARNING", fmt.Sprintf("%d objections have no valid identifier, and strike nobody; correct them at their source", *f.Unusable))
	}
	if f.BadLines != nil && *f.BadLines > 0 {
		p.line("WARNING", fmt.Sprintf("%d lines of the objections cannot be read, and strike nobody; dataset check lists the first of them", *f.BadLines))
	}
}

// warnOfStale says that a list may not be sent to as it stands. A run that has just
// given a list needs no such word.
func warnOfStale(p page, f *node.Freshness) {
	if f != nil && !f.Objects && f.Stale() {
		p.line("WARNING", "do not send to this list before suppress has been run on it")
	}
}

func lastSuppress(f *node.Freshness) string {
	switch {
	case f.Partner == "":
		return "never: no accepted agreement allows suppress with this dataset"
	case f.LastRunDays == nil:
		return "never with " + f.Partner
	}
	return fmt.Sprintf("with %s at %s, %d business days ago", f.Partner, f.LastRun, *f.LastRunDays)
}
