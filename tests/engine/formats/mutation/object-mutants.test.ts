import { fileURLToPath } from 'node:url'
import { Piscina } from 'piscina'
import { afterAll, describe, expect, it } from 'vitest'
import type { FaultReport } from '@shared/fault'
import { Fault } from '@engine/fault'
import { dataFolder } from '../shared-data'
import { builtWorker } from '../test-pool'
import { sharedBases } from './bases'
import { elementMutant } from './element-mutant'
import { objectReaders } from './object-readers'
import type { ObjectRequest } from './object-worker'
import { mutantCount, runMutants, runTimeMs, logTally } from './run-mutants'

const count = mutantCount(300, 10_000)
const hangMs = 8000

const pool = new Piscina({
  filename: await builtWorker('objects', fileURLToPath(new URL('object-worker.ts', import.meta.url))),
  maxThreads: 2
})
afterAll(() => pool.destroy())

/** Reads one mutant in a thread of its own, which is ended when it hangs. */
async function readIn(request: ObjectRequest): Promise<null> {
  const fault = (await pool.run(request, { signal: AbortSignal.timeout(hangMs) })) as FaultReport | null
  if (fault === null) return null
  throw new Fault(fault.code, fault.message, { subject: fault.subject, hint: fault.hint })
}

describe.skipIf(dataFolder === null)('damaged DICOM objects', () => {
  it.each(objectReaders.map((reader, seed) => ({ ...reader, seed })))(
    '$id: no crash, no hang, every refusal one sentence',
    async ({ id, bases: names, seed }) => {
      const bases = sharedBases(names)
      const whole = await runMutants({
        bases,
        count: bases.length,
        seed: 0,
        damage: (bytes) => bytes,
        read: (bytes, name) => readIn({ reader: id, name, bytes })
      })
      expect([whole.complaints, whole.read]).toEqual([[], bases.length])
      const tally = await runMutants({
        bases,
        count,
        seed: 20260400 + seed,
        damage: elementMutant,
        read: (bytes, name) => readIn({ reader: id, name, bytes })
      })
      logTally(id, tally)
      expect(tally.complaints).toEqual([])
      expect(tally.read).toBeGreaterThan(count / 20)
    },
    runTimeMs(count)
  )
})
