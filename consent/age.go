package consent

import (
	"bytes"
	"time"
)

// oldest is the greatest age that anybody has.
const oldest = 130

// judgeAge wants a person to be of an age on the day of the run. The cell is a
// birth date, or the age in whole years. Who was born on 29 February is a year
// older on 1 March where the year has no such day.
func judgeAge(least int, start time.Time) judge {
	today := start.UTC()
	born := time.Date(today.Year()-least, today.Month(), today.Day(), 0, 0, 0, 0, time.UTC)
	if born.Month() != today.Month() { // no 29 February that year
		born = born.AddDate(0, 0, -1)
	}
	earliest := today.AddDate(-oldest-1, 0, 0)
	return func(r *row) Reason {
		cell := r.cells[0]
		if len(cell) == 0 {
			return Missing
		}
		if years, ok := yearsOf(cell); ok {
			return ofAge(years >= least)
		}
		birth, ok := DateOf(cell)
		switch {
		case !ok || birth.Before(earliest):
			return Unreadable
		case birth.After(today):
			return Future
		}
		return ofAge(!birth.After(born))
	}
}

// yearsOf reads an age, also where it is written as a floating-point number.
func yearsOf(cell []byte) (int, bool) {
	n := number(bytes.TrimSuffix(cell, []byte(".0")))
	return n, len(cell) <= 5 && 0 <= n && n <= oldest
}

func ofAge(is bool) Reason {
	if is {
		return Eligible
	}
	return UnderAge
}
