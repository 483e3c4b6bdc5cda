/** The reference standard of a study as it was set: a consensus that is made anew does not change it. */
export const referenceTables = `
CREATE TABLE reading_reference (
  study TEXT NOT NULL REFERENCES reading_study (id),
  case_index INTEGER NOT NULL,
  state TEXT NOT NULL,
  blob TEXT NOT NULL,
  PRIMARY KEY (study, case_index)
) STRICT, WITHOUT ROWID;

INSERT INTO reading_reference (study, case_index, state, blob)
SELECT study, case_index, state, blob FROM reading_consensus
WHERE study IN (SELECT id FROM reading_study WHERE reference IS NOT NULL);
`
