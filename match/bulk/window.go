package bulk

import (
	"mandorla/crypto/gf128"
	"mandorla/crypto/okvs"
	"mandorla/crypto/vole"
	"mandorla/match"
)

// mostChunks is the chunks of the vector OLE that a window has at most: what both
// nodes hold in memory at once.
const mostChunks = 16

// windowChunks is how many chunks the next window has, where so many elements are
// left to mask.
func windowChunks(left int) int {
	return min(mostChunks, (left+vole.Usable-1)/vole.Usable)
}

// Traffic is the bytes of a run's columns, to the sender and to the receiver, seen
// from the receiver.
func Traffic(c match.Config) (toSender, toReceiver uint64) {
	p, err := okvs.For(c.OwnCap)
	if err != nil {
		return 0, 0
	}
	toSender = uint64(p.Size() * gf128.Size)
	toReceiver = uint64(okvs.Load(c.PeerCap, p.Bins())*p.Bins()*newEntry(c).width) + uint64(vole.HelloSize)
	for left := p.Size(); left > 0; {
		chunks := windowChunks(left)
		toReceiver += uint64(vole.TreesSize(chunks))
		left -= min(left, chunks*vole.Usable)
	}
	levels := uint64(len(c.Levels))
	return toSender * levels, toReceiver * levels
}
