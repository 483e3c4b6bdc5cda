/**
 * Studies of readers. `definition` is a StudyDefinition, `package` the list of contents of a reader's package (null where
 * the study is organised here), `record` a ReadingRecord; outlines and audit trails lie in blobs.
 */
export const readingTables = `
CREATE TABLE reading_study (
  id TEXT PRIMARY KEY,
  definition TEXT NOT NULL,
  secret TEXT NOT NULL,
  package TEXT,
  reference TEXT,
  made TEXT NOT NULL
) STRICT;

CREATE TABLE reading_place (
  study TEXT NOT NULL REFERENCES reading_study (id),
  reader TEXT NOT NULL,
  profile TEXT NOT NULL,
  PRIMARY KEY (study, reader)
) STRICT, WITHOUT ROWID;

CREATE TABLE reading_record (
  study TEXT NOT NULL REFERENCES reading_study (id),
  reader TEXT NOT NULL,
  reading INTEGER NOT NULL,
  record TEXT NOT NULL,
  PRIMARY KEY (study, reader, reading)
) STRICT, WITHOUT ROWID;

CREATE TABLE reading_outline (
  study TEXT NOT NULL REFERENCES reading_study (id),
  reader TEXT NOT NULL,
  reading INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('first', 'after-map')),
  blob TEXT NOT NULL,
  PRIMARY KEY (study, reader, reading, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE reading_consensus (
  study TEXT NOT NULL REFERENCES reading_study (id),
  case_index INTEGER NOT NULL,
  state TEXT NOT NULL,
  blob TEXT NOT NULL,
  PRIMARY KEY (study, case_index)
) STRICT, WITHOUT ROWID;

CREATE TABLE reading_return (
  study TEXT NOT NULL REFERENCES reading_study (id),
  reader TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  audit TEXT NOT NULL,
  merged TEXT NOT NULL,
  PRIMARY KEY (study, reader, sha256)
) STRICT, WITHOUT ROWID;
`
