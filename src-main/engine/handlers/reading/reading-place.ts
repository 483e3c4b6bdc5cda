import { createHmac } from 'node:crypto'
import { Fault } from '@engine/fault'
import type { AssignmentManifest } from '@engine/formats/reader-package/package-schema'
import type { StudyRow } from '@engine/project/reading-rows'
import { type OrderedReading, readingOrder } from '@engine/readers/study/reading-order'
import type { Blinding, StudyDefinition, StudyReader } from '@shared/reading-study'

/** What can be hidden from a reader. */
export type Hidden = keyof Blinding

const allHidden: readonly Hidden[] = ['label', 'prediction', 'map', 'readers']

/** What a reader of this study must not see. Of a package nothing else is there in the first place. */
export function hiddenFrom({ study, package: packed }: StudyRow): readonly Hidden[] {
  return packed === null ? allHidden.filter((what) => study.blinded[what]) : allHidden
}

/** The name of a case on the screen of a reader: study, reader and number, so that nothing can be told from it. */
export const readingCaseId = (study: string, reader: string, reading: number): string =>
  `reading:${study}:${reader}:${reading}`

export const isReadingCase = (caseId: string): boolean => caseId.startsWith('reading:')

/** The place of a reader in a study. Throws Fault `not-found`. */
export function readerOf({ readers }: StudyDefinition, readerId: string): StudyReader {
  const reader = readers.find(({ id }) => id === readerId)
  if (reader === undefined)
    throw new Fault('not-found', 'There is no such reader in this study.', { subject: readerId })
  return reader
}

/** The list one reader works through. A package brings it along: nothing there tells which are repeats. */
export function orderFor({ study, package: packed }: StudyRow, readerId: string): OrderedReading[] {
  if (packed === null) return readingOrder(study, readerId)
  const { readings } = JSON.parse(packed) as AssignmentManifest
  return readings.map((caseIndex, index) => ({ reading: index + 1, caseIndex, repeat: false }))
}

/** Seals what this reader brings back. */
export const returnKeyOf = ({ secret }: StudyRow, readerId: string): string =>
  createHmac('sha256', Buffer.from(secret, 'hex')).update(`return ${readerId}`).digest('hex')

/** A study's case as an organiser is shown it: its number in the study. */
export const caseCode = (caseIndex: number): string => `Case ${caseIndex + 1}`

/** Its name in files and folders. */
export const caseFileCode = (caseIndex: number): string => `case-${String(caseIndex + 1).padStart(4, '0')}`
