import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Engine } from '@engine/engine'
import { asFault } from '@engine/fault'
import { quietJob } from '@engine/job'
import { commands, type CommandName } from '@shared/protocol'
import { engineOn } from '../../support/drawing'
import { drawBox, makeStudy, openNow, openRadiographs, ownFolder, readCase } from '../../support/reading'

const job = quietJob()
const folders = { organiser: ownFolder('organiser') }
const names = ['p0001', 'p0002', 'p0003', 'p0004']
let organiser: Engine
let studyId: string
let caseIds: string[]
const fault = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (thrown: unknown) => asFault(thrown).report()
  )

beforeAll(async () => {
  organiser = engineOn(folders.organiser)
  caseIds = await openRadiographs(organiser, names)
  studyId = (await makeStudy(organiser, caseIds)).studyId
})
afterAll(async () => {
  await organiser.shutDown()
  for (const folder of Object.values(folders)) rmSync(folder, { recursive: true })
})

/** Commands that a blinded reading lets through whatever they are asked about. */
const always = [
  'app.info',
  // Of the drawing that is open: no other one can be opened.
  'drawing.addCopy',
  'drawing.checkpoint',
  'drawing.close',
  'drawing.commit',
  'drawing.copies',
  'drawing.go',
  'drawing.measure',
  'drawing.operation',
  'drawing.putCopyAway',
  'drawing.redo',
  'drawing.restore',
  'drawing.saving',
  'drawing.segment',
  'drawing.undo',
  // The reader's own keys, mouse and windows.
  'habits.keep',
  'habits.moveIn',
  'habits.read',
  'method.list',
  'preset.list',
  'profile.list',
  // Says that no map is shown yet.
  'reading.map',
  'reading.state',
  'study.list'
]

describe('a blinded reading', () => {
  test('shows a case without a name, and nothing else is answered', async () => {
    const { open } = await organiser.call('reading.open', { studyId, readerId: 'reader-1' }, job)
    expect(open).toMatchObject({
      title: 'Opacity-1',
      total: 5,
      reading: 1,
      done: 0,
      blinded: true,
      hidden: ['label', 'prediction', 'map', 'readers']
    })
    const cases = await organiser.call('study.list', {}, job)
    expect(cases).toHaveLength(1)
    expect(cases[0]).toMatchObject({
      caseId: open!.caseId,
      title: 'Case 1',
      label: null,
      masks: 0,
      date: null,
      attached: []
    })
    const image = await organiser.call('image.read', { caseId: open!.caseId, variant: null }, job)
    expect(image.size).toEqual([128, 128, 1])
    const said = JSON.stringify([cases, { ...image, voxels: 0 }, open])
    for (const id of caseIds) expect(said).not.toContain(id)
    for (const name of names) expect(said).not.toContain(name)
  })

  test('refuses every command but those of the reading, whatever it is asked', async () => {
    const { caseId } = await openNow(organiser)
    const asked = {
      models: ['honest-1'],
      methods: [{ expression: 'gradcam' }],
      expression: 'gradcam',
      modelId: 'honest-1',
      mapId: 'x',
      variant: null,
      grants: [],
      grant: '',
      ids: [],
      reportId: 'x',
      studyId,
      readerId: 'reader-2',
      caseIndex: 0,
      edge: 64,
      window: 'main'
    }
    /** Commands that are let through, whether they answer or fail of themselves, when they are asked about a case. */
    const letThrough = async (about: string): Promise<string[]> => {
      const answered: string[] = []
      for (const command of Object.keys(commands) as CommandName[]) {
        // Those that change the reading itself are tried below.
        if (/^reading\.(open|go|note|done|reveal|leave|return|active)$/.test(command)) continue
        const input = { ...asked, caseId: about, cases: [about] }
        const found = await organiser.call(command, input as never, job).then(
          (output) => ({ output }),
          (thrown: unknown) => asFault(thrown)
        )
        // A fault of another kind is an answer too: it was not the reading that refused.
        const refused = 'output' in found ? JSON.stringify(found.output) === '[]' : found.code === 'blinded'
        if (!refused) answered.push(command)
      }
      return answered.sort()
    }
    expect(await letThrough(caseIds[0])).toEqual(always)
    expect(await letThrough(caseId)).toEqual([...always, 'drawing.open', 'image.read', 'image.thumbnail'].sort())
    expect(await fault(organiser.call('image.read', { caseId: caseIds[0], variant: null }, job))).toMatchObject({
      code: 'blinded'
    })
    expect(await fault(organiser.call('mask.read', { caseId }, job))).toMatchObject({ code: 'blinded' })
    expect(
      await fault(organiser.call('prediction.read', { caseId, modelId: 'honest-1', variant: null }, job))
    ).toMatchObject({ code: 'blinded' })
    expect(await fault(organiser.call('reading.results', { studyId }, job))).toMatchObject({ code: 'blinded' })
    expect(await organiser.call('job.list', {}, job)).toEqual([])
    expect(await organiser.call('model.list', {}, job)).toEqual([])
  })

  test('needs an outline or no finding, and a certainty', async () => {
    expect((await fault(organiser.call('reading.done', {}, job)))?.message).toBe(
      'Draw an outline, or say that there is no finding.'
    )
    await drawBox(organiser, [10, 10, 30, 30])
    expect((await fault(organiser.call('reading.done', {}, job)))?.message).toMatch(/how sure/)
    await organiser.call('reading.note', { certainty: 5, comment: 'Left upper zone', flagged: true }, job)
    const { open, next } = await organiser.call('reading.done', {}, job)
    expect([next, open!.reading, open!.done]).toEqual([2, 1, 1])
    await organiser.call('reading.go', { reading: 2 }, job)
    expect(open!.marks[0]).toEqual({ reading: 1, state: 'done', flagged: true })
  })

  test('goes on after a restart where it was, and is blinded still', async () => {
    await organiser.shutDown()
    organiser = engineOn(folders.organiser)
    expect(await fault(organiser.call('study.sample', {}, job))).toMatchObject({ code: 'blinded' })
    expect(await openNow(organiser)).toMatchObject({ reading: 2, done: 1, studyId })
  })

  test('an outline changed after it was done is kept anew when the case is left', async () => {
    await organiser.call('reading.go', { reading: 1 }, job)
    await drawBox(organiser, [30, 10, 40, 30])
    await organiser.call('reading.go', { reading: 2 }, job)
    await organiser.call('reading.go', { reading: 1 }, job)
    const { record } = await openNow(organiser)
    expect(record).toMatchObject({ state: 'done', comment: 'Left upper zone', certainty: 5 })
    expect(record.versions).toHaveLength(1)
    expect(record.versions[0].extents[0].voxels).toBe(600)
    await organiser.call('reading.go', { reading: 2 }, job)
  })

  test('ends with thanks; then everything is there again', async () => {
    for (let reading = 2; reading <= 5; reading++)
      await readCase(organiser, reading % 2 === 0 ? [40, 40, 60, 60] : null)
    const { open, next } = await organiser.call('reading.done', {}, job)
    expect(next).toBeNull()
    expect(open!.done).toBe(5)
    await organiser.call('reading.leave', {}, job)
    expect((await organiser.call('study.list', {}, job)).map(({ caseId }) => caseId).sort()).toEqual(
      [...caseIds].sort()
    )
    const [study] = await organiser.call('reading.studies', {}, job)
    expect(study.readers[0]).toMatchObject({
      done: 5,
      total: 5,
      flags: 1,
      comments: 1,
      noFinding: 2,
      mine: true,
      free: false
    })
    expect((await organiser.call('reading.results', { studyId }, job)).missing).toMatch(/^One reader so far\./)
  })

  test('one profile is one reader', async () => {
    const found = await fault(organiser.call('reading.open', { studyId, readerId: 'reader-2' }, job))
    expect(found?.message).toBe('You read this study as Reader 1.')
  })
})
