import * as v from 'valibot'

/** What can be written out: maps of cases, their outlines, figures measured on them, or the cases themselves. */
export const ExportSubject = v.picklist(['maps', 'masks', 'measurements', 'cases'])
export type ExportSubject = v.InferOutput<typeof ExportSubject>

/** Who the written DICOM files say they are of: a pseudonym, or the patient as in the source files. */
export const ExportIdentity = v.picklist(['pseudonym', 'source'])
export type ExportIdentity = v.InferOutput<typeof ExportIdentity>

/** How outlines are written. `readers`: each reader's own beside the reference standard, with a table that says whose and what they are. */
export const OutlineOrder = v.object({
  grant: v.pipe(v.string(), v.maxLength(4096)),
  /** Ids of formats, as `export.formats` lists them. */
  as: v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(512))), v.minLength(1), v.maxLength(32)),
  identity: v.optional(ExportIdentity, 'pseudonym'),
  readers: v.optional(v.boolean(), false)
})

/** Something that a format cannot hold, and why, as a sentence. */
export const ExportRefusal = v.object({ item: v.string(), reason: v.string() })
export type ExportRefusal = v.InferOutput<typeof ExportRefusal>

/** One line of the export sheet. */
export const ExportFormatSummary = v.object({
  id: v.string(),
  title: v.string(),
  /** What it is good for, and what of the patient is in it. */
  hint: v.string(),
  /** A report to read, files for programs, for a PACS, or a whole tree for another system. */
  group: v.picklist(['report', 'research', 'dicom', 'tree']),
  /** Items that can be written so; the others are refused. */
  writes: v.number(),
  refused: v.array(ExportRefusal)
})
export type ExportFormatSummary = v.InferOutput<typeof ExportFormatSummary>

/** What was written (names relative to the chosen folder) and what was not. */
export const ExportDone = v.object({
  files: v.array(v.string()),
  refused: v.array(ExportRefusal),
  /** What remains to be known about the written files: sentences. */
  remarks: v.array(v.string())
})
export type ExportDone = v.InferOutput<typeof ExportDone>
