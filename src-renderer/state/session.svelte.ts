import { SvelteMap } from 'svelte/reactivity'
import {
  type CaseSummary,
  type FileProblem,
  type MethodSummary,
  type ModelSummary,
  type PresetSummary
} from '@shared/vocabulary'
import type { ModelCard } from '@shared/model-card'
import type { Granted } from '@shared/shell-calls'
import type { Output } from '@shared/protocol'
import { call, on, onReconnect } from '../engine/client'
import { caseRows, partialCases, withoutGone } from './case-rows'
import { words as frameWords } from './catalogue'
import { toFaultReport } from '../engine/fault'
import { opening } from './opening.svelte'
import { shell } from './shell.svelte'

type AppInfo = Output<'app.info'>

/** What is open: cases, models, methods, and the current one of each. */
class Session {
  info = $state.raw<AppInfo | null>(null)
  cases = $state.raw<readonly CaseSummary[]>([])
  models = $state.raw<readonly ModelSummary[]>([])
  methods = $state.raw<readonly MethodSummary[]>([])
  /** The maps of published studies. */
  presets = $state.raw<readonly PresetSummary[]>([])
  currentModelId = $state<string | null>(null)
  /** Files of the last opening that could not be read. */
  problems = $state.raw<readonly FileProblem[]>([])
  /** Series that the last opening of files brought. */
  openedSeries = $state(0)
  /** Grows with every opening that brought something. */
  openings = $state(0)
  /** False until the first list has come. */
  ready = $state(false)
  /** The model whose card is to be looked at: just opened with a proposed card, or chosen by the user. */
  cardModelId = $state<string | null>(null)
  #currentCaseId = $state<string | null>(null)
  /** Of series with several volumes: which one was looked at last, by series. */
  #shownVolumes = new SvelteMap<string, string>()

  /** The cases as they are counted and stepped through: of several volumes of one series, the one looked at last. */
  readonly rows: readonly CaseSummary[] = $derived(caseRows(this.cases, this.#shownVolumes))

  get currentCaseId(): string | null {
    return this.#currentCaseId
  }
  set currentCaseId(caseId: string | null) {
    this.#currentCaseId = caseId
    const part = this.cases.find((one) => one.caseId === caseId)?.part
    if (part && caseId !== null) this.#shownVolumes.set(part.of, caseId)
  }

  get currentCase(): CaseSummary | null {
    return this.cases.find((one) => one.caseId === this.currentCaseId) ?? null
  }

  get currentModel(): ModelSummary | null {
    return this.models.find((one) => one.modelId === this.currentModelId) ?? null
  }

  /** The volumes of the series the current case belongs to, in order; empty when it is the only one. */
  get volumes(): readonly CaseSummary[] {
    const of = this.currentCase?.part?.of
    if (of === undefined) return []

    return this.cases.filter((one) => one.part?.of === of).sort((a, b) => (a.part?.index ?? 0) - (b.part?.index ?? 0))
  }

  methodTitle(expression: string): string {
    const [base, ...wrappers] = expression.split('+')
    const title = (id: string): string => this.methods.find((method) => method.id === id)?.title ?? id

    return [title(base), ...wrappers.map(title)].join(' + ')
  }

  /**
   * Follows the engine; returns the function that stops it. `afterRestart` is called once everything is open again;
   * nothing is opened while `mayRestore` says no, as in a blinded reading.
   */
  listen(afterRestart: () => void, mayRestore = (): boolean => true): () => void {
    const stops = [
      on('model', (model) => this.#addModel(model)),
      onReconnect(() => void (mayRestore() ? this.#restore() : Promise.resolve()).then(afterRestart))
    ]

    return () => stops.forEach((stop) => stop())
  }

  /** Asks the engine what is there; at the first start the sample is opened. `wanted`: the case of a second window. */
  async start(wanted: string | null = null): Promise<void> {
    try {
      const [info, methods, presets] = await Promise.all([
        call('app.info', {}),
        call('method.list', {}),
        call('preset.list', {})
      ])
      this.info = info
      this.methods = methods
      this.presets = presets
      const [cases, models] = await Promise.all([call('study.list', {}), call('model.list', {})])
      this.#take(cases, models)
      if (!info.firstStart && cases.length === 0) await this.#restore()
      if (this.cases.some(({ caseId }) => caseId === wanted)) this.currentCaseId = wanted
      if (this.cases.length === 0) await this.openSample()
    } catch (thrown) {
      shell.report(toFaultReport(thrown))
    } finally {
      this.ready = true
    }
  }

  async openSample(): Promise<void> {
    const before = this.currentCaseId
    await opening.run('Opening the sample', async (options) => {
      const cases = await call('study.sample', {}, options)
      const openedMeanwhile = this.currentCaseId !== before
      this.#take(cases, [])
      if (!openedMeanwhile) {
        const first = cases.find((one) => one.label !== null && one.label !== 'none') ?? cases[0]
        this.currentCaseId = first?.caseId ?? null
      }
      // The picture is here: what follows takes longer and holds nothing up.
      this.ready = true
      this.#take([], await call('model.sample', {}, options))
    })
  }

  /** The second group of the sample: volumes and the model that reads them. */
  async openBrainSample(): Promise<void> {
    await opening.run('Opening the brain phantoms', async (options) => {
      const { cases, models } = await call('study.brain', {}, options)
      this.#addCases(cases)
      for (const model of models) this.takeModel(model)
    })
  }

  /** The third group: one phantom without and with contrast medium, and the model that tells them apart. */
  async openCtSample(): Promise<void> {
    await opening.run('Opening the CT phantom', async (options) => {
      const { cases, models } = await call('study.ct', {}, options)
      this.#addCases(cases)
      for (const model of models) this.takeModel(model)
    })
  }

  /** Cases of one part of the sample are shown to a model of the same part: a volume is nothing for a model of radiographs. */
  matchModel(): void {
    const [shown, model] = [this.currentCase, this.currentModel]
    if (shown === null || model === null || shown.source === model.source) return
    if (shown.source === 'own' || model.source === 'own') return
    this.currentModelId = this.models.find((one) => one.source === shown.source)?.modelId ?? this.currentModelId
  }

  /** Opens files or folders the user chose or dropped; a dropped `.onnx` is opened as a model. */
  async openGranted(granted: readonly Granted[]): Promise<void> {
    const isModel = (one: Granted): boolean => one.kind === 'file' && one.name.toLowerCase().endsWith('.onnx')
    const files = granted.filter((one) => !isModel(one))

    if (files.length > 0) await this.#openFiles(files)
    for (const model of granted.filter(isModel)) await this.openModel(model)
  }

  /** Takes what an opening or an import brought: its cases, and the files that could not be read. */
  takeOpened({ cases, problems }: Pick<Output<'study.open'>, 'cases' | 'problems'>): void {
    this.problems = problems
    this.#addCases(cases)
  }

  async openModel(granted: Granted): Promise<void> {
    await opening.run(`Opening ${granted.name}`, async (options) => {
      this.takeModel(await call('model.open', { grant: granted.grant }, options))
    })
  }

  async openRecent(recentId: string, title: string): Promise<void> {
    await opening.run(`Opening ${title}`, async (options) => {
      const { cases, problems, model } = await call('recent.open', { recentId }, options)
      this.problems = problems
      if (cases.length > 0) this.#addCases(cases)
      if (model !== null) this.takeModel(model)
    })
  }

  async openMask(caseId: string, granted: Granted): Promise<void> {
    await opening.run(`Reading the outline ${granted.name}`, async (options) => {
      const changed = await call('mask.open', { caseId, grant: granted.grant }, options)
      this.cases = this.cases.map((one) => (one.caseId === caseId ? changed : one))
    })
  }

  /** Puts a model into the list and makes it current; a proposed card is shown for checking. */
  takeModel(model: ModelSummary): void {
    const known = this.models.some((one) => one.modelId === model.modelId)
    this.models = known
      ? this.models.map((one) => (one.modelId === model.modelId ? model : one))
      : [...this.models, model]
    this.currentModelId = model.modelId
    if (model.cardSource === 'proposed') this.cardModelId = model.modelId
  }

  /** Accepts an edited card; with `save` it is also written beside the model. */
  async acceptCard(modelId: string, card: ModelCard, save: boolean): Promise<void> {
    shell.saved = 'saving'
    try {
      const model = await call('model.card', { modelId, card, save })
      this.models = this.models.map((one) => (one.modelId === modelId ? model : one))
      shell.saved = 'saved'
    } catch (thrown) {
      const fault = toFaultReport(thrown)
      shell.saved = fault.code === 'not-writable' ? { failed: fault.message } : 'saved'
      throw thrown
    }
  }

  /** Goes to another volume of the same series; stops at both ends. */
  stepVolume(by: number): void {
    const next = this.volumes[this.volumes.findIndex((one) => one.caseId === this.currentCaseId) + by]
    if (next !== undefined) this.currentCaseId = next.caseId
  }

  async #openFiles(files: readonly Granted[]): Promise<void> {
    const words = files.length === 1 ? `Opening ${files[0].name}` : `Opening ${files.length} files`
    await opening.run(words, async (options) => {
      const early: string[] = []
      const onPartial = (value: unknown): void => {
        const cases = partialCases(value)
        early.push(...cases.map(({ caseId }) => caseId))
        if (cases.length > 0) this.#addEarly(cases)
      }
      const grants = files.map((one) => one.grant)
      const opened = await call('study.open', { grants }, { ...options, onPartial })
      this.cases = withoutGone(this.cases, early, opened.cases)
      this.takeOpened(opened)
    })
  }

  /** Series that are whole while others are still read: they can be looked at, and nothing moves under the pointer. */
  #addEarly(cases: readonly CaseSummary[]): void {
    const brought = new Set(cases.map((one) => one.caseId))
    this.cases = [...this.cases.filter((one) => !brought.has(one.caseId)), ...cases]
    if (shell.screen === 'view') shell.show('studies')
  }

  #addCases(cases: readonly CaseSummary[]): void {
    const brought = new Map(cases.map((one) => [one.caseId, one]))
    const known = new Set(this.cases.map((one) => one.caseId))
    this.cases = [
      ...this.cases.map((one) => brought.get(one.caseId) ?? one),
      ...cases.filter((one) => !known.has(one.caseId))
    ]
    if (cases.length > 0) this.currentCaseId = cases[0].caseId
    // A volume with its time points is one thing; several series ask which one is meant.
    const series = new Set(cases.map((one) => one.part?.of ?? one.caseId)).size
    this.openedSeries = series
    if (cases.length > 0) this.openings += 1
    if (series > 1 && shell.screen === 'view') shell.show('studies')
  }

  /** A model that arrived by itself: it goes to the end of the list and leads only when none does. */
  #addModel(model: ModelSummary): void {
    if (this.models.some((one) => one.modelId === model.modelId)) return
    this.models = [...this.models, model]
    this.currentModelId ??= model.modelId
  }

  /** Opens what was open before: at an ordinary start, and after the engine was started again. */
  async #restore(): Promise<void> {
    const [caseId, modelId, again] = [this.currentCaseId, this.currentModelId, this.cases.length > 0]
    await opening.run('Opening again what was open', async (options) => {
      const onPartial = (value: unknown): void => this.#take(partialCases(value), [])
      const { cases, models, problems } = await call('study.restore', {}, { ...options, onPartial })
      Object.assign(this, { cases, models, problems })
      const shown = cases.find((one) => one.caseId === (again ? caseId : this.currentCaseId))
      this.currentCaseId = (shown ?? cases[0])?.caseId ?? null
      this.currentModelId = (models.find((one) => one.modelId === modelId) ?? models[0])?.modelId ?? null
      if (again) shell.sentence = frameWords.openAgain
    })
  }

  /** Puts lists of the engine in front of what is here already; nothing that is open goes away. */
  #take(cases: readonly CaseSummary[], models: readonly ModelSummary[]): void {
    const caseIds = new Set(cases.map((one) => one.caseId))
    const modelIds = new Set(models.map((one) => one.modelId))
    this.cases = [...cases, ...this.cases.filter((one) => !caseIds.has(one.caseId))]
    this.models = [...models, ...this.models.filter((one) => !modelIds.has(one.modelId))]
    this.currentCaseId ??= cases[0]?.caseId ?? null
    this.currentModelId ??= models[0]?.modelId ?? null
  }
}

export const session = new Session()
