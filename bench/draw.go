package bench

import (
	"fmt"
	"io"
	"slices"
	"time"

	"mandorla/bench/meter"
	"mandorla/bench/plot"
)

// drawTime draws time against rows, a line for each analysis and one for the
// plain join.
func (r *Report) drawTime(w io.Writer) error {
	c := plot.LineChart{Title: "Time against rows", X: plot.Axis{Name: "rows of each table", Scale: plot.Log},
		Y: plot.Axis{Name: "time, s", Scale: plot.Log}, Caption: r.caption()}
	for _, analysis := range Analyses() {
		s := plot.Series{Label: analysis}
		for _, run := range r.Runs {
			if run.Analysis == analysis {
				s.Points = append(s.Points, plot.Point{X: float64(run.Rows), Y: run.Seconds})
			}
		}
		if len(s.Points) > 0 {
			c.Series = append(c.Series, s)
		}
	}
	s := plot.Series{Label: "plain join"}
	for _, j := range r.Joins {
		s.Points = append(s.Points, plot.Point{X: float64(j.TableRows), Y: j.Seconds})
	}
	c.Series = append(c.Series, s)
	return plot.Lines(w, c)
}

func (r *Report) caption() string {
	return fmt.Sprintf("Both nodes and all else on %d cores, engine %s, network %s; medians of %d", r.Cores, r.Engine, r.Network, r.Rounds)
}

// mostUse is how many points a line of utilisation has.
const mostUse = 200

// drawUse draws how busy both processes were over the time of a run: the round
// whose time is the median, or next above it.
func (r *Report) drawUse(w io.Writer, run Run) error {
	round := run.Rounds[0]
	for _, other := range run.Rounds {
		if other.Seconds >= run.Seconds && (round.Seconds < run.Seconds || other.Seconds < round.Seconds) {
			round = other
		}
	}
	from, until := round.span()
	step := max(250*time.Millisecond, until.Sub(from)/mostUse)
	c := plot.LineChart{Title: fmt.Sprintf("%s, %d rows: how busy the cores are", run.Analysis, run.Rows),
		X: plot.Axis{Name: "time, s"}, Y: plot.Axis{Name: "percent of all cores"}, Caption: r.caption()}
	together := plot.Series{Label: "both"}
	for at := from; at.Before(until); at = at.Add(step) {
		together.Points = append(together.Points, plot.Point{X: (at.Sub(from) + step/2).Seconds()})
	}
	c.Series = append(c.Series, together)
	for _, n := range round.Nodes {
		s := plot.Series{Label: n.Member + "'s node", Points: slices.Clone(together.Points)}
		for i := range s.Points {
			at := from.Add(time.Duration(i) * step)
			s.Points[i].Y = 100 * (used(n.record, at.Add(step)) - used(n.record, at)) / step.Seconds() / float64(r.Cores)
		}
		c.Series = append(c.Series, s)
	}
	for _, s := range c.Series[1:] {
		for i := range s.Points {
			together.Points[i].Y += s.Points[i].Y
		}
	}
	return plot.Lines(w, c)
}

// span is from the start of the first process to the end of the last.
func (r Round) span() (from, until time.Time) {
	for i, n := range r.Nodes {
		end := n.record.Began.Add(time.Duration(n.record.Seconds * float64(time.Second)))
		if i == 0 || n.record.Began.Before(from) {
			from = n.record.Began
		}
		if end.After(until) {
			until = end
		}
	}
	return from, until
}

// used is the CPU seconds that a process had used at a time, between two samples
// in proportion.
func used(r meter.Record, at time.Time) float64 {
	t := at.Sub(r.Began).Seconds()
	before := meter.Sample{}
	for _, s := range r.Samples {
		if s.Seconds >= t {
			if s.Seconds == before.Seconds {
				return s.CPUSeconds
			}
			return before.CPUSeconds + (s.CPUSeconds-before.CPUSeconds)*max(0, t-before.Seconds)/(s.Seconds-before.Seconds)
		}
		before = s
	}
	return before.CPUSeconds
}
