import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { samplePath } from '@engine/handlers/trees/mednet-tree'
import { niftiTool, python } from '../../support/checkers'
import { readGoldenNpy } from '../../support/golden'
import { commandLine } from '../../support/in-process'

let out: string
beforeAll(() => (out = mkdtempSync(join(tmpdir(), 'trees-'))))
afterAll(() => rmSync(out, { recursive: true, force: true }))

const json = (...path: string[]): unknown => JSON.parse(readFileSync(join(out, ...path), 'utf8'))

/** Four radiographs of the sample as a dataset with boxes. */
function radiographs(): string {
  const folder = join(out, 'films')
  mkdirSync(join(folder, 'imgs'), { recursive: true })
  const truth = JSON.parse(readFileSync('resources/sample/truth.json', 'utf8')) as {
    cases: { id: string; label: string; boxes: number[][] }[]
  }
  const rows = truth.cases.slice(0, 3).map(({ id, label, boxes }) => {
    writeFileSync(join(folder, 'imgs', `${id}.dcm`), readFileSync(`resources/sample/cases/${id}.dcm`))
    return `${id},${id},imgs/${id}.dcm,${label},${boxes.map((box) => box.join(' ')).join(';')},test`
  })
  writeFileSync(join(folder, 'cases.csv'), `case,patient,image,label,boxes,split\n${rows.join('\n')}\n`)
  return folder
}

const honest = [
  '--model',
  'resources/sample/models/honest-1.onnx',
  '--method',
  'gradcam',
  '--param',
  'gradcam.scaling=pgc'
]

describe('attribute --tree mednet', () => {
  it('lays maps, pictures and figures out by sample, as mednet names them', async () => {
    const folder = join(out, 'maps')
    const end = await commandLine([
      'attribute',
      ...honest,
      '--dataset',
      radiographs(),
      '--tree',
      'mednet',
      '--out',
      folder
    ])
    expect(end.status).toBe(0)
    expect(end.stdout.trim().split('\n')).toEqual([
      ...[
        'imgs/p0001.npy',
        'visualizations/imgs/p0001.png',
        'imgs/p0002.npy',
        'imgs/p0003.npy',
        'visualizations/imgs/p0003.png'
      ],
      ...['generation.meta.json', 'visualizations/view.meta.json', 'interpretability.json', 'interpretability.rst'],
      ...['interpretability.meta.json', 'recipe.json']
    ])
    const { data, shape } = readGoldenNpy(join(folder, 'imgs/p0001.npy'))
    expect(shape).toEqual([128, 128])
    expect([Math.min(...data), Math.max(...data)]).toEqual([0, 1])
    const rows = (json('maps', 'interpretability.json') as { test: unknown[][] }).test
    expect(rows.map((row) => [row[0], row[1], row.length])).toEqual([
      ['imgs/p0001.dcm', 1, 4],
      ['imgs/p0002.dcm', 0, 2],
      ['imgs/p0003.dcm', 1, 4]
    ])
    // The same by hand: the box of the truth on a map of the image's own size.
    const [x0, y0, x1, y1] = [26, 66, 39, 79]
    let [inside, total] = [0, 0]
    data.forEach((value, at) => {
      const [x, y] = [at % 128, Math.floor(at / 128)]
      total += value
      if (x >= x0 && x < x1 && y >= y0 && y < y1) inside += value
    })
    expect(rows[0][2]).toBeCloseTo(inside / total, 6)
    expect(rows[0][3]).toBeCloseTo(inside / ((x1 - x0) * (y1 - y0)), 6)
    const meta = json('maps', 'generation.meta.json') as Record<string, unknown>
    for (const key of [
      'datetime',
      'package-name',
      'package-version',
      'user',
      'path',
      'command-line',
      'hostname',
      'platform',
      'accelerators',
      'model',
      'model-size',
      'database-name',
      'database-split',
      'saliency-map-algorithm',
      'target-class',
      'positive-only',
      'only-dataset'
    ]) {
      expect(Object.keys(meta), key).toContain(key)
    }
    expect(meta).toMatchObject({
      'package-name': 'saliscope',
      'saliency-map-algorithm': 'gradcam',
      'target-class': 'highest'
    })
    expect(json('maps', 'visualizations/view.meta.json')).toMatchObject({ threshold: 0.2 })
  })

  it('makes maps of positive samples alone when told, keeps what stood there as a backup, and is read back by assess', async () => {
    const films = radiographs()
    const folder = join(out, 'maps')
    const order = ['attribute', ...honest, '--dataset', films, '--tree', 'mednet', '--positive-only', '--out', folder]
    const end = await commandLine(order)
    expect(end.stdout).not.toContain('p0002')
    expect(end.stderr).toContain('p0002: no map, its label is 0 and only positive samples are wanted.')
    expect((json('maps', 'interpretability.json') as { test: unknown[] }).test).toHaveLength(3)
    expect(Object.keys(json('maps', 'interpretability.json~') as object)).toEqual(['test'])

    const file = join(films, 'experiment.json')
    await commandLine(['import', films, '--out', file, '--models', 'resources/sample/models/honest-1.onnx'])
    const experiment = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown> & {
      cases: { label: string }[]
    }
    const cases = experiment.cases.filter(({ label }) => label === 'lesion')
    const methods = [{ id: 'elsewhere', maps: '../maps/imgs/{case}.npy' }]
    writeFileSync(file, JSON.stringify({ ...experiment, cases, methods, criteria: [{ id: 'localisation' }] }))
    const scored = await commandLine(['assess', file, '--out', join(out, 'report'), '--json'])
    const { results } = JSON.parse(scored.stdout) as { results: { metric: string; method: string; value: number }[] }
    const energy = results.find(({ metric, method }) => metric === 'proportional-energy' && method === 'elsewhere')
    expect(energy?.value).toBeGreaterThan(0)
  })

  it('has a folder for the highest output or for each, and refuses what it cannot hold', async () => {
    const folder = join(out, 'two')
    const tree = ['--dataset', radiographs(), '--tree', 'mednet', '--out', folder]
    const brain = await commandLine([
      'attribute',
      '--model',
      'resources/sample/models/brain.onnx',
      '--method',
      'gradient',
      '--dataset',
      'resources/sample/brain/bids',
      '--tree',
      'mednet',
      '--out',
      folder
    ])
    expect(brain.stderr).toMatch(/holds maps of pictures; this model looks at volumes/)
    expect(brain.status).toBe(5)
    const signed = await commandLine(['attribute', '--model', honest[1], '--preset', 'clinicadl', ...tree])
    expect(signed.stderr).toMatch(/values outside 0 to 1/)
    expect((await commandLine(['attribute', ...honest, '--tree', 'mednet', '--out', folder])).status).toBe(2)
    expect(
      (await commandLine(['attribute', ...honest, '--positive-only', '--input', 'x', '--out', folder])).status
    ).toBe(2)
    expect(samplePath('../../etc/pass wd.png')).toBe('unnamed/unnamed/etc/pass-wd')
  })
})

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
