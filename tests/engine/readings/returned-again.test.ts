import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Engine } from '@engine/engine'
import { quietJob } from '@engine/job'
import { engineOn } from '../../support/drawing'
import { makeStudy, openRadiographs, ownFolder, readCase } from '../../support/reading'

const job = quietJob()

describe('a reader who brings a file back more than once', () => {
  const stick = ownFolder('stick')
  let organiser: Engine
  let second: Engine
  let studyId: string

  beforeAll(async () => {
    organiser = engineOn(null)
    const caseIds = await openRadiographs(organiser, ['p0001', 'p0002'])
    studyId = (await makeStudy(organiser, caseIds, { repeats: 0 })).studyId
    const order = { studyId, readerId: 'reader-2', grant: stick }
    const { files } = await organiser.call('reading.package', order, job)
    second = engineOn(null)
    await second.call('profile.create', { name: 'Somebody else', role: 'reader', pin: null }, job)
    await second.call('reading.openPackage', { grant: join(stick, files[0]) }, job)
  })
  afterAll(async () => {
    await Promise.all([organiser.shutDown(), second.shutDown()])
    rmSync(stick, { recursive: true })
  })

  /** Writes what the reader has now; returns where. */
  async function saved(to: string): Promise<string> {
    const folder = join(stick, to)
    const { files } = await second.call('reading.return', { grant: folder }, job)
    return join(folder, files[0])
  }
  const merge = (grant: string) => organiser.call('reading.merge', { grant }, job)
  const rowOfReader = async () => (await organiser.call('reading.studies', {}, job))[0].readers[1]

  test('comments and flags that came after Done, or of cases that are not done, are taken in', async () => {
    await readCase(second, [40, 40, 60, 60])
    await second.call('reading.note', { comment: 'Motion' }, job)
    const first = await saved('first')
    expect(await merge(first)).toMatchObject({ added: 2, same: 0 })
    expect(await rowOfReader()).toMatchObject({ done: 1, comments: 1, flags: 0 })

    await second.call('reading.note', { comment: '' }, job)
    const between = await saved('between')
    await second.call('reading.note', { comment: 'Motion', flagged: true }, job)
    await second.call('reading.go', { reading: 1 }, job)
    await second.call('reading.note', { comment: 'On second thoughts, the left one' }, job)
    const last = await saved('last')
    expect(await merge(last)).toMatchObject({ added: 2, same: 0 })
    expect(await rowOfReader()).toMatchObject({ done: 1, comments: 2, flags: 1 })
    // A file that was saved earlier takes nothing back, and the same one again changes nothing.
    for (const earlier of [first, between, last]) expect(await merge(earlier)).toMatchObject({ added: 0 })
    expect(await rowOfReader()).toMatchObject({ comments: 2, flags: 1 })
    expect(await organiser.call('reading.verify', { studyId }, job)).toMatchObject({ whole: true })
  })
})
