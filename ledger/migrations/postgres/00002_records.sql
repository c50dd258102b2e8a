-- +goose Up
CREATE TABLE records (
    place   BIGINT PRIMARY KEY,     -- 0, 1, 2, …: leaves of the log, added and never changed
    kind    TEXT NOT NULL,
    subject TEXT NOT NULL,          -- what it is found by: a run, an agreement, a partner's log
    leaf    TEXT NOT NULL,          -- canonical JSON; holds the three above too
    hashes  BYTEA NOT NULL          -- of the subtrees that the leaf completes, the leaf's own first
);
CREATE INDEX records_by_subject ON records (kind, subject, place);

-- +goose Down
DROP TABLE records;
