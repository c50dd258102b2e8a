package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// A Book is a node's record: a log of everything that its runs and agreements
// came to, and what they have spent of the privacy budget. It is kept in an
// SQLite file or in a PostgreSQL database. Records are added and never changed;
// each is a leaf of a Merkle tree (RFC 6962). What a call has written is durable
// when it returns. Several processes may have the same book open; a Book is safe
// for concurrent use.
type Book struct {
	db   *sql.DB
	lock string // gives a transaction the book to itself
}

// OpenBook opens a node's book, making it where there is none, and brings a book
// of an earlier version to the present form. It is the path of an SQLite file,
// or the URL postgres://… of a database of the node's own; search_path in the
// URL chooses a schema. The caller closes it.
func OpenBook(ctx context.Context, where string) (*Book, error) {
	s, err := storeOf(where)
	if err != nil {
		return nil, err
	}
	db, err := s.open()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.name, err)
	}
	if err := s.migrate(ctx, db); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", s.name, err), db.Close())
	}
	return &Book{db, s.lock}, nil
}

// Close closes the book.
func (b *Book) Close() error { return b.db.Close() }
