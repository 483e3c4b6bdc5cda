import type { Delta, DrawingEntry, DrawingMove, NamedPoint, OpenDrawing, Segment, SegmentAction } from '@shared/drawing'
import type { Input } from '@shared/protocol'
import type { DrawnGrid } from '@shared/drawing/patch'
import type { SegmentPlanes } from '@shared/drawing/segment-planes'
import { call } from '../engine/client'
import { toFaultReport } from '../engine/fault'
import type { ChangeAsked, Changed, Made, Operation } from './drawing-answers'
import { DrawingMessages } from './drawing-messages.svelte'
import { drawnGrid } from './drawn-grid'
import { DrawnPlanes } from './drawn-planes'
import { sameWish, type SignedWish } from './drawing-wish'
import { operating } from './operating.svelte'
import { shell } from './shell.svelte'
import { historyLine, UnansweredStrokes, type NewStroke } from './unanswered-strokes'

/**
 * The drawing on the screen. The engine's labelmap is the truth; here is its copy, changed in the frame of the stroke and sent
 * after it in order, one message at a time. When the engine refuses a change, its state is read again; when it ends, what it did
 * not answer is sent to the next one.
 */
class Drawing {
  opened = $state.raw<OpenDrawing | null>(null)
  segments = $state.raw<readonly Segment[]>([])
  entries = $state.raw<readonly DrawingEntry[]>([])
  /** Checkpoints, in the order they were named. */
  points = $state.raw<readonly NamedPoint[]>([])
  /** How many entries are shown; the others were undone. */
  cursor = $state(0)
  activeId = $state<string | null>(null)
  /** Counts changes of pixels: whoever shows pixels reads it. */
  revision = $state(0)
  savedAt = $state<string | null>(null)
  /** Something was changed here since the drawing was opened. */
  touched = $state(false)
  /** The engine works on the labelmaps. */
  #operations = $state(0)
  readonly operates: boolean = $derived(this.#operations > 0)
  #wish: SignedWish | null = null
  readonly #planes = new DrawnPlanes()
  readonly #messages = new DrawingMessages(() => this.#read())
  readonly underWay = this.#messages.underWay
  readonly #unanswered = new UnansweredStrokes()
  readonly #leaving = new Set<() => void>()

  /** Changes that are on their way to the engine. */
  get waiting(): number {
    return this.#messages.waiting
  }

  /** A drawing is on its way to the screen. */
  get opening(): boolean {
    return this.#wish !== null && this.opened === null
  }

  get grid(): DrawnGrid | null {
    return this.opened === null ? null : drawnGrid(this.opened)
  }

  readonly scaled: boolean = $derived(this.opened !== null && this.opened.grid.spacingMm !== null)

  readonly active: Segment | null = $derived(this.segments.find(({ segment }) => segment === this.activeId) ?? null)

  get mayDraw(): boolean {
    return this.opened !== null && this.opened.readOnly === null
  }

  /** While the engine works on the labelmaps nothing is drawn: what it answers belongs to the outline as it was. */
  get mayStroke(): boolean {
    return this.mayDraw && !this.operates
  }

  readonly nextUndo: DrawingEntry | null = $derived(this.entries[this.cursor - 1] ?? null)
  readonly nextRedo: DrawingEntry | null = $derived(this.entries[this.cursor] ?? null)

  /** True when at least one segment has a pixel or a box. */
  get outlined(): boolean {
    void this.revision

    return this.segments.some((one) => (one.boxes?.length ?? 0) > 0 || this.#planes.voxelsOf(one.segment) > 0)
  }

  /** Pixels of a segment; empty for one nothing was drawn with. */
  planes(segment: string): SegmentPlanes {
    return this.#planes.of(segment, this.grid)
  }

  /** Opens the drawing of a case; the one before is closed. */
  async open(wish: SignedWish): Promise<void> {
    if (sameWish(this.#wish, wish)) return
    await this.close(wish)
    // Another one was asked for meanwhile.
    if (this.#wish !== wish) return
    this.touched = false
    await this.#read()
  }

  /** Tells before another drawing takes its place; returns the function that stops it. */
  onLeaving(listener: () => void): () => void {
    this.#leaving.add(listener)

    return () => this.#leaving.delete(listener)
  }

  /** Follows the engine's restarts; returns the function that stops it. */
  listen(): () => void {
    return this.#messages.listen()
  }

  /** After a restart of the engine, once the cases are open again: opens the drawing anew and lets what waited go on. */
  async reopen(): Promise<void> {
    if (this.opened !== null) await this.#read()
    this.#messages.goOn()
  }

  /** `next`: what takes its place. */
  async close(next: SignedWish | null = null): Promise<void> {
    const before = this.opened
    if (before !== null) for (const tell of this.#leaving) tell()
    this.#wish = next
    this.opened = null
    this.#show([], [], 0)
    this.points = []
    this.#planes.clear()
    this.activeId = null
    if (before === null) return
    await this.#messages.after(() => call('drawing.close', { drawing: before.drawing }))
  }

  /** Sends a stroke whose pixels are turned over here already. */
  commit(stroke: NewStroke): void {
    const { opened } = this
    if (opened === null) return
    const sent = this.#unanswered.add({ stroke, entry: this.cursor + 1 })
    this.#append(historyLine(stroke, sent.entry))
    void this.#messages.send(
      async () => {
        // An engine that ended had written it, as the next one's history shows.
        if (!this.#unanswered.has(sent)) return
        const { entry, savedAt } = await call('drawing.commit', { drawing: opened.drawing, stroke })
        this.#unanswered.forget(sent)
        // A move in the history came between: what is shown counts anew.
        if (entry === sent.entry) this.#saved(entry, savedAt)
        else await this.#read()
      },
      { forget: () => this.#unanswered.forget(sent) }
    )
  }

  /** Turns pixels over on the screen; `commit` sends them. */
  toggle(deltas: readonly Delta[]): void {
    for (const { segment, slice, runs } of deltas) this.planes(segment).toggle(slice, runs)
    this.revision += 1
  }

  readonly undo = (): Promise<DrawingEntry | null> => this.#move((drawing) => call('drawing.undo', { drawing }))
  readonly redo = (): Promise<DrawingEntry | null> => this.#move((drawing) => call('drawing.redo', { drawing }))
  /** Goes to any place of the history. */
  readonly go = (cursor: number): Promise<DrawingEntry | null> =>
    this.#move((drawing) => call('drawing.go', { drawing, cursor }))

  /** Makes the drawing what it was at a checkpoint. */
  readonly restore = (point: string): Promise<DrawingEntry | null> =>
    this.#move(async (drawing) => {
      const { moved, made } = await call('drawing.restore', { drawing, point })
      if (made !== null) this.#take(made)

      return moved
    })

  /** Names what is drawn now, or takes a name away. */
  async changePoints(change: Input<'drawing.checkpoint'>['change']): Promise<void> {
    const { opened } = this
    if (opened === null || !this.mayDraw) return
    await this.#messages.send(async () => {
      this.points = (await call('drawing.checkpoint', { drawing: opened.drawing, change })).points
    })
  }

  /** Adds, changes or removes a segment; returns its id, null when that was refused. */
  async changeSegment(change: SegmentAction): Promise<string | null> {
    const { opened } = this
    if (opened === null || !this.mayDraw) return null
    let segment: string | null = null
    await this.#messages.send(async () => {
      const answer = await call('drawing.segment', { drawing: opened.drawing, change })
      segment = answer.segment
      this.#take(answer)
      if (change.action === 'add') this.activeId = answer.segment
      if (this.active === null) this.activeId = this.segments.at(-1)?.segment ?? null
    })

    return segment
  }

  /** Lets the engine change the labelmaps: a tool that looks at the whole volume. */
  operate(action: Operation, words: string): Promise<Changed> {
    return this.change(words, (drawing, options) => call('drawing.operation', { drawing, action }, options))
  }

  /** Takes what the engine makes of the labelmaps, after all that was sent before; nothing is drawn until then. */
  async change(words: string, ask: ChangeAsked): Promise<Changed> {
    const { opened } = this
    if (opened === null || !this.mayDraw) return 'stopped'
    let end: Changed = 'stopped'
    // One asked for while another runs waits for it.
    this.#operations += 1
    await this.#messages.send(() =>
      operating.run(words, async (options) => {
        const answer = await ask(opened.drawing, options)
        if (answer.entry !== null) this.#take({ ...answer, entry: answer.entry })
        end = answer.entry === null ? 'unchanged' : 'changed'
      })
    )
    this.#operations -= 1

    return end
  }

  #take({ entry, name, savedAt, segments, deltas }: Made): void {
    this.toggle(deltas)
    this.segments = segments
    this.#append({ entry, name, tool: null, slice: null, savedAt })
    this.#saved(entry, savedAt)
  }

  async #move(ask: (drawing: string) => Promise<DrawingMove | null>): Promise<DrawingEntry | null> {
    const { opened } = this
    if (opened === null || !this.mayDraw) return null
    let entry: DrawingEntry | null = null
    await this.#messages.send(async () => {
      entry = this.#moved(await ask(opened.drawing))
    })

    return entry
  }

  #moved(move: DrawingMove | null): DrawingEntry | null {
    if (move === null) return null
    this.segments = move.segments
    this.toggle(move.deltas)
    this.cursor = move.cursor
    if (move.savedAt !== null) this.savedAt = move.savedAt
    if (this.active === null) this.activeId = this.segments[0]?.segment ?? null
    return move.entry
  }

  #append(line: DrawingEntry): void {
    this.touched = true
    this.entries = [...this.entries.slice(0, line.entry - 1), line]
    this.cursor = line.entry
    this.points = this.points.map((one) => ((one.entry ?? 0) < line.entry ? one : { ...one, entry: null }))
  }

  #saved(entry: number, savedAt: string | null): void {
    this.entries = this.entries.map((one) => (one.entry === entry ? { ...one, savedAt } : one))
    if (savedAt !== null) this.savedAt = savedAt
  }

  #show(segments: readonly Segment[], entries: readonly DrawingEntry[], cursor: number): void {
    this.segments = segments
    this.entries = entries
    this.cursor = cursor
    this.revision += 1
  }

  async #read(): Promise<void> {
    const wish = this.#wish
    if (wish === null) return
    try {
      const { caseId, study, reading } = wish
      const opened = await call('drawing.open', { caseId, study, reading })
      if (this.#wish !== wish) return
      this.#planes.clear()
      this.opened = opened
      for (const { segment, slices } of opened.labelmaps) {
        for (const { slice, runs } of slices) this.planes(segment).toggle(slice, runs)
      }
      this.#show(opened.segments, opened.entries, opened.cursor)
      this.points = opened.points
      this.#putBack()
      if (this.active === null) this.activeId = opened.segments[0]?.segment ?? null
      this.savedAt = opened.entries.at(-1)?.savedAt ?? null
    } catch (thrown) {
      if (this.#wish === wish) this.#wish = null
      shell.report(toFaultReport(thrown))
    }
  }

  /** Shows again what was drawn here and is still on its way; what the engine has already is no longer. */
  #putBack(): void {
    for (const sent of this.#unanswered.missing(this.entries, this.cursor)) {
      this.toggle(sent.stroke.deltas)
      sent.entry = this.cursor + 1
      this.#append(historyLine(sent.stroke, sent.entry))
    }
  }
}

export const drawing = new Drawing()
