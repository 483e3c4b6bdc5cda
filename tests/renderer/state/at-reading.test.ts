import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { OpenReading } from '@shared/reading-protocol'
import type { ReadingRecord } from '@shared/reading-study'
import { settled, type Answers } from '../fake-port'

const record = (reading: number): ReadingRecord => ({
  ...{ reading, state: 'open', opened: null, finished: null, seconds: 0, noFinding: false, certainty: null },
  ...{ flagged: false, comment: '', mapShown: null, versions: [], change: null, revision: 1 }
})
/** A list of five of which the third was skipped. */
const at = (reading: number): OpenReading => ({
  ...{ studyId: 's', title: 'Opacity-1', reader: { id: 'reader-1', name: 'Reader 1' }, mode: 'study', blinded: false },
  ...{ hidden: [], caseId: `reading:s:reader-1:${reading}`, reading, total: 5, done: 2, record: record(reading) },
  marks: [1, 2, 3, 4, 5].map((one) => ({ reading: one, state: one < 3 ? 'done' : 'open', flagged: false })),
  ...{ segments: [], askCertainty: true, listedOnly: false, idleSeconds: 30, reveals: false, map: null }
})

describe('a reading in the window', () => {
  let went: number[]
  let active: number
  let here: Awaited<ReturnType<typeof controllers>>
  let stop: () => void

  async function controllers() {
    vi.resetModules()
    const { FakeEngine } = await import('../fake-port')
    const { atReading } = await import('../../../src-renderer/state/at-reading.svelte')
    const { reading } = await import('../../../src-renderer/state/reading.svelte')
    const { drawing } = await import('../../../src-renderer/state/drawing.svelte')
    const { undo } = await import('../../../src-renderer/state/reading-keys.svelte')
    const { shell } = await import('../../../src-renderer/state/shell.svelte')

    return { atReading, drawing, reading, shell, undo, engine: (answers: Answers) => new FakeEngine(answers) }
  }

  beforeEach(async () => {
    vi.stubGlobal('window', new EventTarget())
    went = []
    active = 0
    here = await controllers()
    here.engine({
      'reading.state': () => ({ open: at(4), waits: false }),
      'reading.done': () => ({ open: at(4), waits: false, next: 5 }),
      'reading.go': ({ reading }) => {
        went.push(reading)

        return { open: at(reading), waits: false }
      },
      'reading.active': () => ({ seconds: ++active })
    })
    stop = here.atReading.listen()
    await here.atReading.start()
  })
  afterEach(() => {
    stop()
    vi.unstubAllGlobals()
  })

  it('goes on to the next case after this one, not back to the first that was skipped', async () => {
    await here.reading.source.note({ done: true })
    here.reading.source.finished?.()
    await settled()
    expect(went).toEqual([5])
  })

  it('stops at both ends of the list without a word', async () => {
    for (const place of [-1, 5, 0, 4]) here.reading.source.go(place)
    await settled()
    expect(went).toEqual([1, 5])
    expect(here.shell.notices).toEqual([])
  })

  it('drops no key between two cases: it says that the next one is being opened, and nothing of either case', async () => {
    const { drawing, reading, shell } = here
    let answer: () => void = () => undefined
    const went = new Promise<void>((resolve) => (answer = resolve))
    const asked: string[] = []
    here.engine({
      'reading.note': (said) => {
        asked.push(JSON.stringify(said))

        return { open: at(4), waits: false }
      },
      'reading.done': () => ({ open: at(4), waits: false, next: 5 }),
      'reading.go': async () => {
        asked.push('go')
        await went

        return { open: at(5), waits: false }
      }
    })
    const opened = (reading: number) => ({ drawing: 'd', caseId: 'c', study: 's', reading, readOnly: null }) as never
    drawing.opened = opened(4)
    reading.write('Rotated')
    reading.source.go(4)
    // What was written belongs to the case that is left.
    await settled()
    expect(asked).toEqual(['{"comment":"Rotated"}', 'go'])
    const keys = [
      () => reading.change({ flagged: true }),
      () => reading.sure(3),
      () => reading.done(),
      () => reading.step(1),
      () => here.undo()
    ]
    for (const key of keys) {
      shell.sentence = null
      await key()
      expect(shell.sentence).toBe('The next case is being opened.')
    }
    answer()
    await settled()
    // The engine is there, the drawing not yet.
    shell.sentence = null
    drawing.opened = opened(3)
    await reading.change({ flagged: true })
    expect([shell.sentence, asked.length]).toEqual(['The next case is being opened.', 2])
    drawing.opened = opened(4)
    await reading.change({ flagged: true })
    expect(asked.at(-1)).toBe('{"flagged":true}')
  })

  it('takes a line that is drawn without lifting for work, and a passing pointer not', async () => {
    const moved = (buttons: number): Event => Object.assign(new Event('pointermove'), { buttons })
    vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 60_000)
    window.dispatchEvent(moved(0))
    await settled()
    expect(active).toBe(0)
    window.dispatchEvent(moved(1))
    await settled()
    expect(active).toBe(1)
    vi.restoreAllMocks()
  })
})
