import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { FaultReport } from '@shared/fault'
import { Fault } from '@engine/fault'
import type { ImageContent } from '@engine/formats/format'
import { mutant } from '../mutate'
import { dataFolder } from '../shared-data'
import { testPool } from '../test-pool'
import { dicomBases, fixtureBases, niftiBases, sharedBases } from './bases'
import { elementMutant } from './element-mutant'
import { mutantCount, poorRefusal, runMutants, runTimeMs, logTally } from './run-mutants'

/** The pool gives a file up after this; the rest is starting a new thread on a busy machine. */
const secondsPerFile = 4
const dicomCount = mutantCount(2000, 100_000)
const niftiCount = mutantCount(500, 25_000)
const otherCount = mutantCount(500, 25_000)

const folder = mkdtempSync(join(tmpdir(), 'saliscope-mutants-'))
const pool = await testPool('mutants', secondsPerFile)

afterAll(async () => {
  await pool.close()
  rmSync(folder, { recursive: true })
})

/** Lists and decodes a mutant as the app does, in the worker pool. */
async function asTheApp(bytes: Uint8Array, name: string, index: number): Promise<string | null> {
  const path = join(folder, `${index}-${name}`)
  writeFileSync(path, bytes)
  try {
    const [{ facts, fault }] = await pool.facts([path])
    const poorListing = fault === null ? null : poorRefusal(faultOf(fault), name)
    if (poorListing !== null) return `listing: ${poorListing}`
    const content = await pool.decode(path, {})
    return contradiction(content) ?? (facts?.kind === 'other' ? 'it is read as an image but listed as none' : null)
  } finally {
    rmSync(path)
  }
}

function faultOf({ code, message, subject, hint }: FaultReport): Fault {
  return new Fault(code, message, { subject, hint })
}

function contradiction(content: ImageContent): string | null {
  const expected = content.shape.reduce((product, length) => product * length, 1)
  if (content.values.length !== expected)
    return `${content.values.length} values for the shape ${content.shape.join(' × ')}`
  for (const { volume } of content.volumes) {
    const [columns, rows, slices] = volume.size
    if (volume.voxels.length !== columns * rows * slices * volume.samples) return 'a volume of the wrong length'
    if (!volume.affine.every(Number.isFinite)) return 'an affine that is not finite'
  }
  return null
}

describe.skipIf(dataFolder === null)('damaged images', () => {
  it(
    'DICOM: no crash, no hang, little memory, every refusal one sentence that names file and cause',
    async () => {
      const mutants = {
        bases: sharedBases(dicomBases),
        count: dicomCount,
        seed: 20260301,
        damage: elementMutant,
        read: asTheApp
      }
      const tally = await runMutants(mutants)
      logTally('DICOM images', tally)
      expect(tally.complaints).toEqual([])
      expect(tally.read + tally.refused).toBe(dicomCount)
      expect(tally.refused).toBeGreaterThan(dicomCount / 10)
      expect(tally.read).toBeGreaterThan(dicomCount / 10)
    },
    runTimeMs(dicomCount)
  )

  it(
    'NIfTI and MGH: the same',
    async () => {
      const mutants = {
        bases: sharedBases(niftiBases),
        count: niftiCount,
        seed: 20260302,
        damage: mutant,
        read: asTheApp
      }
      const tally = await runMutants(mutants)
      logTally('NIfTI and MGH', tally)
      expect(tally.complaints).toEqual([])
      expect(tally.refused).toBeGreaterThan(niftiCount / 10)
      expect(tally.read).toBeGreaterThan(niftiCount / 10)
    },
    runTimeMs(niftiCount)
  )

  it(
    'NRRD, NPY, NPZ, PNG and TIFF: the same',
    async () => {
      const tally = await runMutants({
        bases: fixtureBases(),
        count: otherCount,
        seed: 20260303,
        damage: mutant,
        read: asTheApp
      })
      logTally('other images', tally)
      expect(tally.complaints).toEqual([])
      expect(tally.refused).toBeGreaterThan(otherCount / 10)
      expect(tally.read).toBeGreaterThan(otherCount / 20)
    },
    runTimeMs(otherCount)
  )
})
