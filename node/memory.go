package node

// What a node may take of the machine's memory. A run keeps rows in half of it,
// however many there are; the other half is for frames on their way, for the
// engine's workspaces and for the garbage collector.

// DefaultMemory is what a node takes that is not told: a quarter of the
// machine's.
func DefaultMemory() int64 { return machineMemory() / 4 }

// rowMemory is the bytes of rows that a run may hold.
func (n *Node) rowMemory() int64 { return n.memory - min(n.memory/2, overhead) }

// overhead is about what a node takes that has no rows.
const overhead = 128 << 20

// unknownMemory is what a machine is taken to have that does not say.
const unknownMemory = 4 << 30

// share is what a sort may take while a table is prepared.
func (n *Node) share() int64 { return n.rowMemory() / 8 }

// buffer is what a list may take, which storage serves as well.
func (n *Node) buffer() int64 { return n.rowMemory() / 64 }
