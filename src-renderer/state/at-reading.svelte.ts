import type { OpenReading } from '@shared/reading-protocol'
import type { Granted } from '@shared/shell-calls'
import { call, on, onReconnect } from '../engine/client'
import { toFaultReport } from '../engine/fault'
import { windowShell } from '../engine/window-shell'
import { clearPage, fillPage } from './absence'
import { readersWords } from './catalogue-readers'
import { drawing } from './drawing.svelte'
import { opening } from './opening.svelte'
import { reading, type ReadingSource } from './reading.svelte'
import { readers } from './readers.svelte'
import { shell } from './shell.svelte'

/** Signs of life are told this often at most. */
const TELL_MS = 4000

/** The reading this window is in, as the engine tells it, and the clock beside it. */
class AtReading {
  open = $state.raw<OpenReading | null>(null)
  /** Nobody is chosen yet, and a blinded reading waits for its reader. */
  #waits = $state(false)
  /** Time on task, counted on between two answers of the engine. */
  seconds = $state(0)
  /** Nothing was done for so long that the clock stands. */
  paused = $state(false)
  /** After Done, where the protocol shows the map: asked while true. */
  asking = $state(false)
  /** Name of the file that was written for the way back. */
  broughtBack = $state<string | null>(null)
  /** After Done: the next reading of the list that is not done, as the engine says it; null when all are. */
  follows: number | null = null
  #told = 0
  #lastSign = 0
  #base = 0

  /** Anything is hidden: only this reading is in the window. */
  get gated(): boolean {
    return this.open?.blinded ?? this.#waits
  }

  /** Asks what is open, and follows it; returns the function that stops it. Call before anything else is asked. */
  async start(): Promise<void> {
    try {
      const { open, waits } = await call('reading.state', {})
      this.#take(open, waits)
    } catch (thrown) {
      shell.report(toFaultReport(thrown))
    }
  }

  listen(): () => void {
    const stops = [on('reading', ({ open, waits }) => this.#take(open, waits)), onReconnect(() => void this.start())]
    const tick = setInterval(() => this.#tick(), 1000)
    const sign = (event: Event): void => {
      // A line that is drawn without lifting is work; a pointer that only passes is not.
      if (event.type !== 'pointermove' || (event as PointerEvent).buttons !== 0) this.#sign()
    }
    const signs = ['pointerdown', 'pointermove', 'keydown', 'wheel'] as const
    for (const name of signs) window.addEventListener(name, sign, { passive: true, capture: true })

    return () => {
      stops.forEach((stop) => stop())
      clearInterval(tick)
      for (const name of signs) window.removeEventListener(name, sign, { capture: true })
    }
  }

  begin(studyId: string, readerId: string): Promise<void> {
    return this.#enter(async () => (await call('reading.open', { studyId, readerId })).open)
  }

  /** A reader's file: from then on only its reading is in the window. */
  async openFile(granted: Granted): Promise<void> {
    await opening.run(`Opening ${granted.name}`, async (options) => {
      await drawing.close()
      this.#take((await call('reading.openPackage', { grant: granted.grant }, options)).open)
    })
  }

  async reveal(): Promise<void> {
    this.asking = false
    await this.#enter(async () => (await call('reading.reveal', {})).open)
  }

  async done(): Promise<{ open: OpenReading | null }> {
    const { open, next } = await call('reading.done', {})
    this.follows = next

    return { open }
  }

  async next(): Promise<void> {
    this.asking = false
    if (this.follows === null) reading.finishedAll = true
    else source.go(this.follows - 1)
  }

  leave(): Promise<void> {
    return this.#enter(async () => (await call('reading.leave', {})).open)
  }

  async bringBack(): Promise<void> {
    const folder = await windowShell()?.chooseFolder({ purpose: 'masks' })
    if (!folder) return
    try {
      const { files } = await call('reading.return', { grant: folder.grant })
      this.broughtBack = files[0]
    } catch (thrown) {
      shell.report(toFaultReport(thrown))
    }
  }

  /** The drawing is closed before the reading changes: it belongs to the case that goes. */
  async #enter(ask: () => Promise<OpenReading | null>): Promise<void> {
    try {
      this.#take(await ask())
    } catch (thrown) {
      shell.report(toFaultReport(thrown))
    }
  }

  #take(open: OpenReading | null, waits = false): void {
    const [before, wasGated] = [this.open, this.gated]
    this.open = open
    this.#waits = waits
    this.#base = open?.record.seconds ?? 0
    this.#lastSign = performance.now()
    this.seconds = this.#base
    this.paused = false
    if (before?.caseId !== open?.caseId) this.asking = false
    if ((open === null) !== (before === null)) reading.choose(open === null ? null : source)
    if (open !== null) shell.keepTo('read')
    else shell.keepTo(null)
    if (this.gated && !wasGated) clearPage()
    if (wasGated && !this.gated) fillPage()
  }

  #tick(): void {
    if (this.open === null) return
    const idle = Math.min((performance.now() - this.#lastSign) / 1000, this.open.idleSeconds)
    this.seconds = this.#base + idle
    this.paused = idle === this.open.idleSeconds
  }

  /** Between two answers the time since the last sign counts, up to the pause. */
  #sign(): void {
    if (this.open === null) return
    const now = performance.now()
    const gap = Math.min((now - this.#lastSign) / 1000, this.open.idleSeconds)
    this.#base += gap
    this.#lastSign = now
    this.paused = false
    if (now - this.#told < TELL_MS) return
    this.#told = now
    call('reading.active', {}).then(
      ({ seconds }) => (this.#base = seconds),
      () => undefined
    )
  }
}

export const atReading = new AtReading()

/** Files that readers carry: one that was made for a reader is opened, one that comes back is taken in. False for other files. */
export async function openReadingFile(granted: Granted): Promise<boolean> {
  if (granted.kind !== 'file' || !/\.reading$/iu.test(granted.name)) return false
  if (/-done\.reading$/iu.test(granted.name)) {
    shell.show('read')
    readers.shown = true
    await readers.merge(granted.grant)
  } else await atReading.openFile(granted)

  return true
}

/** The cases of a study as the Read screen takes them. */
const source: ReadingSource = {
  kind: 'study',
  get blinded() {
    return atReading.gated
  },
  get title() {
    const { open } = atReading

    return open === null ? '' : `${readersWords.bar.study(open.title)} · ${open.reader.name}`
  },
  get count() {
    return atReading.open?.total ?? 0
  },
  get at() {
    return (atReading.open?.reading ?? 0) - 1
  },
  get wish() {
    const { open } = atReading

    return open === null ? null : { caseId: open.caseId, study: open.studyId, reading: open.reading }
  },
  go(at) {
    // Both ends of the list are its ends.
    if (at < 0 || at >= this.count) return
    void reading.leaveFor(() => call('reading.go', { reading: at + 1 }))
  },
  async note({ done, ...said }) {
    // Nothing said is no sign of life: what is known is answered.
    const asks = done === true || Object.keys(said).length > 0
    const { open } = !asks ? atReading : done === true ? await atReading.done() : await call('reading.note', said)
    const { noFinding, certainty, flagged, comment, state } = (open ?? atReading.open!).record

    return { noFinding, certainty, flagged, comment, done: state === 'done' }
  },
  finished() {
    const { open } = atReading
    if (open === null) return
    if (open.reveals && open.map === null) {
      atReading.asking = true

      return
    }
    reading.tellKept(readersWords.bar.kept(open.reading))
    void atReading.next()
  }
}
