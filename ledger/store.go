package ledger

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	_ "modernc.org/sqlite" // the driver
)

//go:embed migrations
var migrations embed.FS

// A store is one kind of database that a book can be kept in. The statements
// are the same in all; what differs stands here.
type store struct {
	name    string // for people; never holds a password
	dialect goose.Dialect
	folder  string // of the migrations
	lock    string // gives a transaction the book to itself, where it has not got it by beginning
	options func() ([]goose.ProviderOption, error)
	open    func() (*sql.DB, error)
}

// storeOf reads where a book is: the path of an SQLite file, or a URL
// postgres://… of a database that belongs to this node alone.
func storeOf(where string) (store, error) {
	if strings.HasPrefix(where, "postgres://") || strings.HasPrefix(where, "postgresql://") {
		return postgresAt(where)
	}
	return sqliteAt(where), nil
}

func sqliteAt(path string) store {
	return store{
		name: path, dialect: goose.DialectSQLite3, folder: "migrations/sqlite",
		options: func() ([]goose.ProviderOption, error) { return nil, nil },
		open: func() (*sql.DB, error) {
			return sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+
				"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
		},
	}
}

func postgresAt(where string) (store, error) {
	config, err := pgx.ParseConfig(where)
	if err != nil {
		return store{}, fmt.Errorf("ledger: the PostgreSQL URL cannot be read: write postgres://user@host/database")
	}
	config.RuntimeParams["synchronous_commit"] = "on" // what has returned has to be durable
	config.RuntimeParams["application_name"] = "mandorla"
	return store{
		name: fmt.Sprintf("PostgreSQL database %s at %s", config.Database, config.Host), dialect: goose.DialectPostgres,
		folder: "migrations/postgres", lock: `LOCK TABLE charges, partners, records IN EXCLUSIVE MODE`,
		options: func() ([]goose.ProviderOption, error) {
			l, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 60))
			return []goose.ProviderOption{goose.WithSessionLocker(l)}, err
		},
		open: func() (*sql.DB, error) { return stdlib.OpenDB(*config), nil },
	}, nil
}

func (s store) files() (fs.FS, error) { return fs.Sub(migrations, s.folder) }

// migrate brings the tables to the present form, and keeps what is in them.
func (s store) migrate(ctx context.Context, db *sql.DB) error {
	files, err := s.files()
	if err != nil {
		return err
	}
	options, err := s.options()
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(s.dialect, db, files, append(options, goose.WithGoMigrations(backfill()))...)
	if err != nil {
		return err
	}
	// Two processes may open a new book at once, and only one of them can make
	// its tables. The other fails, looks again and finds them.
	for range 3 {
		var pending bool
		if pending, err = p.HasPending(ctx); err == nil && !pending {
			return nil
		}
		_, err = p.Up(ctx)
	}
	return err
}

// within runs do in one transaction, which has the book to itself.
func (b *Book) within(ctx context.Context, do func(*sql.Tx) error) error {
	return b.transaction(ctx, nil, func(tx *sql.Tx) error {
		if b.lock != "" {
			if _, err := tx.ExecContext(ctx, b.lock); err != nil {
				return fmt.Errorf("ledger: %w", err)
			}
		}
		return do(tx)
	})
}

// snapshot runs do in a transaction that only reads and sees the book as it is
// at one moment. It stops nobody from writing.
func (b *Book) snapshot(ctx context.Context, do func(*sql.Tx) error) error {
	return b.transaction(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}, do)
}

func (b *Book) transaction(ctx context.Context, o *sql.TxOptions, do func(*sql.Tx) error) error {
	tx, err := b.db.BeginTx(ctx, o)
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	if err := do(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	return nil
}
