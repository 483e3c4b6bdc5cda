import type { ModelCard } from '@shared/model-card'
import { nothingOpen, type OpenItems } from './open-items'
import type { KeptSession } from './kept-session'

/** Keeps the list of what is open in the session file. The list of the engine before this one waits to be taken. */
export class OpenList {
  private now: OpenItems = nothingOpen
  private before: OpenItems

  constructor(private readonly session: KeptSession) {
    this.before = session.read().open
  }

  /** What the engine before this one had open; empty when asked again. */
  takeEarlier(): OpenItems {
    const earlier = this.before
    this.before = nothingOpen
    return earlier
  }

  addSample(): void {
    this.keep({ sample: true })
  }

  addFiles(paths: readonly string[]): void {
    const others = this.now.files.filter((known) => known.join('\n') !== paths.join('\n'))
    this.keep({ files: [...others, [...paths]] })
  }

  addDataset(dataset: OpenItems['datasets'][number]): void {
    this.keep({ datasets: [...this.now.datasets.filter(({ path }) => path !== dataset.path), dataset] })
  }

  addModel(path: string, card: ModelCard | null): void {
    this.keep({ models: [...this.now.models.filter((known) => known.path !== path), { path, card }] })
  }

  addMask(mask: OpenItems['masks'][number]): void {
    const others = this.now.masks.filter(({ caseId, reader }) => caseId !== mask.caseId || reader !== mask.reader)
    this.keep({ masks: [...others, mask] })
  }

  private keep(change: Partial<OpenItems>): void {
    this.now = { ...this.now, ...change }
    this.session.change({ open: this.now })
  }
}
