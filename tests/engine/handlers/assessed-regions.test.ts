import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readExperiment } from '@engine/handlers/experiment-file'
import { openExperiment } from '@engine/handlers/experiment-parts'
import { FileExperimentRun } from '@engine/handlers/experiment-run'
import { runSpec } from '@engine/handlers/experiment-spec'
import { chosenCriteria } from '@engine/handlers/assess'
import { ModelShelf } from '@engine/handlers/model-shelf'
import { openCasesExperiment } from '@engine/handlers/open-cases-experiment'
import { CaseShelf } from '@engine/handlers/case-shelf'
import { experimentCases } from '@engine/handlers/experiment-cases'
import { experimentFiles } from '@engine/handlers/experiment-hashes'
import type { Workbench } from '@engine/handlers/workbench'
import { quietJob } from '@engine/job'
import type { RegionSet } from '@shared/region-set'
import { describe, expect, it } from 'vitest'
import {
  columns,
  rows,
  folder,
  hostOf,
  models,
  opened,
  withDrawnBody,
  writeExperiment,
  writeModel
} from '../../support/drawn-body'

withDrawnBody()

describe('regions of the window', () => {
  it('are taken along into an assessment of the open cases', async () => {
    const cases = new CaseShelf()
    cases.add(experimentCases(readExperiment(writeExperiment({})), { source: 'own', prefix: '' }))
    const shelf = new ModelShelf(hostOf(), 2)
    await shelf.open(join(models, 'honest-1.onnx'), quietJob(), { modelId: 'honest' })
    const expected = [{ label: 'Opacity', regions: ['row 1, column 1'], code: null }]
    const regions = {
      set: { kind: 'grid' as const, rows: 2, columns: 2 },
      fit: 'model' as const,
      model: { grant: 'g', labels: ['left'] },
      landmarks: {},
      expected
    }
    const request = {
      source: 'open' as const,
      cases: ['one'],
      models: ['honest'],
      methods: [{ expression: 'gradient', params: {} }]
    }
    const { loaded, parts: open } = openCasesExperiment(
      { cases, models: shelf } as unknown as Workbench,
      { ...request, title: 'Open', target: 'label', regions },
      { g: join(folder, writeModel('lungs')) }
    )
    expect(chosenCriteria(loaded).some(({ criterion }) => criterion.id === 'regions')).toBe(true)
    expect(JSON.stringify(loaded.experiment)).not.toContain(folder)
    const parts = await openExperiment(loaded, { host: hostOf(), threads: 2, job: quietJob(), opened: open })
    expect(Object.keys(await experimentFiles(parts))).toEqual(['lungs.onnx', 'lungs.card.json'])
    const run = new FileExperimentRun(parts, runSpec(parts))
    expect(run.spec.expectedRegions).toEqual(expected)
    // On the grid of the classifier: the middle of a pixel of the image, on its 128 × 128.
    const found = await run.regions('honest', 'one')
    if ('unavailable' in found) throw new Error(found.unavailable)
    expect(found.shape).toEqual([128, 128])
    const at = (row: number, column: number): number =>
      found.labels[Math.floor(((row + 0.5) * 128) / rows) * 128 + Math.floor(((column + 0.5) * 128) / columns)]
    expect([at(3, 4), at(3, 6), at(6, 4), at(6, 6), at(3, 8), at(0, 0)]).toEqual([1, 2, 3, 4, 0, 0])
  })
})

describe('what an expert expects', () => {
  const set = (expected: object[]): RegionSet =>
    ({
      version: 1,
      title: 'Halves',
      source: { grid: { rows: 1, columns: 2 } },
      names: { '1': 'left' },
      expected
    }) as never

  it('comes from the file of the set, where the experiment does not say otherwise', async () => {
    const opacity = { label: 'Opacity', regions: ['left'], code: { system: 'HPO', value: 'HP:0031983' } }
    const nodule = { label: 'Nodule', regions: ['row 1, column 2'] }
    writeFileSync(join(folder, 'halves.regions.json'), JSON.stringify(set([opacity, nodule])))
    const own = { label: 'nodule', regions: ['left'], code: 'RID3875' }
    const run = await opened({ regions: { source: { set: 'halves.regions.json' }, expected: [own] } })
    expect(run.spec.expectedRegions).toEqual([own, { ...opacity, code: 'HPO HP:0031983' }])
  })

  it('is nothing for a finding whose regions were all taken back', async () => {
    writeFileSync(join(folder, 'taken.regions.json'), JSON.stringify(set([{ label: 'Opacity', regions: ['left'] }])))
    const run = await opened({
      regions: { source: { set: 'taken.regions.json' }, expected: [{ label: 'opacity', regions: [] }] }
    })
    expect(run.spec.expectedRegions).toEqual([])
  })

  it('is refused with a code that does not exist', async () => {
    const wrong = { label: 'Pneumonia', regions: ['left'], code: { system: 'SNOMED CT', value: '233604008' } }
    writeFileSync(join(folder, 'wrong.regions.json'), JSON.stringify(set([wrong])))
    await expect(opened({ regions: { source: { set: 'wrong.regions.json' } } })).rejects.toThrow(/last digit/u)
  })
})
