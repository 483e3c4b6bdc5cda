import type { FaultReport } from '@shared/fault'
import type { ExpectedRegions, Landmark } from '@shared/region-set'
import type { AssessedRegions, ChosenFit, ChosenSet, RegionAnswer, RegionQuestion } from '@shared/region-view'
import { call, type Progress } from '../engine/client'
import { toFaultReport } from '../engine/fault'
import { windowShell } from '../engine/window-shell'
import type { OverlayDrawing } from '../viewport/overlay-painter'
import { regionWords } from './catalogue-regions'
import { undoWords } from './catalogue-undo'
import { expectations } from './expected-regions.svelte'
import { maps } from './maps.svelte'
import { placingModel } from './placing-model.svelte'
import { regionDrawing } from './region-drawing'
import { viewChanges, type Undoable } from './undoing.svelte'
import { viewer } from './viewer.svelte'

export type SetChoice = 'off' | '1x3' | '2x2' | '3x3' | '4x4' | 'file'
export type Score = RegionQuestion['score']

/** What undo brings back: the set, how it is laid out, and the landmarks by case. */
interface Laid {
  readonly choice: SetChoice
  readonly file: { readonly grant: string; readonly name: string } | null
  readonly fit: ChosenFit
  readonly landmarks: ReadonlyMap<string, readonly Landmark[]>
}

/** Regions on the image of the screen: which, how they are laid, and what the chosen map has in them. */
class Regions {
  #choice = $state<SetChoice>('off')
  #file = $state.raw<Laid['file']>(null)
  #fit = $state<ChosenFit>('as-drawn')
  #score = $state<Score>('mean')
  /** Set by hand, by case. */
  #landmarks = $state.raw<Laid['landmarks']>(new Map())
  /** The last answer, with what it was asked of. */
  #told = $state.raw<{ of: string; answer: RegionAnswer } | null>(null)
  fault = $state.raw<FaultReport | null>(null)
  saved = $state('')
  /** How far the model is with this image, while it draws. */
  progress = $state.raw<Progress | null>(null)
  #stop: AbortController | null = null
  #asked = 0
  #asking: string | null = null

  get choice(): SetChoice {
    return this.#choice
  }
  get fileName(): string | null {
    return this.#file?.name ?? null
  }
  get fit(): ChosenFit {
    return this.#fit
  }
  set fit(fit: ChosenFit) {
    this.stop()
    placingModel.fault = null
    this.#change({ words: undoWords.fit }, { ...this.#laid, fit })
  }

  /** Asks for a segmentation model and lays the regions on what it draws. */
  async chooseModel(): Promise<void> {
    const before = this.#fit
    // Chosen first and taken back: the list then shows what is in force, whatever comes of the dialog.
    this.#fit = 'model'
    if (!(await placingModel.choose())) this.#fit = before
  }

  /** Stops the model that draws. */
  stop(): void {
    this.#stop?.abort()
  }
  get score(): Score {
    return this.#score
  }
  set score(score: Score) {
    this.#score = score
  }

  async choose(choice: SetChoice): Promise<void> {
    if (choice === 'file') {
      const before = this.#choice
      this.#choice = 'file'
      const granted = await windowShell()?.openRegions()
      this.#choice = before
      if (!granted) return
      this.#take(choice, { grant: granted.grant, name: granted.name })
    } else this.#take(choice, this.#file)
  }

  #take(choice: SetChoice, file: Laid['file']): void {
    this.stop()
    expectations.file = ''
    this.#change({ words: undoWords.regionSet }, { ...this.#laid, choice, file, landmarks: new Map() })
  }

  get #laid(): Laid {
    return { choice: this.#choice, file: this.#file, fit: this.#fit, landmarks: this.#landmarks }
  }
  set #laid({ choice, file, fit, landmarks }: Laid) {
    this.#choice = choice
    this.#file = file
    this.#fit = fit
    this.#landmarks = landmarks
    this.saved = ''
    if (choice === 'off') this.#told = null
  }

  /** A change that undo takes back. */
  #change(named: Pick<Undoable, 'words' | 'kind'>, after: Laid): void {
    viewChanges.change(named, { before: this.#laid, after }, (laid) => (this.#laid = laid))
  }

  /** The answer, as long as it is one of the case, the set, the fit and the model that are chosen now. */
  get answer(): RegionAnswer | null {
    const { question } = this

    return question !== null && this.#told?.of === subjectOf(question) ? this.#told.answer : null
  }

  /** What is asked of the engine now; null while there is nothing to show. */
  get question(): RegionQuestion | null {
    const set = this.#set()
    const { image } = viewer
    if (set === null || image === null || (this.#fit === 'model' && placingModel.current === null)) return null
    const map = maps.selected

    return {
      caseId: image.caseId,
      mapId: map?.state === 'done' && map.caseId === image.caseId ? map.mapId : null,
      slice: viewer.slice,
      set,
      fit: this.#fit,
      model: placingModel.chosen,
      score: this.#score,
      landmarks: [...(this.#landmarks.get(image.caseId) ?? [])],
      offset: [0, 0, 0]
    }
  }

  /** Asks again; while an answer is awaited only the latest question is kept, so that dragging never queues up. */
  async refresh(): Promise<void> {
    const number = ++this.#asked
    if (this.#asking !== null) {
      // Nobody waits for a model that draws on the case before.
      if (this.#asking !== subjectOf(this.question)) this.stop()
      return
    }
    try {
      for (let now = number - 1; now !== this.#asked;) {
        now = this.#asked
        this.#asking = subjectOf(this.question)
        await this.#ask()
      }
    } finally {
      this.#asking = null
    }
  }

  /** Of this case: those moved by hand, else where the set puts them. */
  get landmarks(): readonly Landmark[] {
    const { answer } = this
    if (answer === null || (this.#fit !== 'affine' && this.#fit !== 'thin-plate')) return []

    return this.#landmarks.get(answer.caseId) ?? answer.landmarks
  }

  move(name: string, x: number, y: number): void {
    const { answer } = this
    if (answer === null) return
    const bounded = (value: number, length: number): number => Math.min(length - 0.5, Math.max(-0.5, value))
    const moved = this.landmarks.map((landmark): Landmark =>
      landmark.name === name
        ? { name, point: [bounded(x, answer.columns), bounded(y, answer.rows), landmark.point[2]] }
        : landmark
    )
    const landmarks = new Map([...this.#landmarks, [answer.caseId, moved]])
    this.#change({ words: undoWords.landmark(name), kind: `landmark ${name}` }, { ...this.#laid, landmarks })
  }

  putBack(): void {
    const landmarks = new Map([...this.#landmarks].filter(([caseId]) => caseId !== this.answer?.caseId))
    this.#change({ words: undoWords.putBack }, { ...this.#laid, landmarks })
  }

  async save(): Promise<void> {
    const { answer } = this
    const folder = answer === null ? null : await windowShell()?.chooseFolder({ purpose: 'regions' })
    if (answer === null || !folder) return
    try {
      const fit = { version: 1 as const, landmarks: [...this.landmarks], offset: [0, 0, 0] as [number, number, number] }
      const { file } = await call('regions.save', { caseId: answer.caseId, grant: folder.grant, fit })
      this.saved = file
    } catch (thrown) {
      this.fault = toFaultReport(thrown)
    }
  }

  /** Which set is shown, as a key. */
  get setKey(): string {
    return this.#choice === 'file' ? (this.#file?.grant ?? '') : this.#choice
  }

  /** Name of the label image that is the set; null where the set is a file of its own, or a grid. */
  get labelImage(): string | null {
    const name = this.#choice === 'file' ? this.fileName : null

    return name === null || /\.json$/iu.test(name) ? null : name
  }

  /** The set in words. */
  get title(): string {
    return this.#choice === 'file' ? (this.fileName ?? '') : regionWords.sets[this.#choice]
  }

  /** What is expected of the set that is shown. */
  get marked(): readonly ExpectedRegions[] {
    return expectations.of(this.setKey, this.answer?.expected ?? [])
  }

  /** Writes the set with what is expected of it; a grid asks for a folder. */
  async saveSet(): Promise<void> {
    const set = this.#set()
    if (set === null) return
    const folder = set.kind === 'grid' ? await windowShell()?.chooseFolder({ purpose: 'region-set' }) : null
    if (set.kind === 'grid' && !folder) return
    try {
      const { marked } = this
      const { file } = await call('regions.set', { set, folder: folder?.grant ?? null, expected: [...marked] })
      expectations.saved(this.setKey, marked, file)
    } catch (thrown) {
      this.fault = toFaultReport(thrown)
    }
  }

  /** What an assessment of open cases takes along; null without regions. */
  get assessed(): AssessedRegions | null {
    const set = this.#set()
    if (set === null) return null
    const landmarks = Object.fromEntries([...this.#landmarks].map(([caseId, own]) => [caseId, [...own]]))

    return { set, fit: this.#fit, model: placingModel.chosen, landmarks, expected: expectations.changed(this.setKey) }
  }

  /** Whether the regions stand in place of the map. */
  get shown(): boolean {
    return this.drawing !== null
  }

  /** Largest score, the end of the colour scale; null without values. */
  get largest(): number | null {
    const scores = this.answer?.regions.flatMap(({ score }) => (score === null ? [] : [score])) ?? []
    const largest = scores.length === 0 ? 0 : Math.max(...scores)

    return largest > 0 ? largest : null
  }

  readonly drawing: OverlayDrawing | null = $derived(
    this.#choice === 'off' || this.answer === null ? null : regionDrawing(this.answer, this.largest)
  )

  #set(): ChosenSet | null {
    if (this.#choice === 'off') return null
    if (this.#choice === 'file') return this.#file === null ? null : { kind: 'file', grant: this.#file.grant }
    const [rows, columns] = this.#choice.split('x').map(Number)

    return { kind: 'grid', rows, columns }
  }

  async #ask(): Promise<void> {
    const { question } = this
    if (question === null) {
      this.#told = null
      return
    }
    const stop = new AbortController()
    this.#stop = stop
    try {
      const onProgress = (progress: Progress): unknown => (this.progress = progress)
      const answer = await call('regions.fit', question, { signal: stop.signal, onProgress })
      this.#told = { of: subjectOf(question), answer }
      this.fault = null
    } catch (thrown) {
      this.#told = null
      // What was stopped is asked again, or no longer wanted.
      this.fault = stop.signal.aborted ? null : toFaultReport(thrown)
    } finally {
      this.progress = null
      if (this.#stop === stop) this.#stop = null
    }
  }
}

/** What an answer is of, whatever the map, the slice and the landmarks: case, set, fit and model. */
const subjectOf = (question: RegionQuestion | null): string =>
  question === null ? '' : JSON.stringify([question.caseId, question.set, question.fit, question.model])

export const regions = new Regions()
