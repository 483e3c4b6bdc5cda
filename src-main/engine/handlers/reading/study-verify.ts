import { asFault } from '@engine/fault'
import { readAudit } from '@engine/project/audit'
import { findOutline, listRecords, listReturns, type StudyRow } from '@engine/project/reading-rows'
import type { Workbench } from '../workbench'
import { checkedTrail, requireChain, requireTold } from './returned-trail'

/** What verifying a study found. */
export interface StudyVerified {
  readonly whole: boolean
  /** Entries looked at, of this workspace and of returned files. */
  readonly entries: number
  /** What is wrong first, or that nothing is. */
  readonly sentence: string
}

/**
 * The audit trail of the workspace entry by entry, the trails that came with returned files, and that every outline of the
 * study is the one its trail tells of, byte for byte.
 */
export function verifyStudy({ workspace }: Workbench, { study, package: packed }: StudyRow): StudyVerified {
  const own = readAudit(workspace.database)
  let entries = own.length
  try {
    requireChain(own, workspace.id)
    const returns = listReturns(workspace.database, study.id)
    for (const { id: reader } of study.readers) {
      const records = listRecords(workspace.database, study.id, reader)
      const trails = returns
        .filter((one) => one.reader === reader)
        .map(({ audit }) => checkedTrail(new TextDecoder().decode(workspace.blobs.read(audit))))
      entries += trails.reduce((sum, trail) => sum + trail.length, 0)
      requireTold([...own, ...trails.flat()], records)
      for (const { reading, versions } of records) {
        for (const { kind } of versions) {
          const blob = findOutline(workspace.database, { study: study.id, reader, reading }, kind)
          // Reading it compares its bytes with its hash.
          if (blob !== null) workspace.blobs.read(blob)
        }
      }
    }
  } catch (thrown) {
    const fault = asFault(thrown)
    return { whole: false, entries, sentence: fault.message.replace(' Nothing was imported.', '') }
  }
  const whose = packed === null ? 'This study' : 'This reading'
  return {
    whole: true,
    entries,
    sentence: `${whose} is whole: ${entries.toLocaleString('en')} entries of the audit trail fit, and every outline is the one that was kept.`
  }
}
