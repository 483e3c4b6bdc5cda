import { readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createEngine } from '@engine/engine'
import { loadVolume } from '@engine/formats/load'
import { quietJob } from '@engine/job'
import { previewOf } from '../formats/datasets/tree'
import { dcentvfy, dciodvfy } from '../../support/checkers'
import { inProcess } from '../../support/in-process'

const sample = resolve('resources/sample')
const job = quietJob()
const engine = createEngine({
  ...{ spawn: inProcess, sampleFolder: sample, workspaceFolder: null, version: 'test', threads: 1 },
  resolveGrant: (grant) => grant
})
afterAll(() => engine.shutDown())

describe('the trees of the sample', () => {
  it('are imported by the preview: BIDS with its masks, CAPS with its diagnoses', async () => {
    const bids = await previewOf(join(sample, 'brain/bids'))
    expect(bids).toMatchObject({ kind: 'bids', also: [], counts: { cases: 6, patients: 6, labelled: 6, withMask: 3 } })
    expect(bids.unmatched).toEqual({ images: [], masks: [], rows: [] })
    expect(bids.warnings).toEqual([])
    expect(bids.cases.filter(({ masks }) => masks.length > 0).map(({ label }) => label)).toEqual([
      'AD-like',
      'AD-like',
      'AD-like'
    ])
    const caps = await previewOf(join(sample, 'brain/caps'))
    expect(caps).toMatchObject({ kind: 'caps', counts: { cases: 20, labelled: 20 }, warnings: [] })
  })

  it('hold the same voxels twice, and masks that lie on them', async () => {
    const name = 'sub-B001/ses-M000/anat/sub-B001_ses-M000'
    const raw = await loadVolume(join(sample, `brain/bids/${name}_T1w.nii.gz`))
    const caps = 'brain/caps/subjects/sub-B001/ses-M000/t1_linear/sub-B001_ses-M000_space-phantom_res-4x4x4_T1w.nii.gz'
    const copy = await loadVolume(join(sample, caps))
    expect(raw.volume.voxels).toEqual(copy.volume.voxels)
    const { cases } = await engine.call(
      'dataset.import',
      { grant: join(sample, 'brain/bids'), wishes: {} as never, labelTable: null, open: true, save: null },
      job
    )
    const marked = cases.find(({ masks }) => masks > 0)!
    const { masks } = await engine.call('mask.read', { caseId: marked.caseId }, job)
    // As many voxels as the README of the generator states.
    expect(masks.map(({ reader, voxels }) => [reader, voxels])).toEqual([['phantom', 752]])
  })

  it('stay below 25 MB together', () => {
    const bytes = (folder: string): number =>
      readdirSync(folder, { withFileTypes: true }).reduce(
        (sum, entry) =>
          sum + (entry.isDirectory() ? bytes(join(folder, entry.name)) : statSync(join(folder, entry.name)).size),
        0
      )
    expect(bytes(sample)).toBeLessThan(25e6)
    expect(bytes(join(sample, 'ct'))).toBeLessThan(2e6)
  })
})

describe('the CT phantom', () => {
  it('is listed as two series of one patient; what enhances is marked in the second', async () => {
    const { cases, models } = await engine.call('study.ct', {}, job)
    expect(
      cases.map(({ title, subtitle, modality, label, size, masks, source }) => ({
        title,
        subtitle,
        modality,
        label,
        size,
        masks,
        source
      }))
    ).toEqual([
      {
        title: 'ct-plain',
        subtitle: 'CT phantom, no contrast',
        modality: 'CT',
        label: null,
        size: [128, 128, 24],
        masks: 0,
        source: 'ct-sample'
      },
      {
        title: 'ct-contrast',
        subtitle: 'CT phantom, with contrast',
        modality: 'CT',
        label: 'contrast',
        size: [128, 128, 24],
        masks: 1,
        source: 'ct-sample'
      }
    ])
    expect(models.map(({ modelId, source, cardSource }) => [modelId, source, cardSource])).toEqual([
      ['contrast', 'ct-sample', 'file']
    ])
    const answers = await Promise.all(
      cases.map(({ caseId }) => engine.call('prediction.read', { caseId, modelId: 'contrast', variant: null }, job))
    )
    expect(answers.map(({ probabilities }) => Math.round(probabilities[0] ?? -1))).toEqual([0, 1])
    const [plain, contrast] = await Promise.all(
      cases.map(({ caseId }) => engine.call('image.read', { caseId, variant: null }, job))
    )
    expect(contrast.affine).toEqual(plain.affine)
    expect(contrast.spacingMm).toEqual([3.125, 3.125, 5])
    const { masks } = await engine.call('mask.read', { caseId: cases[1].caseId }, job)
    const change = { inside: { sum: 0, count: 0 }, outside: { sum: 0, count: 0 } }
    for (let at = 0; at < plain.voxels.length; at++) {
      const side = masks[0].labelmap[at] === 0 ? change.outside : change.inside
      side.sum += contrast.voxels[at] - plain.voxels[at]
      side.count++
    }
    expect(change.inside.sum / change.inside.count).toBeGreaterThan(50)
    expect(Math.abs(change.outside.sum / change.outside.count)).toBeLessThan(10)
  })

  it('lets the folder alone be imported: two series, the segmentation on the one it names', async () => {
    const preview = await previewOf(join(sample, 'ct'), { kind: 'dicom' })
    expect(preview.cases.map(({ id, image }) => [id, image])).toEqual([
      ['patient-001_01_CT', 'plain'],
      ['patient-001_02_CT', 'contrast']
    ])
    expect(preview.cases.map(({ masks }) => masks)).toEqual([[], [{ reader: 'Known regions', name: 'regions.dcm' }]])
  })

  it('has no error in dciodvfy, file by file and as a set', () => {
    const folder = join(sample, 'ct')
    const files = ['plain', 'contrast'].flatMap((kind) =>
      readdirSync(join(folder, kind)).map((name) => join(folder, kind, name))
    )
    for (const file of [join(folder, 'regions.dcm'), ...files]) expect(dciodvfy(file), file).toEqual([])
    expect(files).toHaveLength(48)
    expect(dcentvfy([join(folder, 'regions.dcm'), ...files])).toEqual([])
  })
})
