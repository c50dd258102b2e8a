package match

import (
	"context"
	"errors"
	"iter"

	"mandorla/match/column"
	"mandorla/match/wire"
)

// The errors that end a run. [Code] turns them into what the peer is told.
var (
	ErrTurn    = errors.New("match: the peer's message does not belong to this phase")
	ErrSpent   = errors.New("match: this machine has been used")
	ErrPoint   = errors.New("match: the peer sent something that is not a group element of this run")
	ErrOrder   = errors.New("match: the peer's set is not in strictly increasing order")
	ErrCount   = errors.New("match: the peer's number of rows is not the one agreed on")
	ErrProof   = errors.New("match: the peer's proof does not hold")
	ErrCommit  = errors.New("match: the peer did not send what it had committed to")
	ErrReflect = errors.New("match: the peer sent back what it had been sent")
	ErrDiffer  = errors.New("match: the two nodes disagree on the count")
	ErrPool    = errors.New("match: the peer did not answer for this node's dummies as they were inserted")
	ErrSeal    = errors.New("match: a row that was sold does not open")
	ErrDecline = errors.New("match: the buyer declined")
	ErrSum     = errors.New("match: a sum is beyond what the agreed values can add up to")
	ErrNumber  = errors.New("match: a row number that came back is none of this node's, or came back twice")
	ErrLabel   = errors.New("match: a label of the peer does not open, or is none of the agreed schema")
)

// A Role is a side of a run: who proposed it, and who answered.
type Role uint8

// The two roles of PROTOCOLS.md §1.1.
const (
	Initiator Role = iota
	Responder
)

// String is the role's name in a proof's context.
func (r Role) String() string { return [...]string{"A", "B"}[r] }

// Other is the opposite role.
func (r Role) Other() Role { return 1 - r }

// Direction is the direction in which the role's frames travel.
func (r Role) Direction() wire.Direction { return wire.Direction(r) }

// A Config is all that one party's half of a run depends on. Both parties
// agree on SID, Levels and the caps before the run (PROPOSE, ACCEPT).
type Config struct {
	SID     [32]byte
	Role    Role     // of this node
	Levels  []string // the identifier types, first priority first: "uid2-1/email"
	OwnCap  uint64   // rows that this node announced: real ones topped up with fillers
	PeerCap uint64   // rows that the peer announced

	Budget   int64                                  // bytes of rows to hold in memory
	Store    column.Store                           // temporary storage beyond the budget
	Progress func(phase string, done, total uint64) // of work done; called by one goroutine at a time of a phase; may be nil

	Sale   *Sale        // of a run that sells rows; nil for any other
	Cells  *Cells       // of a run that counts cells, under noise; nil for any other
	Labels *Labels      // of a run that appends labels; nil for any other
	Epoch  *Epoch       // of a run whose evaluator keeps its key; nil for any other
	Circle *Circle      // of a run of more than two parties, which has no role and no caps of two; nil for any other
	Spend  func() error // called before the first of this node's TAGS, or of its RING, leaves; may be nil
}

// A Sale is what a run depends on in which one party sells rows to the other,
// the one that learns. Both agree on Width and Most before the run.
type Sale struct {
	Width int                      // bytes that are sold of a row, by the agreed schema
	Most  uint64                   // rows that may be taken at most
	Take  func(names uint64) error // asked of the buyer before it takes so many; an error declines them all
	Give  func(names uint64) error // told the seller's side before what opens so many leaves; an error keeps it back
}

// A Batch is some rows of this node's table: for each level the 32-byte
// digests of the rows' identifiers, and which rows have one; in a run with
// [Cells] also the rows' segment codes and values, in a run with [Labels] those of
// the member who gives them, in a run with a [Sale] what the seller sells. Rows are
// numbered from 0 in the order in which a [Source] yields them. A batch is lent
// until the next call of Next.
type Batch struct {
	Rows    int
	Digests [][]byte // per level, 32 × Rows bytes; undefined where Present is false
	Present [][]bool // per level, Rows values

	Segments []uint16 // Rows codes; nil where there is one segment
	Values   []int64  // Rows × value columns, row by row; nil where there are none
	Sold     []byte   // Rows × [Sale].Width bytes; nil where nothing is sold
	Labels   []byte   // Rows × a label's width; nil where there are none
}

// An Event is what a machine is told: one of [Own], [OwnEnd], [Peer], [Ready].
type Event interface{ event() }

type (
	// Own is a batch of this node's rows.
	Own struct{ Batch }
	// OwnEnd says that there are no more rows of this node.
	OwnEnd struct{}
	// Peer is a frame of the peer, checked by the link.
	Peer struct{ wire.Frame }
	// Ready says that the link can take a frame.
	Ready struct{}
)

func (Own) event()    {}
func (OwnEnd) event() {}
func (Peer) event()   {}
func (Ready) event()  {}

// A Machine is one party's half of one run of one protocol.
//
// Step consumes one event. Only [Ready] is answered with a frame, and only
// while the machine has something to say. An event that does not belong to the
// present phase is an error; after an error every call returns [ErrSpent]. A
// machine does no network I/O, keeps no clock and leaves no goroutine behind.
// It is not safe for concurrent use.
//
// It has four methods, one more than we like: the loop has to know what the
// machine waits for, and its storage has to be given back on every way out.
type Machine interface {
	Step(Event) (*wire.Frame, error)
	// Wants is what the machine waits for next.
	Wants() Want
	// Outcome is what this node learnt, once, after the machine wants nothing.
	Outcome() (Outcome, error)
	// Close wipes the run's keys and gives back its storage.
	Close() error
}

// A Want is what a machine waits for.
type Want uint8

// What a machine can wait for. While it wants frames it may also have frames
// to send.
const (
	WantNothing Want = iota // the protocol has ended on this side, or failed
	WantRows
	WantFrames
	WantReady // it has frames to send, and takes none before they have left
)

// A Source yields this node's rows; [io.EOF] ends it.
type Source interface {
	Next(context.Context) (Batch, error)
}

// A Link carries frames to and from the peer. Send and Recv may be called
// concurrently with one another, and return soon after ctx ends. A frame's
// columns belong to whoever holds the frame: nobody writes to them again.
type Link interface {
	Send(context.Context, wire.Frame) error
	Recv(context.Context) (wire.Frame, error)
}

// An Outcome is what a node learnt: [Counts], [Table], [Figures], [Rows], [Rest],
// [Labelled], [Names] or [Sold], or [Nothing]. One that is an [io.Closer] belongs to
// whoever takes it.
type Outcome interface{ outcome() }

// Counts is the outcome of an analysis that reveals no rows: the overlap found
// at each level, in order of priority.
type Counts struct{ Levels []uint64 }

// Rows is the outcome of an analysis that reveals which of this node's own
// rows are in the overlap.
type Rows struct {
	Levels []uint64 // rows matched at each level
	hits   []*column.Bits
}

// NewRows makes an outcome of the rows marked at each level.
func NewRows(hits []*column.Bits) Rows {
	r := Rows{hits: hits}
	for _, h := range hits {
		r.Levels = append(r.Levels, h.Count())
	}
	return r
}

// Level says at which level row i of this node was matched, if it was.
func (r Rows) Level(i uint64) (level int, ok bool) {
	for l, h := range r.hits {
		if h.Get(i) {
			return l, true
		}
	}
	return 0, false
}

// All yields the matched rows below n in increasing order, with their levels.
func (r Rows) All(n uint64) iter.Seq2[uint64, int] {
	return func(yield func(uint64, int) bool) {
		for i := range n {
			if level, ok := r.Level(i); ok && !yield(i, level) {
				return
			}
		}
	}
}

// Rest is the outcome of an analysis that reveals which of this node's own rows
// the other's set does not hold. Every level's hits are kept apart: a row that
// shares an identifier with another goes by what became of that one.
type Rest struct{ hits []*column.Bits }

// NewRest makes an outcome of all rows found at each level.
func NewRest(hits []*column.Bits) Rest { return Rest{hits} }

// Holds reports whether row i of this node is left: no level found it.
func (r Rest) Holds(i uint64) bool {
	for l := range r.hits {
		if r.Struck(l, i) {
			return false
		}
	}
	return true
}

// Struck reports whether a level found row i of this node.
func (r Rest) Struck(level int, i uint64) bool { return r.hits[level].Get(i) }

// Names is the outcome of a node that took rows of its peer: what was sold of
// each, in an order that tells nothing. Whoever takes the outcome closes them.
type Names struct{ Rows *column.List }

// Close forgets the rows.
func (n Names) Close() error { return n.Rows.Close() }

// Sold is the outcome of the node that sold them: how many were taken.
type Sold struct{ Names uint64 }

// Nothing is the outcome of a node that helped its peer to learn something.
type Nothing struct{}

func (Counts) outcome()  {}
func (Rows) outcome()    {}
func (Rest) outcome()    {}
func (Names) outcome()   {}
func (Sold) outcome()    {}
func (Nothing) outcome() {}

// The engines: what identifiers are compared under.
const (
	DH   = "dh"   // blinded points of a group (PROTOCOLS.md)
	VOLE = "vole" // an OPRF of vector OLE, for large runs (docs/bulk-engine.md)
)

// A Protocol is one way of running an analysis: a row of the table in
// match/all.
type Protocol struct {
	Analysis string // "match", "append", "size", "aggregate", "suppress"
	Topology string // "P1-M", "P1-O", "P4", "DUAL", "SINGLE", "HELPER", "RING" (PROTOCOLS.md §3, §4.6, §6, §7)
	Engine   string // [DH] or [VOLE]; empty: DH
	// Schemas are the only kinds of frames that the protocol can send or receive.
	Schemas func(levels int) wire.Schemas
	// RunSchemas are those of one run, what this node sends and what the peer
	// does, where they depend on more than the levels. Nil where they never do.
	RunSchemas func(c Config) (own, peer wire.Schemas)
	// Neighbours are those of this party in a run of a group. Nil where the
	// protocol is one of two parties.
	Neighbours func(c Config) []Neighbour
	// New makes one party's machine. learns says whether this node is to learn
	// the outcome; it matters only where one member alone learns it.
	New func(c Config, learns bool) (Machine, error)
}

// Frames are the kinds of frames of a run: what this node sends, and what the
// peer does.
func (p Protocol) Frames(c Config) (own, peer wire.Schemas) {
	if p.RunSchemas != nil {
		return p.RunSchemas(c)
	}
	s := p.Schemas(len(c.Levels))
	return s, s
}

// Code is what the peer and the receipt are told of an error: never its text.
func Code(err error) string {
	for _, c := range codes {
		if errors.Is(err, c.err) {
			return c.code
		}
	}
	return "INTERNAL"
}

var codes = []struct {
	err  error
	code string
}{
	{wire.ErrFrame, "FRAME"}, {ErrTurn, "TURN"}, {ErrSpent, "SPENT"}, {ErrPoint, "POINT"},
	{ErrOrder, "ORDER"}, {ErrCount, "COUNT"}, {ErrProof, "PROOF"}, {ErrCommit, "COMMIT"},
	{ErrReflect, "REFLECT"}, {ErrDiffer, "DIFFER"}, {ErrPool, "POOL"}, {ErrSum, "SUM"},
	{ErrSeal, "SEAL"}, {ErrDecline, "DECLINED"}, {ErrLabel, "LABEL"}, {ErrNumber, "NUMBER"}, {context.Canceled, "CANCELLED"},
	{context.DeadlineExceeded, "TIMEOUT"},
}
