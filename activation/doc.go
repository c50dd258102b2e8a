// Package activation makes the file in which matched rows leave a node: sealed
// to one recipient, with decoys among the rows, and a day by which it has to be
// deleted.
//
// A file is a line that names its form, a header in JSON on one line, and a body
// that is encrypted to the recipient's key: an age file (age-encryption.org/v1) or
// HPKE (RFC 9180, base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256,
// AES-256-GCM) in chunks. Inside stand the rows and, at the end, a note by which
// the sender signs the header and what the rows are. So a file that was changed,
// cut off, put together from two, or sealed by somebody else does not open.
//
// It keeps the rows from everybody but the recipient. It does not keep the
// recipient from doing with them what it likes: decoys only tell afterwards from
// which file a value came ([Secret], [Survey]). It is not for a run's own
// messages.
package activation
