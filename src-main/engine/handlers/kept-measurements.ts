import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { HeldValues } from '@engine/project/held-values'
import { keepValue, keptValue } from '@engine/project/kept-values'
import { listProfiles } from '@engine/project/profile-rows'
import type { Workspace } from '@engine/project/workspace'
import { type Measurement, Measurements } from '@shared/measuring'

/** What versions before the database kept beside it. */
const OldFile = v.object({ version: v.literal(1), cases: v.record(v.string(), Measurements) })
const oldName = 'measurements.json'
export const damagedName = 'measurements-damaged.json'

/** Who measured on what. */
export interface Measured {
  readonly caseId: string
  readonly profile: string
}

const nameOf = ({ caseId, profile }: Measured): string => `measured ${profile} ${caseId}`
/** Before measurements were told apart by who made them. */
const sharedName = (caseId: string): string => `measurements ${caseId}`

/** Measurements of all cases ever measured, by the profile that made them, in the database of the workspace. */
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

  of(which: Measured): Measurement[] {
    this.moveIn()
    const waiting = this.held.of(nameOf(which))
    if (waiting !== undefined) return [...waiting]
    const own = keptValue(this.workspace.database, nameOf(which))
    const kept = v.safeParse(Measurements, own === undefined ? this.shared(which) : own)
    return kept.success ? kept.output : []
  }

  /** Throws Fault `not-writable` where it can never be written; on a full disk it is held and tried again. */
  keep(which: Measured, own: readonly Measurement[]): void {
    this.moveIn()
    const { database, saver } = this.workspace
    const written = this.held.hold(nameOf(which), own)
    try {
      saver.write(() => {
        keepValue(database, nameOf(which), own)
        written()
      })
    } catch (thrown) {
      written()
      throw thrown
    }
  }

  /** Of whom the shared ones are is not known: they stay with the first researcher, and mark nothing for a reader. */
  private shared({ caseId, profile }: Measured): unknown {
    const { database } = this.workspace
    const all = listProfiles(database)
    const heir = all.find(({ role }) => role === 'researcher') ?? all.find(({ role }) => role === 'organiser')
    return heir?.id === profile ? keptValue(database, sharedName(caseId)) : undefined
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
        if (keptValue(database, sharedName(caseId)) === undefined) keepValue(database, sharedName(caseId), own)
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
