/** The first layout of a workspace. A migration that was released is never changed: the next one changes what it made. */
export const workspaceTables = `
CREATE TABLE property (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE profile (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL CHECK (role IN ('reader', 'organiser', 'researcher')),
  pin TEXT,
  made TEXT NOT NULL
) STRICT;

CREATE TABLE drawing (
  id TEXT PRIMARY KEY,
  image TEXT NOT NULL,
  case_id TEXT NOT NULL,
  reader TEXT NOT NULL REFERENCES profile (id),
  study TEXT,
  reading INTEGER NOT NULL,
  columns INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  slices INTEGER NOT NULL,
  affine TEXT NOT NULL,
  spacing TEXT,
  cursor INTEGER NOT NULL,
  made TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX drawing_of ON drawing (image, reader, ifnull(study, ''), reading);

CREATE TABLE entry (
  drawing TEXT NOT NULL REFERENCES drawing (id),
  number INTEGER NOT NULL,
  name TEXT NOT NULL,
  tool TEXT,
  slice INTEGER,
  saved TEXT NOT NULL,
  payload BLOB NOT NULL,
  PRIMARY KEY (drawing, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoint (
  drawing TEXT NOT NULL REFERENCES drawing (id),
  number INTEGER NOT NULL,
  blob TEXT NOT NULL,
  PRIMARY KEY (drawing, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE lease (
  scope TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  name TEXT NOT NULL,
  host TEXT NOT NULL,
  process INTEGER NOT NULL,
  started TEXT NOT NULL,
  since TEXT NOT NULL,
  renewed TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
  number INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  who TEXT NOT NULL,
  name TEXT NOT NULL,
  what TEXT NOT NULL,
  subject TEXT NOT NULL,
  payload TEXT NOT NULL,
  detail TEXT NOT NULL,
  previous TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE TRIGGER audit_keeps_rows BEFORE DELETE ON audit BEGIN SELECT raise(ABORT, 'The audit trail is append-only.'); END;
CREATE TRIGGER audit_keeps_words BEFORE UPDATE ON audit BEGIN SELECT raise(ABORT, 'The audit trail is append-only.'); END;
`
