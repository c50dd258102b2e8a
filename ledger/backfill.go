package ledger

import (
	"context"
	"database/sql"
	"time"

	"github.com/pressly/goose/v3"
)

// backfill makes the entries of a book that was written before there was a log
// the first records of it.
func backfill() *goose.Migration {
	return goose.NewGoMigration(3, &goose.GoFunc{RunTx: logEntries}, nil)
}

// logEntries reads the entries first and writes the records afterwards: a
// transaction can do one at a time.
func logEntries(ctx context.Context, tx *sql.Tx) error {
	var entries []entry
	var hashes []string
	err := each(ctx, tx, ``, nil, func(e entry, hash string) error {
		entries, hashes = append(entries, e), append(hashes, hash)
		return nil
	})
	if err != nil {
		return err
	}
	for i, e := range entries {
		at, err := time.Parse(time.RFC3339Nano, e.At)
		if err != nil {
			return entryFault(e.Place, "has a time that is none")
		}
		if err := e.log(ctx, tx, hashes[i], at); err != nil {
			return err
		}
	}
	return nil
}
