package vole

import (
	"crypto/sha256"

	"mandorla/crypto/gf128"
	"mandorla/crypto/ot"
)

// The shape of a chunk. Changing any of it changes what bench/lpn has to
// estimate.
const (
	trees  = 512        // the weight of the noise: one position in each block
	depth  = 9          // of a tree
	leaves = 1 << depth // the length of a block
	noise  = 2 * half   // the length of the noise
	half   = 1 << 17    // outputs of the code, and its parity half
	batch  = 16         // trees that grow together, leaf by leaf
	slab   = batch * leaves
	slabs  = trees / batch
)

// held is what the noise of the first chunk takes from transfers, and that of any
// other from the chunk before: one element a tree, and one that masks the check.
const held = trees + 1

const (
	// Usable is the number of outputs that one chunk adds on each side.
	Usable = half - held

	// MaxChunks bounds a window.
	MaxChunks = 64
)

const (
	slabTransfers = depth * batch
	treeTransfers = slabs * slabTransfers
	heldTransfers = held * 128 // a field element is made of one transfer a bit

	slabCorrections  = (depth + 2) * batch * gf128.Size
	chunkCorrections = slabs * slabCorrections
)

// The sizes of the messages in bytes; that of Ask is [Sender.AskSize].
const (
	HelloSize   = ot.PointsSize // of the sender
	ReplySize   = ot.ReplySize  // of the receiver's answer to it
	ConfirmSize = sha256.Size   // of the sender's answer to a check
)

// TreesSize is the bytes of the sender's corrections for a window.
func TreesSize(chunks int) int { return chunks * chunkCorrections }

// CheckSize is the bytes of the receiver's check of a window.
func CheckSize(chunks int) int { return chunks * gf128.Size }
