//go:build unix

// Package ledgertest lends tests a PostgreSQL server. It is not for anything
// that has data to keep.
package ledgertest

import (
	"context"
	"database/sql"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver
)

// A Postgres is a PostgreSQL server of a test's own.
type Postgres struct {
	where   *url.URL
	schemas atomic.Int64
}

// StartPostgres makes a server of the programs of the system's package, on
// loopback alone, and throws it away with the test; it skips where there are
// none.
func StartPostgres(t *testing.T) *Postgres {
	t.Helper()
	bin := postgresPrograms()
	if bin == "" {
		t.Skip("no PostgreSQL server is installed (initdb is neither on PATH nor under /usr/lib/postgresql)")
	}
	dir, err := os.MkdirTemp("", "ledger-postgres")
	must(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	attributes := unprivileged(t, dir)
	data := filepath.Join(dir, "data")
	run := func(name string, args ...string) *exec.Cmd {
		c := exec.Command(filepath.Join(bin, name), args...)
		c.Dir, c.SysProcAttr = dir, attributes
		c.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "HOME=" + dir}
		return c
	}
	if out, err := run("initdb", "-D", data, "-U", "node", "-A", "trust", "-E", "UTF8", "--no-sync").CombinedOutput(); err != nil {
		t.Skipf("initdb does not run here: %v\n%s", err, out)
	}
	port := freePort(t)
	server := run("postgres", "-D", data, "-h", "127.0.0.1", "-p", port, "-k", dir, "-F")
	log, err := os.Create(filepath.Join(dir, "log"))
	must(t, err)
	defer log.Close()
	server.Stdout, server.Stderr = log, log
	must(t, server.Start())
	t.Cleanup(func() {
		server.Process.Signal(syscall.SIGQUIT)
		server.Wait()
	})
	where := &url.URL{Scheme: "postgres", User: url.User("node"), Host: "127.0.0.1:" + port, Path: "/postgres",
		RawQuery: "sslmode=disable"}
	awaitServer(t, where, log.Name())
	return &Postgres{where: where}
}

// Book is the URL of an empty book of the server's.
func (p *Postgres) Book(t *testing.T) string {
	t.Helper()
	db, err := sql.Open("pgx", p.where.String())
	must(t, err)
	defer db.Close()
	name := fmt.Sprint("book", p.schemas.Add(1))
	_, err = db.ExecContext(t.Context(), "CREATE SCHEMA "+name)
	must(t, err)
	u := *p.where
	q := u.Query()
	q.Set("search_path", name)
	u.RawQuery = q.Encode()
	return u.String()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// postgresPrograms is the folder of the server's programs; empty where there is
// none.
func postgresPrograms() string {
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			return filepath.Dir(path)
		}
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		return ""
	}
	return filepath.Dir(found[len(found)-1])
}

// unprivileged gives the folder to somebody without rights and lets the server
// run as them: it refuses to run as root.
func unprivileged(t *testing.T, dir string) *syscall.SysProcAttr {
	if os.Getuid() != 0 {
		return nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err1 != nil || err2 != nil || os.Chown(dir, int(uid), int(gid)) != nil {
			continue
		}
		return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	}
	t.Skip("a PostgreSQL server does not run as root, and there is no user postgres or nobody to run it as")
	return nil
}

func freePort(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	must(t, err)
	return port
}

// awaitServer waits until the server answers.
func awaitServer(t *testing.T, where *url.URL, log string) {
	t.Helper()
	db, err := sql.Open("pgx", where.String())
	must(t, err)
	defer db.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for db.PingContext(ctx) != nil {
		select {
		case <-ctx.Done():
			said, _ := os.ReadFile(log)
			t.Fatalf("the server does not answer:\n%s", said)
		case <-time.After(50 * time.Millisecond):
		}
	}
}
