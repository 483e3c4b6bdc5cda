import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEngine, type Engine } from '@engine/engine'
import { quietJob } from '@engine/job'
import type { Measurement } from '@shared/measuring'
import { figuresOf } from '@shared/measurement-figures'
import { dciodvfy, dsrdump, python } from '../../support/checkers'
import { inProcess } from '../../support/in-process'

const job = quietJob()
const image = resolve('resources/sample/cases/p0001.dcm')
let folder: string
const engines: Engine[] = []

function engineWithout(): Engine {
  const engine = createEngine({
    spawn: inProcess,
    sampleFolder: resolve('resources/sample'),
    workspaceFolder: null,
    resolveGrant: (grant) => grant,
    version: '0.0.0-test',
    threads: 1
  })
  engines.push(engine)
  return engine
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'measure-save-'))
})
afterAll(async () => {
  await Promise.all(engines.map((engine) => engine.shutDown()))
  rmSync(folder, { recursive: true, force: true })
})

const own: Measurement[] = [
  {
    id: 'a',
    kind: 'length',
    name: 'Long axis',
    slice: 0,
    points: [
      [10, 10],
      [40, 50]
    ]
  },
  {
    id: 'b',
    kind: 'angle',
    name: 'Carina',
    slice: 0,
    points: [
      [40, 10],
      [40, 30],
      [60, 30]
    ]
  },
  {
    id: 'c',
    kind: 'rectangle',
    name: 'Lesion',
    slice: 0,
    points: [
      [20.1, 30.1],
      [27.9, 35.9]
    ]
  }
]

interface Seen {
  readonly groups: readonly {
    readonly title: string
    readonly figures: readonly { readonly name: string; readonly value: number; readonly unit: string }[]
  }[]
}

test('what was measured by hand is read back from its DICOM SR, by us and by highdicom', async () => {
  const engine = engineWithout()
  const { cases } = await engine.call('study.open', { grants: [image] }, job)
  const [{ caseId }] = cases
  await engine.call('measure.keep', { caseId, own }, job)
  const { files } = await engine.call('measure.save', { caseId, grant: folder, identity: 'source' }, job)
  expect(files).toHaveLength(1)
  const file = join(folder, files[0])
  const display = await engine.call('image.read', { caseId, variant: null }, job)
  // 30 columns and 40 rows of square pixels: 3-4-5.
  const spacing = display.spacingMm![0]
  const measured = own.map((one) => ({
    title: one.name,
    figures: figuresOf(one, display).map(({ value }) => value!)
  }))
  expect(measured[0].figures).toEqual([expect.closeTo(50 * spacing, 9)])
  expect(measured[1].figures).toEqual([expect.closeTo(90, 9)])

  // A new program that opens both finds the numbers beside the image.
  const another = engineWithout()
  const again = await another.call('study.open', { grants: [image, file] }, job)
  expect(again.cases).toHaveLength(1)
  const { reported } = await another.call('measure.list', { caseId: again.cases[0].caseId }, job)
  for (const { title, figures } of measured) {
    const found = reported.filter(({ group }) => group === title)
    expect(found.map(({ value }) => value)).toEqual(figures.map((value) => expect.closeTo(value, 9) as number))
  }
  expect(reported.filter(({ group }) => group === 'Long axis').map(({ unit }) => unit)).toEqual(['mm'])
  expect(reported.filter(({ group }) => group === 'Lesion').map(({ name }) => name)).toContain('Area')

  // Programs of other people agree.
  expect(dciodvfy(file)).toEqual([])
  expect(dsrdump(file)).toContain('Long axis')
  const { groups } = python<Seen>('measurements.py', [file])
  expect(groups.map((group) => ({ title: group.title, figures: group.figures.map(({ value }) => value) }))).toEqual(
    measured.map(({ title, figures }) => ({
      title,
      figures: figures.map((value) => expect.closeTo(value, 9) as number)
    }))
  )
  expect(groups[0].figures[0]).toMatchObject({ name: '410668003', unit: 'mm' })
})
