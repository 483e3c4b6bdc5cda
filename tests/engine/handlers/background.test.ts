import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { encodeNpy } from '@engine/formats/raster/npy'
import { cardBackground, experimentBackground } from '@engine/handlers/background'
import type { ExperimentParts } from '@engine/handlers/experiment-parts'
import type { ModelEntry } from '@engine/handlers/model-shelf'
import type { PreparedImage } from '@engine/preprocessing/prepared-image'

const folder = mkdtempSync(join(tmpdir(), 'saliscope-background-'))
afterAll(() => rmSync(folder, { recursive: true }))

const entry = (background?: string): Pick<ModelEntry, 'path' | 'card'> => ({
  path: join(folder, 'model.onnx'),
  card: { background } as ModelEntry['card']
})

describe('the background set of a card', () => {
  it('lies beside the model', async () => {
    writeFileSync(join(folder, 'set.npy'), encodeNpy(Float32Array.of(1, 2, 3, 4), [2, 1, 1, 2]))
    expect(await cardBackground(entry('set.npy'))).toMatchObject({ shape: [2, 1, 1, 2] })
    expect(await cardBackground(entry())).toBeUndefined()
  })

  it.each(['../set.npy', '/etc/set.npy', 'a\\set.npy'])('and nowhere else: %s', async (name) => {
    await expect(cardBackground(entry(name))).rejects.toMatchObject({ code: 'bad-card' })
  })
})

describe('the background set of an experiment', () => {
  const cases = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id, patient: id, split: id === 'a' ? 'test' : 'train' }))
  const parts = (n: number | null): ExperimentParts =>
    ({
      experiment: { seed: 1, cases, references: { background: n === null ? null : { split: 'train', n } } },
      cases: { require: (id: string) => cases.find((item) => item.id === id) },
      models: { require: () => entry('set.npy') }
    }) as unknown as ExperimentParts
  const asked: string[] = []
  const prepared = (id: string): Promise<PreparedImage> => {
    asked.push(id)
    const input = (index: number) => ({ data: Float32Array.of(id.charCodeAt(0), index), shape: [1, 1, 1, 2] })
    return Promise.resolve({ plan: { indices: [3, 5, 7] }, input } as unknown as PreparedImage)
  }

  it('is drawn from the split by the seed, the middle slice of each case, never from the explained patient', async () => {
    const set = await experimentBackground(parts(3), { modelId: 'm', caseId: 'a', prepared })
    expect(set?.shape).toEqual([3, 1, 1, 2])
    expect(set?.data.filter((_, index) => index % 2 === 1)).toEqual(Float32Array.of(5, 5, 5))
    asked.length = 0
    await experimentBackground(parts(9), { modelId: 'm', caseId: 'c', prepared })
    expect([...asked].sort()).toEqual(['b', 'd', 'e'])
  })

  it('is the card’s when the experiment names none', async () => {
    const set = await experimentBackground(parts(null), { modelId: 'm', caseId: 'a', prepared })
    expect(set?.shape).toEqual([2, 1, 1, 2])
  })
})
