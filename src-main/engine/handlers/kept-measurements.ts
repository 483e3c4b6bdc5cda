import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { HeldValues } from '@engine/project/held-values'
import { keepValue, keptValue } from '@engine/project/kept-values'
import type { Workspace } from '@engine/project/workspace'
import { type Measurement, Measurements } from '@shared/measuring'

/** What versions before the database kept beside it. */
const OldFile = v.object({ version: v.literal(1), cases: v.record(v.string(), Measurements) })
const oldName = 'measurements.json'
export const damagedName = 'measurements-damaged.json'

const nameOf = (caseId: string): string => `measurements ${caseId}`

/** Measurements of all cases ever measured, in the database of the workspace. */
export class KeptMeasurements {
  private movedIn = false
  /** What a full disk keeps from being written: newer than what the database has. */
  private readonly held = new HeldValues<readonly Measurement[]>()

  constructor(
    private readonly workspace: Pick<Workspace, 'database' | 'saver'>,
    private readonly folder: string | null,
    /** Told when something was found that the user must know. */
    private readonly say: (sentence: string) => void
  ) {}

  of(caseId: string): Measurement[] {
    this.moveIn()
    const waiting = this.held.of(caseId)
    if (waiting !== undefined) return [...waiting]
    const kept = v.safeParse(Measurements, keptValue(this.workspace.database, nameOf(caseId)))
    return kept.success ? kept.output : []
  }

  /** Throws Fault `not-writable` where it can never be written; on a full disk it is held and tried again. */
  keep(caseId: string, own: readonly Measurement[]): void {
    this.moveIn()
    const { database, saver } = this.workspace
    const written = this.held.hold(caseId, own)
    try {
      saver.write(() => {
        keepValue(database, nameOf(caseId), own)
        written()
      })
    } catch (thrown) {
      written()
      throw thrown
    }
  }

  /** Takes over the file of earlier versions, once; a damaged one is moved aside and told of, never written over. */
  private moveIn(): void {
    if (this.movedIn) return
    this.movedIn = true
    const path = this.folder === null ? null : join(this.folder, oldName)
    if (path === null || !existsSync(path)) return
    const { database } = this.workspace
    const cases = readOldFile(path)
    if (cases === null) {
      renameSync(path, join(this.folder!, damagedName))
      this.say(`The file of measurements is damaged. It was kept as ${damagedName}; measurements start anew.`)
      return
    }
    database.transaction(() => {
      for (const [caseId, own] of Object.entries(cases)) {
        // What was measured since, in the database, is newer.
        if (keptValue(database, nameOf(caseId)) === undefined) keepValue(database, nameOf(caseId), own)
      }
    })
    rmSync(path)
  }
}

function readOldFile(path: string): Record<string, Measurement[]> | null {
  try {
    return v.parse(OldFile, JSON.parse(readFileSync(path, 'utf8'))).cases
  } catch {
    return null
  }
}
