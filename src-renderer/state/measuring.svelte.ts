import { figuresOf, type MeasuredFigure } from '@shared/measurement-figures'
import type { Measurement, MeasurementKind, ReportedNumber } from '@shared/measuring'
import { readIn } from '@shared/uptake'
import { call } from '../engine/client'
import { toFaultReport } from '../engine/fault'
import { windowShell } from '../engine/window-shell'
import type { Point } from '../viewport/placement'
import { figureText, labelLines, measureWords as words } from './catalogue-measure'
import { undoWords } from './catalogue-undo'
import { shell } from './shell.svelte'
import { viewChanges } from './undoing.svelte'
import { viewer } from './viewer.svelte'

export const measurementKinds: readonly MeasurementKind[] = ['length', 'angle', 'ellipse', 'rectangle', 'freehand']

/** Freehand points lie at least this far apart, in pixels of the image. */
const FINEST = 0.5
/** A drag shorter than this was a slip of the hand, in pixels of the image. */
const SHORTEST = 0.5

/** Lengths, angles and regions of the current case; kept by the engine after every change. */
class Measuring {
  /** The tool at hand; null: the mouse does what it does without one. */
  tool = $state<MeasurementKind | null>(null)
  own = $state.raw<readonly Measurement[]>([])
  reported = $state.raw<readonly ReportedNumber[]>([])
  /** What is being drawn. */
  draft = $state.raw<Measurement | null>(null)
  selectedId = $state<string | null>(null)
  /** Whether printed and saved figures of View show them. */
  inFigures = $state(true)
  #caseId: string | null = null
  /** What can be brought back, newest last. */
  #removed: { readonly measurement: Measurement; readonly at: number }[] = []

  /** The measurements of the slice that is shown, and the one that is being drawn. */
  readonly here: readonly Measurement[] = $derived(
    [...this.own, ...(this.draft === null ? [] : [this.draft])].filter(({ slice }) => slice === viewer.slice)
  )

  async open(caseId: string | null): Promise<void> {
    this.#caseId = caseId
    this.own = []
    this.reported = []
    this.draft = null
    this.selectedId = null
    this.#removed = []
    viewChanges.forget()
    if (caseId === null) return
    try {
      const { own, reported } = await call('measure.list', { caseId })
      if (this.#caseId !== caseId) return
      this.own = own
      this.reported = reported
    } catch (thrown) {
      shell.report(toFaultReport(thrown))
    }
  }

  choose(kind: MeasurementKind | null): void {
    this.tool = this.tool === kind ? null : kind
    this.draft = null
  }

  /** What the figures of values are in. */
  get unit(): string {
    return viewer.image === null ? '' : readIn(viewer.image).unit
  }

  /** The figures of a measurement in the present image. */
  figures(measurement: Measurement): MeasuredFigure[] {
    return viewer.image === null ? [] : figuresOf(measurement, viewer.image)
  }

  /** What stands beside it on the picture: its figures with their units, a line each. */
  labels(measurement: Measurement): string[] {
    return labelLines(measurement.kind, this.figures(measurement), this.unit)
  }

  /** Follows the pointer; points are in image coordinates. False: no tool is at hand. */
  pointer({ x, y }: Point, phase: 'down' | 'move' | 'up'): boolean {
    if (this.tool === null || viewer.image === null) return false
    const point: [number, number] = [x, y]
    if (phase === 'down') this.#press(point)
    else if (phase === 'move') this.#move(point)
    else this.#release()

    return true
  }

  /** An angle's second leg follows the pointer between two presses. */
  hover({ x, y }: Point): void {
    const { draft } = this
    if (draft?.kind === 'angle' && draft.points.length === 3)
      this.draft = { ...draft, points: [...draft.points.slice(0, 2), [x, y]] }
  }

  /** One step back: the unfinished measurement, then the tool. False: there was nothing. */
  stepBack(): boolean {
    if (this.draft === null && this.tool === null) return false
    if (this.draft === null) this.tool = null
    this.draft = null

    return true
  }

  rename(id: string, name: string): void {
    const trimmed = name.trim().slice(0, 64)
    if (trimmed === '' || this.own.find((one) => one.id === id)?.name === trimmed) return
    this.#keep(
      undoWords.renamed(trimmed),
      this.own.map((one) => (one.id === id ? { ...one, name: trimmed } : one))
    )
  }

  remove(id: string | null): void {
    const at = this.own.findIndex((one) => one.id === id)
    if (at < 0) return
    this.#removed.push({ measurement: this.own[at], at })
    this.selectedId = null
    this.#keep(
      undoWords.removed(this.own[at].name),
      this.own.filter((one) => one.id !== id)
    )
  }

  /** Brings the measurement back that was deleted last. */
  bringBack(): void {
    // What undo brought back is there already.
    let last = this.#removed.pop()
    while (last !== undefined && this.#has(last.measurement.id)) last = this.#removed.pop()
    if (last === undefined) return
    this.#keep(undoWords.measured(last.measurement.name), this.own.toSpliced(last.at, 0, last.measurement))
  }

  /** Shows the slice of a measurement. */
  show(measurement: Measurement): void {
    this.selectedId = measurement.id
    viewer.goTo(measurement.slice)
  }

  /** One line a measurement, for a letter or a table. */
  asText(): string {
    const { unit } = this
    const detector = viewer.image?.projection === true ? ` (${words.atDetector})` : ''

    return this.own
      .map((one) => {
        const figures = this.figures(one).map(
          (figure) =>
            `${words.figures[figure.name]} ${figureText(figure, unit)}${figure.unit.startsWith('mm') ? detector : ''}`
        )

        return [one.name, words.slice(one.slice), ...figures].join('\t')
      })
      .join('\n')
  }

  async save(): Promise<void> {
    const caseId = this.#caseId
    const granted = await windowShell()?.chooseFolder({ purpose: 'measurements' })
    if (!granted || caseId === null) return
    try {
      const { files } = await call('measure.save', { caseId, grant: granted.grant })
      shell.say(words.saved(files[0]))
    } catch (thrown) {
      shell.report(toFaultReport(thrown))
    }
  }

  #press(point: [number, number]): void {
    const { draft, tool } = this
    if (tool === null) return
    if (draft?.kind === 'angle' && draft.points.length === 3) {
      this.draft = { ...draft, points: [draft.points[0], draft.points[1], point] }

      return
    }
    this.draft = {
      id: crypto.randomUUID(),
      kind: tool,
      name: this.#nextName(tool),
      slice: viewer.slice,
      points: [point, point]
    }
  }

  #move(point: [number, number]): void {
    const { draft } = this
    if (draft === null) return
    const { points } = draft
    if (draft.kind === 'freehand') {
      const [x, y] = points[points.length - 1]
      if (Math.hypot(point[0] - x, point[1] - y) >= FINEST) this.draft = { ...draft, points: [...points, point] }
    } else {
      this.draft = { ...draft, points: [...points.slice(0, -1), point] }
    }
  }

  #release(): void {
    const { draft } = this
    if (draft === null) return
    const [first, second] = draft.points
    const last = draft.points[draft.points.length - 1]
    if (draft.kind === 'angle' && draft.points.length === 2 && !near(first, second)) {
      this.draft = { ...draft, points: [first, second, second] }

      return
    }
    this.draft = null
    const drawn =
      draft.kind === 'angle'
        ? draft.points.length === 3 && !near(second, last)
        : draft.kind === 'freehand'
          ? draft.points.length > 3
          : draft.kind === 'length'
            ? !near(first, last)
            : first[0] !== last[0] && first[1] !== last[1] && !near(first, last)
    if (!drawn) return
    this.selectedId = draft.id
    this.#keep(undoWords.measured(draft.name), [...this.own, draft])
  }

  #nextName(kind: MeasurementKind): string {
    const title = words.kinds[kind]
    const taken = new Set(this.own.map(({ name }) => name))
    for (let number = 1; ; number++) if (!taken.has(`${title} ${number}`)) return `${title} ${number}`
  }

  #has(id: string): boolean {
    return this.own.some((one) => one.id === id)
  }

  /** A change that undo takes back, on the slice where it was made. */
  #keep(words: string, after: readonly Measurement[]): void {
    const before = this.own
    const changed = [...after, ...before].find((one) => !(before.includes(one) && after.includes(one)))
    const again = (own: readonly Measurement[]) => (): void => {
      this.#put(own)
      if (changed !== undefined) viewer.goTo(changed.slice)
    }
    this.#put(after)
    viewChanges.did({ words, back: again(before), forth: again(after) })
  }

  /** Shown at once, said to be saved once the engine has written it. */
  #put(own: readonly Measurement[]): void {
    const caseId = this.#caseId
    if (caseId === null) return
    this.own = own
    if (this.selectedId !== null && !this.#has(this.selectedId)) this.selectedId = null
    shell.saved = 'saving'
    call('measure.keep', {
      caseId,
      own: own.map((one) => ({ ...one, points: one.points.map(([x, y]) => [x, y] as [number, number]) }))
    })
      .then(() => (shell.saved = 'saved'))
      .catch((thrown: unknown) => {
        const fault = toFaultReport(thrown)
        shell.saved = { failed: fault.message }
        shell.report(fault)
      })
  }
}

const near = (a: readonly [number, number], b: readonly [number, number]): boolean =>
  Math.hypot(a[0] - b[0], a[1] - b[1]) < SHORTEST

export const measuring = new Measuring()
