import { rmSync } from 'node:fs'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { CaseEntry } from '@engine/handlers/case-shelf'
import { FinishedDrawings } from '@engine/handlers/finished-drawings'
import { quietJob } from '@engine/job'
import { openWorkspace, type Workspace } from '@engine/project/workspace'
import { addSegment, bar, commit, engineOn, openDrawing } from '../../support/drawing'
import { ownFolder } from '../../support/reading'

const job = quietJob()
const folder = ownFolder('finished')
let workspace: Workspace
let entry: CaseEntry

beforeAll(async () => {
  const engine = engineOn(folder)
  const { drawing, caseId } = await openDrawing(engine)
  const segment = await addSegment(engine, drawing)
  for (const row of [40, 50, 60]) await commit(engine, drawing, bar(segment, 128 * row, { length: 9 }))
  await engine.call('drawing.note', { drawing, window: 'main', change: { certainty: 4, done: true } }, job)
  await engine.shutDown()
  workspace = openWorkspace({ folder, tell: () => undefined })
  entry = { caseId, masks: [] } as unknown as CaseEntry
})
afterAll(() => {
  workspace.close()
  rmSync(folder, { recursive: true })
})

it('plays the history of an outline once, however often it is asked whether it is another one', () => {
  const [mask] = new FinishedDrawings(workspace).dress(entry).masks
  const state = mask.state!()
  const asked = vi.spyOn(workspace.database, 'all')
  const played = (): number => asked.mock.calls.filter(([sql]) => sql.includes('payload')).length
  expect([mask.state!(), mask.state!()]).toEqual([state, state])
  expect(played()).toBe(0)

  // Another stroke in the place of the last one is another outline, though its number is the same.
  workspace.database.run(
    'UPDATE entry SET payload = (SELECT payload FROM entry WHERE number = 3), saved = ? WHERE number = 4',
    '2030-01-01T00:00:00.000Z'
  )
  expect(mask.state!()).not.toBe(state)
  expect(played()).toBe(1)
})
