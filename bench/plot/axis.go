package plot

import "math"

// A Scale is how an axis spreads its values.
type Scale uint8

// The scales. A linear axis always shows zero; a logarithmic one needs values
// above it.
const (
	Linear Scale = iota
	Log
)

// An Axis is one direction of a chart of lines.
type Axis struct {
	Name  string // with its unit: "time, s"
	Scale Scale
}

// valid reports whether the axis can show a value.
func (s Scale) valid(v float64) bool {
	return math.Abs(v) <= greatest && (s == Linear || v >= least)
}

// A ruler puts values between two places on the paper.
type ruler struct {
	scale     Scale
	low, high float64 // values at its ends
	from, to  float64 // places of its ends
	ticks     []float64
}

// newRuler covers the values from low to high, and ends at ticks.
func newRuler(s Scale, low, high, from, to float64) ruler {
	r := ruler{scale: s, from: from, to: to}
	if s == Log {
		r.ticks = logTicks(low, high)
	} else {
		r.ticks = linearTicks(min(0, low), max(0, high))
	}
	r.low, r.high = r.ticks[0], r.ticks[len(r.ticks)-1]
	if s == Log {
		r.ticks = thin(r.ticks)
	}
	return r
}

// at is a value's place.
func (r ruler) at(v float64) float64 {
	low, high := r.low, r.high
	if r.scale == Log {
		v, low, high = math.Log(v), math.Log(low), math.Log(high)
	}
	return r.from + (v-low)/(high-low)*(r.to-r.from)
}

// linearTicks are four to eight multiples of 1, 2 or 5 times a power of ten, of
// which the outer ones enclose low and high.
func linearTicks(low, high float64) (ticks []float64) {
	if high-low < least {
		high = low + 1
	}
	step := niceStep((high - low) / 6)
	for i := math.Floor(low / step * inside); ; i++ {
		ticks = append(ticks, i*step)
		if i*step >= high*inside && len(ticks) > 1 {
			return ticks
		}
	}
}

// inside lets a value that rounding took past a tick count as being at it.
const inside = 1 - 1e-9

// niceStep is the least of 1, 2 and 5 times a power of ten that is not below x.
func niceStep(x float64) float64 {
	unit := math.Pow10(int(math.Floor(math.Log10(x))))
	for _, m := range []float64{1, 2, 5} {
		if m*unit >= x*inside {
			return m * unit
		}
	}
	return 10 * unit
}

// logTicks are the 1, 2 and 5 times powers of ten from the last that is at most
// low to the first that is at least high.
func logTicks(low, high float64) (ticks []float64) {
	for e := int(math.Floor(math.Log10(low))) - 1; ; e++ {
		for _, m := range []float64{1, 2, 5} {
			v := m * math.Pow10(e)
			if v <= low/inside {
				ticks = ticks[:0]
			}
			if ticks = append(ticks, v); len(ticks) > 1 && v >= high*inside {
				return ticks
			}
		}
	}
}

// maxTicks is how many ticks a logarithmic axis has at most.
const maxTicks = 9

// thin keeps every tick if they are few; else powers of ten, or some of them.
func thin(ticks []float64) (kept []float64) {
	if len(ticks) <= maxTicks {
		return ticks
	}
	for _, v := range ticks {
		if e := math.Log10(v); math.Abs(e-math.Round(e)) < 1e-9 {
			kept = append(kept, v)
		}
	}
	every := (len(kept) + maxTicks - 1) / maxTicks
	for i := 0; i*every < len(kept); i++ {
		kept[i] = kept[i*every]
	}
	return kept[:(len(kept)+every-1)/every]
}

// extent is the least and the greatest of some values, and whether there is one.
func extent(values []float64) (low, high float64, ok bool) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if !math.IsNaN(v) {
			low, high = min(low, v), max(high, v)
		}
	}
	return low, high, low <= high
}
