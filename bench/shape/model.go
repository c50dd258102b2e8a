package shape

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A Model is how fast a network is. The zero value is as fast as the machine.
type Model struct {
	Rate    int64         // bytes a second in each direction; 0: no limit
	Latency time.Duration // one way
}

// units of rates, in bits a second.
var units = []struct {
	name string
	bits int64
}{{"gbit", 1e9}, {"mbit", 1e6}, {"kbit", 1e3}}

// The bounds of a model.
const (
	mostBits    = 1e12
	mostLatency = 10 * time.Second
)

// Parse reads a model: none, 10mbit, 1gbit, each with a latency of one way
// behind it where there is one: 100mbit/20ms, none/5ms.
func Parse(text string) (Model, error) {
	rate, latency, late := strings.Cut(text, "/")
	var m Model
	var err error
	if m.Rate, err = parseRate(rate); err != nil {
		return Model{}, err
	}
	if !late {
		return m, nil
	}
	m.Latency, err = time.ParseDuration(latency)
	if err != nil || m.Latency < 0 || m.Latency > mostLatency {
		return Model{}, fmt.Errorf("%q is no latency up to %v; write one such as 20ms", latency, mostLatency)
	}
	return m, nil
}

func parseRate(text string) (int64, error) {
	if text == "none" {
		return 0, nil
	}
	for _, u := range units {
		number, ok := strings.CutSuffix(text, u.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil || n < 1 || n > mostBits/u.bits {
			break
		}
		return n * u.bits / 8, nil
	}
	return 0, fmt.Errorf("%q is no rate; write none, or a number of kbit, mbit or gbit such as 100mbit", text)
}

// String is the model as [Parse] reads it.
func (m Model) String() string {
	text := "none"
	for _, u := range units {
		if bits := m.Rate * 8; bits > 0 && (bits%u.bits == 0 || u.bits == 1e3) {
			text = fmt.Sprint(bits/u.bits, u.name)
			text = strings.ReplaceAll(text, " ", "")
			break
		}
	}
	if m.Latency > 0 {
		text += "/" + m.Latency.String()
	}
	return text
}

// Shapes reports whether the model makes anything slower.
func (m Model) Shapes() bool { return m != Model{} }

// The bounds of a piece of what is sent.
const (
	leastPiece = 1500
	mostPiece  = 64 << 10
)

// piece is the bytes that travel together: what the rate lets through in two
// milliseconds, within bounds.
func (m Model) piece() int {
	if m.Rate == 0 {
		return mostPiece
	}
	return int(min(max(m.Rate/500, leastPiece), mostPiece))
}

// burst is how long a line that was idle may be used for nothing.
func (m Model) burst() time.Duration {
	return max(5*time.Millisecond, m.takes(m.piece()))
}

// takes is how long a line is busy with n bytes.
func (m Model) takes(n int) time.Duration {
	if m.Rate == 0 {
		return 0
	}
	return time.Duration(float64(n) / float64(m.Rate) * float64(time.Second))
}

// The bounds of what is under way.
const (
	leastPieces = 256
	mostWindow  = 64 << 20 // bytes
)

// window is how many pieces may be under way: twice what the line holds, for
// they need not be full.
func (m Model) window() int {
	holds := 2 * float64(m.Rate) * m.Latency.Seconds()
	if m.Rate == 0 && m.Latency > 0 {
		holds = mostWindow
	}
	return max(int(min(holds, mostWindow))/m.piece(), leastPieces)
}
