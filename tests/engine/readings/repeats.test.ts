import { expect, test } from 'vitest'
import { quietJob } from '@engine/job'
import { engineOn } from '../../support/drawing'
import { makeStudy, openRadiographs, readCase } from '../../support/reading'

const job = quietJob()
const reveal = { modelId: 'honest-1', expression: 'gradcam', target: 'predicted', params: {} }

test('a hidden repeat that is read after the map of its case was shown is not called the same reader twice', async () => {
  const engine = engineOn(null)
  const caseIds = await openRadiographs(engine, ['p0001', 'p0002', 'p0003'])
  for (const shown of [true, false]) {
    const { studyId } = await makeStudy(engine, caseIds, { repeats: 1, reveal })
    await engine.call('reading.open', { studyId, readerId: 'reader-1' }, job)
    for (let reading = 1; reading <= 4; reading++) {
      await engine.call('reading.go', { reading }, job)
      await readCase(engine, [10, 10, 30, 30])
      await engine.call('reading.go', { reading }, job)
      if (shown) await engine.call('reading.reveal', {}, job)
    }
    await engine.call('reading.leave', {}, job)
    const { rows } = await engine.call('reading.results', { studyId }, job)
    const twice = rows.find(({ id }) => id === 'dice-twice')
    if (shown) expect(twice).toMatchObject({ n: 0, value: null, leftOut: 1 })
    else expect(twice).toMatchObject({ n: 1, value: 1 })
  }
  await engine.shutDown()
})
