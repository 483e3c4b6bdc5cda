/**
 * Checkpoints of a drawing that its reader named. `number` is the entry it stood at, null once other entries were drawn in its
 * place; `blob` is what was drawn then, whole, so that it is never lost.
 */
export const namedPointTables = `
CREATE TABLE named_point (
  id TEXT PRIMARY KEY,
  drawing TEXT NOT NULL REFERENCES drawing (id),
  name TEXT NOT NULL,
  number INTEGER,
  blob TEXT NOT NULL,
  made TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX named_point_of ON named_point (drawing);
`
