import type { DatasetKind, DatasetPreview } from '@shared/dataset'
import type { FaultReport } from '@shared/fault'
import type { Input } from '@shared/protocol'
import type { Granted } from '@shared/shell-calls'
import { call, type Progress } from '../engine/client'
import { toFaultReport } from '../engine/fault'
import { windowShell } from '../engine/window-shell'
import { opening } from './opening.svelte'
import { session } from './session.svelte'
import { shell } from './shell.svelte'

type Wishes = NonNullable<Input<'dataset.preview'>['wishes']>

/** Kinds that are more than a pile of images: dropped as a folder they are shown before anything is opened. */
const laidOut: ReadonlySet<DatasetKind> = new Set(['manifest', 'bids', 'caps', 'rsna', 'siim', 'qtim', 'mednet'])

/** The import that is being prepared: a dataset, how it is to be read, and what that would bring. */
class Dataset {
  /** The dialog is open while not null. */
  granted = $state.raw<Granted | null>(null)
  found = $state.raw<DatasetPreview | null>(null)
  wishes = $state.raw<Wishes>({})
  labelTable = $state.raw<Granted | null>(null)
  /** Splits of the whole dataset, whichever of them are taken. */
  splits = $state.raw<readonly string[]>([])
  reading = $state.raw<{ progress: Progress | null } | null>(null)
  fault = $state.raw<FaultReport | null>(null)
  /** Name of the experiment file that was written. */
  saved = $state<string | null>(null)
  #abort: AbortController | null = null

  /** Shows the preview when a folder is laid out as a dataset; false when it is to be opened as images. */
  async offer(folder: Granted): Promise<boolean> {
    try {
      const [first] = await call('dataset.kinds', { grant: folder.grant })
      if (first === undefined || !laidOut.has(first.kind)) return false
    } catch {
      // Whatever is wrong with it, opening says so.
      return false
    }
    void this.preview(folder)

    return true
  }

  /** Opens the dialog on a dataset and reads what an import would bring. */
  async preview(granted: Granted): Promise<void> {
    this.granted = granted
    this.found = null
    this.wishes = {}
    this.labelTable = null
    this.saved = null
    await this.#read()
  }

  /** Reads the dataset again with another choice. */
  async wish(change: Wishes): Promise<void> {
    this.wishes = 'kind' in change ? change : { ...this.wishes, ...change }
    await this.#read()
  }

  /** Takes a split, or leaves it out; all taken is no wish at all. */
  async flipSplit(split: string): Promise<void> {
    const taken = this.takenSplits()
    const splits = taken.includes(split) ? taken.filter((one) => one !== split) : [...taken, split]
    if (splits.length > 0) await this.wish({ splits: splits.length === this.splits.length ? null : splits })
  }

  takenSplits(): readonly string[] {
    return this.wishes.splits ?? this.splits
  }

  async chooseLabelTable(): Promise<void> {
    const table = await windowShell()?.openDataset({ what: 'table' })
    if (!table) return
    this.labelTable = table
    await this.#read()
  }

  close(): void {
    this.#abort?.abort()
    this.granted = null
    this.found = null
    this.fault = null
  }

  /** Opens the cases in the window. */
  async open(): Promise<void> {
    const order = this.#order()
    if (order === null) return
    const name = this.granted?.name ?? ''
    this.close()
    await opening.run(`Importing ${name}`, async (options) => {
      session.takeOpened(await call('dataset.import', { ...order, open: true }, options))
    })
  }

  /** Writes experiment.json into a folder the user chooses; nothing is opened. */
  async save(): Promise<void> {
    const order = this.#order()
    const folder = order === null ? null : await windowShell()?.chooseFolder({ purpose: 'experiment' })
    if (order === null || !folder) return
    shell.saved = 'saving'
    try {
      const { files } = await call('dataset.import', { ...order, open: false, save: folder.grant })
      this.saved = files[0] ?? null
      shell.saved = 'saved'
    } catch (thrown) {
      this.fault = toFaultReport(thrown)
      shell.saved = { failed: this.fault.message }
    }
  }

  #order(): Input<'dataset.preview'> | null {
    if (this.granted === null) return null

    return { grant: this.granted.grant, wishes: this.wishes, labelTable: this.labelTable?.grant ?? null }
  }

  async #read(): Promise<void> {
    const order = this.#order()
    if (order === null) return
    this.#abort?.abort()
    const abort = new AbortController()
    this.#abort = abort
    this.reading = { progress: null }
    this.fault = null
    this.saved = null
    try {
      const preview = await call('dataset.preview', order, {
        signal: abort.signal,
        onProgress: (progress) => {
          if (this.#abort === abort) this.reading = { progress }
        }
      })
      if (this.#abort !== abort) return
      this.found = preview
      if ((this.wishes.splits ?? null) === null) {
        this.splits = preview.splitCounts.map(({ value }) => value).filter((value) => value !== null)
      }
    } catch (thrown) {
      const fault = toFaultReport(thrown)
      if (this.#abort === abort && fault.code !== 'cancelled') this.fault = fault
    } finally {
      if (this.#abort === abort) this.reading = null
    }
  }
}

export const dataset = new Dataset()
