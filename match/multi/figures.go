package multi

import (
	"encoding/binary"

	"mandorla/match"
	"mandorla/match/wire"
)

// The states of a figure on the wire: docs/wire.md.
const (
	suppressed uint16 = iota
	released
)

// encode is the FIGURES message: its size depends on what is asked for alone.
func encode(figures []match.Figure) wire.Frame {
	out := wire.Frame{Kind: wire.KindFigures, Last: true, Rows: len(figures), Columns: make([][]byte, len(figuresSchema))}
	le := binary.LittleEndian
	for _, f := range figures {
		out.Columns[0] = le.AppendUint16(out.Columns[0], uint16(f.Measure))
		out.Columns[1] = le.AppendUint32(out.Columns[1], f.Members)
		out.Columns[2] = le.AppendUint16(out.Columns[2], stateOf(f))
		out.Columns[3] = le.AppendUint64(out.Columns[3], uint64(f.Count))
	}
	return out
}

func stateOf(f match.Figure) uint16 {
	if f.Released {
		return released
	}
	return suppressed
}

// decode reads a FIGURES message that has to be of exactly the figures asked for.
func decode(f wire.Frame, asked []match.Figure) (match.Figures, error) {
	if f.Rows != len(asked) {
		return nil, match.ErrCount
	}
	le := binary.LittleEndian
	out := make(match.Figures, len(asked))
	for i, a := range asked {
		got := match.Figure{Measure: match.Measure(le.Uint16(f.Columns[0][2*i:])), Members: le.Uint32(f.Columns[1][4*i:]),
			Count: int64(le.Uint64(f.Columns[3][8*i:]))}
		state := le.Uint16(f.Columns[2][2*i:])
		got.Released = state == released
		if got.Measure != a.Measure || got.Members != a.Members || state > released || got.Count < 0 || !got.Released && got.Count != 0 {
			return nil, match.ErrSum
		}
		out[i] = got
	}
	return out, nil
}
