import { cpSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { loadSeries } from '@engine/formats/load-series'
import { encodeNifti } from '@engine/formats/nifti/write'
import { readSegments } from '@engine/formats/segmentation/read-segments'
import { segmentVoxels, type Segment } from '@engine/formats/segmentation/segmentation'
import { experimentCases } from '@engine/handlers/experiment-cases'
import { readExperiment } from '@engine/handlers/experiment-file'
import { experimentFiles } from '@engine/handlers/experiment-hashes'
import type { ExperimentParts } from '@engine/handlers/experiment-parts'
import { labelledVoxels } from '@engine/geometry/labelmap'
import { dataFile, dataFolder } from '../formats/shared-data'

describe.skipIf(dataFolder === null)('an experiment whose masks are a DICOM SEG', () => {
  let folder: string
  let segments: readonly Segment[]
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'saliscope-seg-experiment-'))
    const ct = dataFile('QIICR+dcmqi/data/segmentations/ct-3slice')
    const { volume } = await loadSeries(readdirSync(ct).map((name) => join(ct, name)))
    const seg = dataFile('QIICR+dcmqi/data/segmentations/partial_overlaps.dcm')
    writeFileSync(join(folder, 'ct.nii.gz'), await encodeNifti(volume))
    cpSync(seg, join(folder, 'seg.dcm'))
    segments = (await readSegments(seg, volume)).segmentation.segments
    const experiment = {
      models: [{ id: 'm', onnx: 'm.onnx' }],
      cases: [
        {
          id: 'one',
          image: 'ct.nii.gz',
          masks: [
            { reader: 'all', path: 'seg.dcm' },
            { reader: 'second', path: 'seg.dcm#2' },
            { reader: 'by name', path: `seg.dcm#${segments[2].label}` },
            { reader: 'wrong', path: 'seg.dcm#99' }
          ]
        }
      ],
      methods: ['gradient'],
      criteria: []
    }
    writeFileSync(join(folder, 'experiment.json'), JSON.stringify(experiment))
  })

  test('takes the segment its path names, or all together, which the case then says', async () => {
    const [entry] = experimentCases(readExperiment(join(folder, 'experiment.json')), { source: 'own', prefix: '' })
    const image = await entry.load()
    const [all, second, named, wrong] = entry.masks
    expect(labelledVoxels(await second.load(image))).toBe(segmentVoxels(segments[1]))
    const sameName = segments.filter(({ label }) => label === segments[2].label)
    expect(labelledVoxels(await named.load(image))).toBeGreaterThanOrEqual(segmentVoxels(sameName[0]))
    expect(entry.warnings.join()).not.toMatch(/taken together/)
    const whole = labelledVoxels(await all.load(image))
    expect(whole).toBeGreaterThanOrEqual(Math.max(...segments.map((segment) => segmentVoxels(segment))))
    expect(entry.warnings.join()).toMatch(/holds 5 segments .* taken together/)
    await expect(wrong.load(image)).rejects.toThrow(/no segment “99”/)
  })

  test('has the hash of the file for every segment of it', async () => {
    const loaded = readExperiment(join(folder, 'experiment.json'))
    const parts = {
      experiment: loaded.experiment,
      loaded,
      methods: [],
      models: { require: () => ({ card: {}, graph: { constants: new Map() }, path: '' }) }
    }
    const hashes = await experimentFiles(parts as unknown as ExperimentParts)
    expect(hashes['seg.dcm']).toMatch(/^[0-9a-f]{64}$/)
    expect(hashes['seg.dcm#2']).toBe(hashes['seg.dcm'])
  })
})
