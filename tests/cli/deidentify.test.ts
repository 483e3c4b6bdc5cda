import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { python } from '../support/checkers'
import { sliceFile } from '../engine/formats/make-dicom'

const root = resolve('.')
let folder: string
let study: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'saliscope-deidentify-cli-'))
  study = join(folder, 'Doe_Jane')
  mkdirSync(study)
  cpSync('resources/sample/cases/p0001.dcm', join(study, 'JANE-DOE.dcm'))
  writeFileSync(join(study, 'ultrasound.dcm'), sliceFile({ more: [['00080060', 'CS', 'US']] }))
  writeFileSync(join(study, 'letter.txt'), 'Dear Mrs Doe')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function saliscope(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), join(root, 'tests/support/cli-from-source.ts'), 'deidentify', ...args],
    {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, TSX_TSCONFIG_PATH: join(root, 'tsconfig.engine.json') }
    }
  )
}

const filesIn = (place: string): string[] =>
  readdirSync(place, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.dcm'))

test('exports what it may, says why not the rest, and keeps the key beside the export', () => {
  const out = join(folder, 'export')
  const ended = saliscope(study, '--out', out)
  expect(ended.status).toBe(5)
  expect(ended.stdout).toMatch(/letter\.txt: .* is no DICOM file/)
  expect(ended.stdout).toMatch(/ultrasound\.dcm: .*US images often hold names.*--accept-burned-in/)
  expect(ended.stderr).toContain('1 of 3 files exported')
  expect(filesIn(out)).toHaveLength(1)
  expect(readdirSync(out, { recursive: true }).join(' ')).not.toMatch(/doe|jane/i)
  expect(readdirSync(out, { recursive: true }).join(' ')).not.toMatch(/salt|csv/)
  expect(readFileSync(`${out}.table.csv`, 'utf8')).toContain('JANE-DOE.dcm')
  expect(statSync(`${out}.salt`).mode & 0o077).toBe(0)
  const source = join(study, 'JANE-DOE.dcm')
  const [checked] = python<{ same: boolean; removed: string }[]>('same_pixels.py', [source, join(out, filesIn(out)[0])])
  expect(checked).toMatchObject({ same: true, removed: 'YES' })

  const again = saliscope(
    study,
    '--out',
    join(folder, 'again'),
    '--salt-file',
    `${out}.salt`,
    '--accept-burned-in',
    '--json'
  )
  const lines = again.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { path: string; file?: string; fault?: object })
  expect(lines.map(({ file, fault }) => [file !== undefined, fault !== undefined])).toEqual([
    [true, false],
    [false, true],
    [true, false]
  ])
  expect(filesIn(join(folder, 'again'))).toContain(filesIn(out)[0])
}, 120_000)

test('statuses: one refused file 3 or 4, wrong words 2, and nothing is written where the key would travel along', () => {
  expect(saliscope(join(study, 'letter.txt'), '--out', join(folder, 'x')).status).toBe(4)
  expect(saliscope(join(study, 'ultrasound.dcm'), '--out', join(folder, 'x')).status).toBe(3)
  expect(saliscope(study, '--out', join(folder, 'x'), '--keep-dates', 'some').status).toBe(2)
  const inside = saliscope(study, '--out', join(folder, 'y'), '--table', join(folder, 'y', 'table.csv'))
  expect(inside.status).toBe(2)
  expect(inside.stderr).toContain('must not lie inside the export')
  expect(existsSync(join(folder, 'y'))).toBe(false)
}, 120_000)
