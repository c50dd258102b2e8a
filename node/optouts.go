package node

import (
	"bytes"
	"time"

	"mandorla/arrowio"
	"mandorla/consent"
)

// objections counts a dataset's objections by the day since which each holds.
type objections struct {
	perDay  map[time.Time]uint64
	undated uint64 // whose day is missing, or not a day
}

// oldestObjection is the year before which no objection is believed: there are
// then no more days than a map holds with ease, whatever the file says.
const oldestObjection = 1970

func (o *objections) add(day time.Time) {
	if day.Year() < oldestObjection {
		o.undated++
		return
	}
	o.perDay[day]++
}

// late is how many objections are older than the law gives time for, and from
// before the day on which the last run began to take them in; none did if last
// is zero. A day that lies ahead is no day.
func (o *objections) late(last, now time.Time) (late, undated uint64) {
	undated = o.undated
	for day, n := range o.perDay {
		switch {
		case day.After(now):
			undated += n
		case day.Before(dayOf(last)):
		case businessDays(day, now) > mostBusinessDays:
			late += n
		}
	}
	return late, undated
}

// dates reads the column that dates objections, where the dataset names one.
func (p *preparation) dates(rec arrowio.Record) ([]time.Time, error) {
	cells, err := texts(rec, p.since)
	if err != nil || len(cells) == 0 {
		return nil, err
	}
	out := make([]time.Time, rec.NumRows())
	for i := range out {
		if cell, null := cells[0].Value(i); !null {
			if at, ok := consent.DateOf(bytes.TrimSpace(cell)); ok {
				out[i] = dayOf(at)
			}
		}
	}
	return out, nil
}

// dayOf is the day of a time, in UTC.
func dayOf(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// mostBusinessDays is how long after an objection a message may still be sent
// (15 U.S.C. §7704(a)(4)).
const mostBusinessDays = 10

// businessDays is how many of the days after one up to another are Mondays to
// Fridays. It knows no public holidays: it may be early, and never is late.
func businessDays(from, to time.Time) (n int) {
	from, to = dayOf(from), dayOf(to)
	days := int(to.Sub(from) / (24 * time.Hour))
	if days <= 0 {
		return 0
	}
	n = days / 7 * 5
	for i := range days % 7 {
		switch from.AddDate(0, 0, i+1).Weekday() {
		case time.Saturday, time.Sunday:
		default:
			n++
		}
	}
	return n
}
