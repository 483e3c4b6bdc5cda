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
    const { shell } = await import('../../../src-renderer/state/shell.svelte')

    return { atReading, reading, shell, engine: (answers: Answers) => new FakeEngine(answers) }
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
