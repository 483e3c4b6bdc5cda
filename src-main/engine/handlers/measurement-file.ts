import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { type Measurement, Measurements } from '@shared/measuring'
import { writeWhole } from './output-folder'

const Kept = v.object({ version: v.literal(1), cases: v.record(v.string(), Measurements) })

/** Measurements of all cases ever measured, one file of the workspace; without a folder (CLI, most tests) in memory alone. */
export class MeasurementFile {
  private cases: Record<string, Measurement[]> | null = null

  constructor(private readonly folder: string | null) {}

  of(caseId: string): Measurement[] {
    return this.read()[caseId] ?? []
  }

  /** Throws Fault `not-writable`. */
  keep(caseId: string, own: Measurement[]): void {
    const { [caseId]: _before, ...others } = this.read()
    const cases = own.length === 0 ? others : { ...others, [caseId]: own }
    if (this.folder !== null) writeWhole(this.path(this.folder), JSON.stringify({ version: 1, cases }))
    this.cases = cases
  }

  private read(): Record<string, Measurement[]> {
    this.cases ??= this.folder === null ? {} : readCases(this.path(this.folder))
    return this.cases
  }

  private path(folder: string): string {
    return join(folder, 'measurements.json')
  }
}

/** A damaged file is left where it is and read as empty; the next measurement writes a whole one. */
function readCases(path: string): Record<string, Measurement[]> {
  if (!existsSync(path)) return {}
  try {
    return v.parse(Kept, JSON.parse(readFileSync(path, 'utf8'))).cases
  } catch {
    return {}
  }
}
