import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { DisplayImage } from '@shared/vocabulary'
import type { CaseNote } from '@shared/drawing-operations'
import type { OpenDrawing } from '@shared/drawing'
import { settled, type Answers } from '../fake-port'

const note: CaseNote = { noFinding: false, certainty: 4, flagged: false, comment: '', done: true }
const opened: OpenDrawing = {
  ...{ drawing: 'd', caseId: 'c', reader: { profile: 'p', name: 'Reader 1' }, study: null, reading: 1 },
  grid: { size: [16, 16, 1], affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1], spacingMm: [1, 1, 1] },
  ...{ segments: [], labelmaps: [], entries: [], cursor: 0, points: [], readOnly: null, recovered: false }
}
const segment = { segment: 's', name: 'Finding', colour: '#5fd7ea', code: null }

describe('done, right after the first outline of a case', () => {
  let here: Awaited<ReturnType<typeof controllers>>
  let asked: string[]
  /** Answers the segment that the first stroke asks for. */
  let makeSegment: () => void

  async function controllers() {
    vi.resetModules()
    const { FakeEngine } = await import('../fake-port')
    const { drawing } = await import('../../../src-renderer/state/drawing.svelte')
    const { hand } = await import('../../../src-renderer/state/drawing-hand.svelte')
    const { reading } = await import('../../../src-renderer/state/reading.svelte')
    const { session } = await import('../../../src-renderer/state/session.svelte')
    const { viewer } = await import('../../../src-renderer/state/viewer.svelte')

    return { drawing, hand, reading, session, viewer, engine: (answers: Answers) => new FakeEngine(answers) }
  }

  beforeEach(async () => {
    here = await controllers()
    asked = []
    const promise = new Promise<void>((resolve) => (makeSegment = resolve))
    here.engine({
      'drawing.open': () => opened,
      'drawing.close': () => ({}),
      'drawing.segment': async () => {
        await promise
        asked.push('segment')

        return { entry: 1, name: 'Add Finding', savedAt: 'now', segment: 's', segments: [segment], deltas: [] }
      },
      'drawing.commit': () => {
        asked.push('stroke')

        return { entry: 2, savedAt: 'now' }
      },
      'drawing.note': ({ change }) => {
        asked.push(change?.done === true ? 'done' : 'note')

        return note
      },
      'study.list': () => []
    })
    here.session.currentCaseId = 'c'
    await here.drawing.open({ caseId: 'c', study: null, reading: 1, signer: 'p' })
    here.viewer.image = { caseId: 'c', size: [16, 16, 1], samples: 1, voxels: new Float32Array(256) } as DisplayImage
  })

  it('waits until the outline has arrived: the segment, then the stroke, then the decision', async () => {
    here.hand.down({ x: 5, y: 5 })
    here.hand.up({ x: 7, y: 5 })
    const done = here.reading.done()
    await settled()
    expect(asked).toEqual([])
    makeSegment()
    await done
    expect(asked).toEqual(['segment', 'stroke', 'done'])
  })

  it('is said once, however often the key is pressed meanwhile', async () => {
    here.hand.down({ x: 5, y: 5 })
    here.hand.up({ x: 7, y: 5 })
    const both = [here.reading.done(), here.reading.done()]
    makeSegment()
    await Promise.all(both)
    expect(asked.filter((one) => one === 'done')).toHaveLength(1)
  })

  it('is not said of a case that was left while the outline was on its way', async () => {
    here.hand.down({ x: 5, y: 5 })
    here.hand.up({ x: 7, y: 5 })
    const done = here.reading.done()
    void here.drawing.close()
    makeSegment()
    await done
    expect(asked).not.toContain('done')
  })
})
