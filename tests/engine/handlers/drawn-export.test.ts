import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Engine } from '@engine/engine'
import { readAnnotations } from '@engine/formats/masks/read-annotations'
import { readBoxes } from '@engine/formats/masks/boxes'
import { readSegments } from '@engine/formats/segmentation/read-segments'
import { segmentVoxels } from '@engine/formats/segmentation/segmentation'
import { openMaskImage } from '@engine/handlers/mask-image'
import { quietJob } from '@engine/job'
import type { SegmentCode } from '@shared/drawing'
import { dciodvfy } from '../../support/checkers'
import { bar, commit, engineOn, openDrawing } from '../../support/drawing'
import { commandLine } from '../../support/in-process'

const job = quietJob()
const folder = mkdtempSync(join(tmpdir(), 'drawn-export-'))
const scan = resolve('resources/sample/cases/p0001.dcm')
const own: SegmentCode = { scheme: '99LAB', value: 'NODULE-SUBSOLID-07', meaning: 'Nodule, our seventh kind' }
const known: SegmentCode = { scheme: 'SCT', value: '4147007', meaning: 'Mass' }
const boxes = [
  { slice: 0, box: [10, 20, 31, 44] as [number, number, number, number] },
  { slice: 0, box: [60, 5, 61, 6] as [number, number, number, number] }
]
let engine: Engine
let files: readonly string[] = []

/** A finding that is boxed, with a code of the reader's own, and one that is outlined: 12 pixels over the end of a row. */
beforeAll(async () => {
  engine = engineOn(join(folder, 'workspace'))
  const { drawing } = await openDrawing(engine)
  const add = async (name: string, code: SegmentCode): Promise<string> => {
    const change = { action: 'add' as const, name, colour: '#5fd7ea', code }
    return (await engine.call('drawing.segment', { drawing, window: 'main', change }, job)).segment
  }
  const boxed = await add('Nodule', own)
  const change = { action: 'change' as const, segment: boxed, boxes }
  await engine.call('drawing.segment', { drawing, window: 'main', change }, job)
  await commit(engine, drawing, bar(await add('Mass', known), 128 * 70 + 120, { length: 12 }))
  await engine.call('drawing.note', { drawing, window: 'main', change: { certainty: 4, done: true } }, job)
  const [{ caseId }] = await engine.call('study.list', {}, job)
  const order = {
    caseIds: [caseId],
    grant: folder,
    as: ['boxes', 'dicom-seg'],
    identity: 'pseudonym' as const,
    readers: false
  }
  const done = await engine.call('mask.save', order, job)
  expect(done.refused).toEqual([])
  files = done.files.map((name) => join(folder, name))
})
afterAll(async () => {
  await engine.shutDown()
  rmSync(folder, { recursive: true, force: true })
})

const file = (ending: string): string => files.find((name) => name.endsWith(ending))!

describe('what was drawn is written segment by segment', () => {
  test('boxes come back as they were drawn, an outline as the box around it', async () => {
    const rows = await readBoxes(file('.boxes.csv'))
    expect(rows.map(({ reader, slice, box }) => ({ reader, slice, box }))).toEqual([
      ...boxes.map((one) => ({ reader: 'Nodule', ...one })),
      { reader: 'Mass', slice: 0, box: [0, 70, 128, 72] }
    ])
  })

  test('and as COCO boxes, which any reader of it takes', async () => {
    const read = await readAnnotations(file('.boxes.coco.json'))
    expect(read?.regions.map(({ label, shape }) => ({ label, shape }))).toEqual([
      ...boxes.map(({ box }) => ({ label: 'Nodule', shape: { kind: 'box', box } })),
      { label: 'Mass', shape: { kind: 'box', box: [0, 70, 128, 72] } }
    ])
    const { annotations } = JSON.parse(readFileSync(file('.boxes.coco.json'), 'utf8')) as { annotations: object[] }
    expect(annotations[0]).toMatchObject({ bbox: [10, 20, 21, 24], area: 504, image_id: 1 })
  })

  test('a SEG keeps the code of each, also one of the own, however long', async () => {
    expect(dciodvfy(file('.dcm'))).toEqual([])
    const { image } = await openMaskImage(scan, job)
    const { segmentation } = await readSegments(file('.dcm'), image)
    expect(segmentation.segments.map(({ label, type }) => ({ label, type }))).toEqual([
      { label: 'Nodule', type: own },
      { label: 'Mass', type: known }
    ])
    expect(segmentation.segments.map(segmentVoxels)).toEqual([21 * 24 + 1, 12])
  })

  test('on the command line a table of boxes goes through unchanged', async () => {
    const out = join(folder, 'again')
    const args = ['--image', scan, '--mask', file('.boxes.csv'), '--as', 'boxes', '--out', out, '--json']
    const { status, stdout } = await commandLine(['masks', 'export', ...args])
    expect(status).toBe(0)
    const written = (JSON.parse(stdout) as { files: string[] }).files.find((name) => name.endsWith('.csv'))!
    expect(readFileSync(join(out, written), 'utf8')).toBe(readFileSync(file('.boxes.csv'), 'utf8'))
  })
})
