package consent

import (
	"bytes"
	"time"
)

// A notice cell says which partners and purposes a person was told of, and
// when:
//
//	notice  = entry *( ";" entry )
//	entry   = partner [ ":" purpose *( "+" purpose ) ] [ "@" date ]
//	partner = the name of a member or of a sister brand
//	purpose = a word of the Data Privacy Vocabulary, with or without dpv:
//	date    = 2026-01-02, or a time as in RFC 3339
//
// such as bank:Measurement+Marketing@2026-01-02;hotel:Marketing@2026-02-01.
// Blanks around a part and the case of letters do not count. A partner may
// stand there several times. An entry without purposes tells of none. Where an
// entry has no date, the date column's is meant.
type notices struct {
	who       []byte
	purposes  [][]byte
	start     time.Time
	notBefore time.Time // zero: any age
	dated     bool      // there is a date column: the second cell
}

// mostPurposes bounds the purposes of a run.
const mostPurposes = 64

func buildNotice(b *builder, e Entry) (judge, error) {
	n := &notices{who: []byte(b.run.told()), start: b.run.Start, dated: e.DateColumn != ""}
	for _, p := range b.run.Purposes {
		n.purposes = append(n.purposes, []byte(word(p)))
	}
	if e.Column == "" || len(n.purposes) == 0 || len(n.purposes) > mostPurposes || e.MaxDays < 0 {
		return nil, e.wrong("it needs a column, and a run of 1 to %d purposes", mostPurposes)
	}
	if e.MaxDays > 0 {
		n.notBefore = n.start.AddDate(0, 0, -e.MaxDays)
	}
	return n.judge, nil
}

// judge wants the partner to be told of, with all purposes of the run.
func (n *notices) judge(r *row) Reason {
	cell := r.cells[0]
	if len(cell) == 0 {
		return Missing
	}
	var column []byte
	if n.dated {
		column = r.cells[1]
	}
	var told uint64 // bit i: of purpose i
	verdict := NotTold
	for more := true; more; {
		var entry []byte
		entry, cell, more = bytes.Cut(cell, []byte{';'})
		if entry = bytes.TrimSpace(entry); len(entry) == 0 && !more {
			break // a semicolon at the end
		}
		purposes, late, ok := n.entry(entry, column)
		if !ok {
			return Unreadable
		}
		if late != Eligible {
			verdict = late
			continue
		}
		told |= purposes
	}
	if told == 1<<len(n.purposes)-1 {
		return Eligible
	}
	return verdict
}

// entry reads one entry: the run's purposes that it tells this partner's people
// of, and whether it came too late or too long ago to count.
func (n *notices) entry(entry, column []byte) (told uint64, late Reason, ok bool) {
	rest, date, has := cutLast(entry, '@')
	if !has {
		date = column
	}
	at, ok := DateOf(bytes.TrimSpace(date))
	who, purposes, listed := bytes.Cut(rest, []byte{':'})
	who = bytes.TrimSpace(who)
	if !ok || len(who) == 0 {
		return 0, Eligible, false
	}
	for listed {
		var purpose []byte
		purpose, purposes, listed = bytes.Cut(purposes, []byte{'+'})
		bit, ok := n.purpose(bytes.TrimSpace(purpose))
		if !ok {
			return 0, Eligible, false
		}
		told |= bit
	}
	if !bytes.EqualFold(who, n.who) {
		return 0, Eligible, true
	}
	return told, n.late(at), true
}

// purpose is the bit of a purpose; 0 where the run does not have it.
func (n *notices) purpose(text []byte) (bit uint64, ok bool) {
	const prefix = "dpv:"
	if len(text) > len(prefix) && bytes.EqualFold(text[:len(prefix)], []byte(prefix)) {
		text = text[len(prefix):]
	}
	for i, p := range n.purposes {
		if bytes.EqualFold(text, p) {
			return 1 << i, true
		}
	}
	return 0, len(text) > 0
}

// late says whether a notice counts by its date. The person has to be told
// before the run starts; a date without a time is the start of its day.
func (n *notices) late(at time.Time) Reason {
	switch {
	case at.After(n.start):
		return NotTold
	case at.Before(n.notBefore):
		return Outdated
	}
	return Eligible
}

// cutLast cuts around the last mark.
func cutLast(text []byte, mark byte) (before, after []byte, found bool) {
	if i := bytes.LastIndexByte(text, mark); i >= 0 {
		return text[:i], text[i+1:], true
	}
	return text, nil, false
}
