import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { niftiTool, python } from '../../support/checkers'
import { commandLine } from '../../support/in-process'

let out: string
beforeAll(() => (out = mkdtempSync(join(tmpdir(), 'trees-'))))
afterAll(() => rmSync(out, { recursive: true, force: true }))

describe('attribute --tree clinicadl', () => {
  const order = [
    'attribute',
    '--model',
    'resources/sample/models/brain.onnx',
    '--method',
    'gradient',
    '--dataset',
    'resources/sample/brain/bids',
    '--tree',
    'clinicadl'
  ]

  it('writes individual and group maps under the names of ClinicaDL 1.6.1, with the patient’s space kept', async () => {
    const folder = join(out, 'maps-folder')
    const end = await commandLine([
      ...order,
      '--data-group',
      'test-AD',
      '--maps-split',
      '2',
      '--selection-metric',
      'BA',
      '--out',
      folder
    ])
    expect(end).toMatchObject({ status: 0 })
    const place = 'split-2/best-BA/test-AD/interpret-gradient'
    const written = end.stdout.trim().split('\n')
    expect(written.slice(0, 2)).toEqual([
      `${place}/sub-B001_ses-M000_image-0_map.pt`,
      `${place}/sub-B001_ses-M000_image-0_map.nii.gz`
    ])
    expect(written.slice(-3)).toEqual([
      `${place}/mean_image-0_map.pt`,
      `${place}/mean_image-0_map.nii.gz`,
      `${place}/recipe.json`
    ])
    expect(written).toHaveLength(6 * 2 + 3)

    const image = 'resources/sample/brain/bids/sub-B001/ses-M000/anat/sub-B001_ses-M000_T1w.nii.gz'
    const facts = python<{ affine: number; mean: number; tensor: boolean; signed: boolean }>('clinicadl_tree.py', [
      join(folder, place),
      image
    ])
    expect(facts.affine).toBeLessThan(1e-6)
    expect(facts.mean).toBeLessThan(1e-6)
    expect(facts).toMatchObject({ tensor: true, signed: true })
    niftiTool(join(folder, place, 'mean_image-0_map.nii.gz'))

    const again = await commandLine([
      ...order,
      '--data-group',
      'test-AD',
      '--maps-split',
      '2',
      '--selection-metric',
      'BA',
      '--out',
      folder
    ])
    expect(again.stderr).toMatch(/“interpret-gradient” is written already in this data group/)
    expect(again.status).toBe(3)
    expect(
      await commandLine([
        ...order,
        '--data-group',
        'test-AD',
        '--maps-split',
        '2',
        '--selection-metric',
        'BA',
        '--overwrite',
        '--out',
        folder
      ])
    ).toMatchObject({ status: 0 })
  })
})
