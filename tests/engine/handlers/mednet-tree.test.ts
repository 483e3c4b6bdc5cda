import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { samplePath } from '@engine/handlers/trees/mednet-tree'
import { encodePng } from '@engine/formats/raster/png'
import { readGoldenNpy } from '../../support/golden'
import { commandLine } from '../../support/in-process'
import { smallClassifier } from '../../support/small-classifier'

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
      ...[
        'generation.meta.json',
        'visualizations/view.meta.json',
        'interpretability.json',
        'interpretability.rst',
        'interpretability.pdf'
      ],
      ...['interpretability.meta.json', 'completeness.json', 'completeness.rst', 'completeness.pdf'],
      ...['completeness.meta.json', 'recipe.json']
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
    const removed = (json('maps', 'completeness.json') as { test: [string, number, ...number[]][] }).test
    expect(removed.map(([name, label, output]) => [name, label, output])).toEqual([
      ['imgs/p0001.dcm', 1, 0],
      ['imgs/p0002.dcm', 0, 0],
      ['imgs/p0003.dcm', 1, 0]
    ])
    for (const [name, label, , morf, lerf, combined] of removed) {
      expect(combined, name).toBeCloseTo((lerf - morf) / 2, 12)
      // The honest classifier loses the lesion when what its map shows is taken away, and keeps it otherwise.
      if (label === 1) expect(combined, name).toBeGreaterThan(0.05)
    }
    expect(readFileSync(join(folder, 'completeness.rst'), 'utf8')).toContain('Combined[mean]')
    expect(json('maps', 'completeness.meta.json')).toMatchObject({ percentiles: [20, 40, 60, 80] })
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
    expect((json('maps', 'completeness.json') as { test: unknown[] }).test[1]).toEqual(['imgs/p0002.dcm', 0])

    const file = join(films, 'experiment.json')
    await commandLine(['import', films, '--out', file, '--models', 'resources/sample/models/honest-1.onnx'])
    const experiment = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown> & {
      cases: { label: string }[]
    }
    const cases = experiment.cases.filter(({ label }) => label === 'lesion')
    const methods = [
      { id: 'elsewhere', maps: '../maps/imgs/{case}.npy' },
      { id: 'tree', maps: '../maps' }
    ]
    writeFileSync(file, JSON.stringify({ ...experiment, cases, methods, criteria: [{ id: 'localisation' }] }))
    const scored = await commandLine(['assess', file, '--out', join(out, 'report'), '--json'])
    const { results } = JSON.parse(scored.stdout) as { results: { metric: string; method: string; value: number }[] }
    const energies = ['elsewhere', 'tree'].map(
      (id) => results.find(({ metric, method }) => metric === 'proportional-energy' && method === id)?.value
    )
    expect(energies[0]).toBeGreaterThan(0)
    expect(energies[1]).toBe(energies[0])
  })
})

describe('attribute --tree mednet of several outputs and methods', () => {
  it('has a folder for the highest output, or one for each, where a model has several', async () => {
    const model = join(out, 'three.onnx')
    writeFileSync(model, smallClassifier())
    const input = { name: 'x', layout: 'NCHW', size: [8, 8], channels: 3, values: { from: 'range', low: 0, high: 255 } }
    const card = {
      ...{ version: 1, name: 'three', input: { ...input, mean: [0], std: [1], range: [0, 1] } },
      outputs: [{ name: 'y', kind: 'logit', activation: 'softmax', labels: ['a', 'b', 'c'] }]
    }
    writeFileSync(join(out, 'three.card.json'), JSON.stringify(card))
    const samples = Uint8Array.from({ length: 64 }, (_, at) => (at * 37) % 251)
    mkdirSync(join(out, 'small'), { recursive: true })
    for (const name of ['p', 'q']) {
      writeFileSync(join(out, 'small', `${name}.png`), encodePng({ width: 8, height: 8, channels: 1, samples }))
    }
    writeFileSync(join(out, 'small/cases.csv'), 'case,image,label,boxes\np,p.png,b,1 1 4 4\nq,q.png,c,2 2 5 5\n')
    const order = [
      'attribute',
      '--model',
      model,
      '--dataset',
      join(out, 'small'),
      '--tree',
      'mednet',
      '--method',
      'gradient'
    ]
    const highest = await commandLine([...order, '--out', join(out, 'highest')])
    expect(highest.stdout.split('\n').filter((line) => line.endsWith('.npy'))).toEqual([
      'highest-output/p.npy',
      'highest-output/q.npy'
    ])
    // Label 1 is looked at, which is b: of the case p.
    expect(json('highest', 'highest-output/interpretability.json')).toMatchObject({
      test: [
        ['p.png', 1, expect.any(Number), expect.any(Number)],
        ['q.png', 2]
      ]
    })
    const all = await commandLine([...order, '--target', 'all', '--target-label', '2', '--out', join(out, 'all')])
    expect(all.stdout.split('\n').filter((line) => line.endsWith('.npy'))).toEqual(
      ['p', 'q'].flatMap((name) => [0, 1, 2].map((output) => `${output}/${name}.npy`))
    )
    expect(json('all', '0/interpretability.json')).toMatchObject({
      test: [
        ['p.png', 1],
        ['q.png', 2, expect.any(Number), expect.any(Number)]
      ]
    })
    const two = await commandLine([...order, '--method', 'gradient,input-x-gradient', '--out', join(out, 'methods')])
    expect(two.stdout).toContain('input-x-gradient/highest-output/q.npy\n')
    expect(two.stdout).toContain('gradient/generation.meta.json\n')
    expect((await commandLine([...order, '--target', '1', '--out', join(out, 'no')])).status).toBe(2)
  })

  it('refuses what it cannot hold', async () => {
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
    expect(samplePath('../../etc/pass wd.png')).toBe('unnamed/unnamed/etc/pass wd')
    expect(samplePath('CXR_png/MCUCXR_0203_1.png')).toBe('CXR_png/MCUCXR_0203_1')
    expect(samplePath('1.2.840.113')).toBe('1.2.840.113')
  })
})
