-- +goose Up
CREATE TABLE charges (
    place       INTEGER PRIMARY KEY,    -- 1, 2, 3, …: rows are added, never changed
    run         TEXT NOT NULL,          -- session id, hexadecimal
    step        TEXT NOT NULL CHECK (step IN ('reserve', 'spend', 'refund')),
    at          TEXT NOT NULL,          -- RFC 3339, UTC
    dataset     TEXT NOT NULL,          -- this node's
    partner     TEXT NOT NULL,          -- the partner's name and key
    counterpart TEXT NOT NULL,          -- the partner's dataset
    agreement   TEXT NOT NULL,          -- sha256:…
    epsilon     TEXT NOT NULL,          -- a fraction, exact
    delta       TEXT NOT NULL,          -- a fraction, exact
    hash        TEXT NOT NULL           -- SHA-256 over the previous row's hash and this row
) STRICT;
CREATE INDEX charges_by_run ON charges (run);
CREATE INDEX charges_by_pair ON charges (dataset, partner, counterpart);

CREATE TABLE partners (
    dataset     TEXT NOT NULL,
    partner     TEXT NOT NULL,
    counterpart TEXT NOT NULL,
    spent       INTEGER NOT NULL,       -- the most runs that the partner has signed to have spent
    PRIMARY KEY (dataset, partner, counterpart)
) STRICT;

-- +goose Down
DROP TABLE partners;
DROP TABLE charges;
