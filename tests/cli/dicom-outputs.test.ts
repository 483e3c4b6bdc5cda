import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dcm2pnm, dcmdump, dciodvfy, dsrdump, python } from '../support/checkers'
import { readArray } from '../support/golden-array'

// What `attribute` and `assess` write as DICOM, by the command line, checked by programs nobody here wrote.

const root = resolve('.')
const sample = resolve('resources/sample')
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'saliscope-dicom-out-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function saliscope(args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), join(root, 'tests/support/cli-from-source.ts'), ...args],
    {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, TSX_TSCONFIG_PATH: join(root, 'tsconfig.engine.json') }
    }
  )
}

const model = join(sample, 'models/honest-1.onnx')

test('attribute writes parametric map, capture and presentation state of a radiograph', () => {
  const out = join(folder, 'maps')
  const image = join(sample, 'cases/p0001.dcm')
  const ended = saliscope([
    'attribute',
    '--model',
    model,
    '--input',
    image,
    '--method',
    'gradcam',
    '--as',
    'npy,dicom-pm,dicom-sc,dicom-pr',
    '--out',
    out
  ])
  expect(ended.stderr + ended.stdout).toContain('gradcam.pm.dcm')
  expect(ended.status).toBe(0)
  const of = (ending: string): string => join(out, 'p0001/honest-1/lesion', `gradcam${ending}`)
  for (const ending of ['.pm.dcm', '.sc.dcm', '.pr.dcm']) expect(dciodvfy(of(ending)), ending).toEqual([])
  dcm2pnm(of('.sc.dcm'), join(folder, 'capture.png'))
  const [seen] = python<{ quantity: string; contribution: string }[]>('parametric_map.py', [
    of('.pm.dcm'),
    join(folder, 'map.npy')
  ])
  expect(seen.quantity).toBe('130403')
  expect(seen.contribution).toContain('method gradcam')
  const [map, npy] = [readArray(join(folder, 'map.npy')), readArray(of('.npy'))]
  expect([...map.values].sort()).toEqual([...npy.values].sort())
  const header = python<{ PatientName: string; StudyInstanceUID: string }>('header.py', [
    of('.sc.dcm'),
    'PatientName',
    'StudyInstanceUID'
  ])
  const source = python<{ PatientName: string; StudyInstanceUID: string }>('header.py', [
    image,
    'PatientName',
    'StudyInstanceUID'
  ])
  expect(header.PatientName).toMatch(/^SAL-/)
  expect(header.StudyInstanceUID).toBe(source.StudyInstanceUID)
}, 120_000)

test('a picture that is no DICOM gets a study of its own, and no presentation state', () => {
  const out = join(folder, 'picture')
  const image = join(folder, 'DOE_JANE.png')
  cpSync(join(sample, 'masks/p0001.png'), image)
  const ended = saliscope([
    'attribute',
    '--model',
    model,
    '--input',
    image,
    '--method',
    'gradient',
    '--as',
    'dicom-pm,dicom-sc',
    '--out',
    out
  ])
  expect(ended.status).toBe(0)
  const written = readdirSync(out, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.dcm'))
  expect(written).toHaveLength(2)
  for (const name of written) {
    expect(dciodvfy(join(out, name)), name).toEqual([])
    expect(dcmdump(join(out, name), '+P', '0008,103e')).toContain('made up')
    // The name of a file may be that of a patient.
    expect(readFileSync(join(out, name)).includes('DOE')).toBe(false)
  }
  const refused = saliscope([
    'attribute',
    '--model',
    model,
    '--input',
    image,
    '--method',
    'gradient',
    '--as',
    'dicom-pr',
    '--out',
    out
  ])
  expect(refused.status).toBe(4)
  expect(refused.stderr).toContain('needs DICOM source images')
}, 120_000)

test('assess writes a DICOM report for each DICOM case', () => {
  const experiment = {
    title: 'Two radiographs',
    models: [{ id: 'honest-1', onnx: model }],
    cases: ['p0001', 'p0003'].map((id) => ({
      id,
      image: join(sample, `cases/${id}.dcm`),
      label: 'lesion',
      masks: [{ reader: 'phantom', path: join(sample, `masks/${id}.png`) }]
    })),
    methods: ['gradcam'],
    criteria: [{ id: 'localisation' }]
  }
  const path = join(folder, 'experiment.json')
  writeFileSync(path, JSON.stringify(experiment))
  const out = join(folder, 'assessed')
  const ended = saliscope(['assess', path, '--out', out, '--as', 'dicom-sr'])
  expect(ended.stderr).not.toContain('no DICOM file')
  expect(ended.status).toBe(0)
  const file = join(out, 'sr/p0001.sr.dcm')
  expect(dciodvfy(file)).toEqual([])
  expect(dsrdump(file)).toContain('Research use')
  const seen = python<{ groups: { title: string; figures: { meaning: string; value: number }[] }[] }>(
    'measurements.py',
    [file]
  )
  expect(seen.groups.map(({ title }) => title)).toEqual([
    'region of phantom',
    'honest-1 · prediction',
    'honest-1 · gradcam'
  ])
  const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as {
    results: { criterion: string; metric: string; perCase: { case: string; value: number | null }[] }[]
  }
  const figures = seen.groups[2].figures
  const wanted = report.results.flatMap(({ metric, criterion, perCase }) =>
    perCase
      .filter((item) => item.case === 'p0001' && item.value !== null)
      .map(({ value }) => [`${metric} (${criterion})`.slice(0, 64), value])
  )
  expect(figures.map(({ meaning, value }) => [meaning, value])).toEqual(wanted)
  const [area] = seen.groups[0].figures
  expect(area).toMatchObject({ meaning: 'Area' })
  expect(area.value).toBeGreaterThan(0)
}, 240_000)
