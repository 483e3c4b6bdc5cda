import { Fault } from '@engine/fault'
import type { PatientWords } from '@engine/formats/patient-words'
import { oneSlice } from '@engine/formats/series/one-slice'
import type { Segment } from '@engine/formats/segmentation/segmentation'
import type { Labelmap } from '@engine/geometry/labelmap'
import type { Volume } from '@engine/geometry/volume'
import type { Job } from '@engine/job'
import { keptShare } from '@engine/runtime/memory-limit'
import type { Box } from '@shared/experiment'
import type { ReportedNumber } from '@shared/measuring'
import type { CaseAttachment, CasePart, CaseStudy } from '@shared/case-parts'
import type { CaseSummary } from '@shared/vocabulary'

/** A mask of one reader; loading lays it on the grid of its image. */
export interface CaseMask {
  readonly reader: string
  /** How files that go elsewhere call the reader; absent where nothing better than the name is known. */
  readonly pseudonym?: string
  /** Id of the profile that drew it here; absent for files, whose names say nothing about who works here. */
  readonly profile?: string
  /** Kind of file it came from; default a plain mask file. */
  readonly from?: CaseAttachment['from']
  load(image: Volume): Promise<Labelmap>
  /** What `load` holds as one, segment by segment with names, codes and boxes; absent where only the whole is known. */
  segments?(image: Volume): Promise<readonly Segment[]>
  /** Another text once the outline is another one, told without reading any image; absent where it never changes. */
  state?(): string
  /** `reference`: the consensus that is the reference standard; the other masks are then the readers' own. */
  readonly role?: 'reference'
  /** What the reader outlined once a map was revealed; absent where none was shown. */
  afterReveal?(image: Volume): Promise<Labelmap>
}

/** A case as the engine holds it. */
export interface CaseEntry {
  readonly caseId: string
  readonly title: string
  readonly subtitle: string
  readonly modality: string
  readonly date: string | null
  readonly label: string | null
  readonly patient: string
  readonly size: Volume['size']
  readonly source: CaseSummary['source']
  readonly warnings: readonly string[]
  readonly words: PatientWords | null
  readonly masks: readonly CaseMask[]
  readonly boxes: readonly Box[]
  readonly cues: readonly { readonly name: string; readonly box: Box }[]
  readonly variants: readonly { readonly id: string; load(): Promise<Volume> }[]
  /** Files the case is made of: to open it again after a restart. */
  readonly paths: readonly string[]
  /** Absent where only decoding tells. */
  readonly spacingMm?: Volume['spacingMm']
  readonly study?: CaseStudy
  readonly part?: CasePart
  /** What was opened with the case besides outlines with a reader's name. */
  readonly attached?: readonly CaseAttachment[]
  /** Maps that lie on it and were opened with it. */
  readonly maps?: readonly { readonly title: string; readonly path: string }[]
  /** Measured numbers of reports that were opened with it. */
  readonly numbers?: readonly ReportedNumber[]
  /** SeriesInstanceUID, where the path is a folder of several series. */
  readonly series?: string | null
  /** Where many files are read, it tells how far it is. */
  load(progress?: Job['progress']): Promise<Volume>
  /** One slice alone, where that is less work than the whole volume. */
  loadSlice?(slice: number): Promise<Volume>
}

/** Volumes kept decoded, in bytes; the least recently used leave first. */
const keptBytes = keptShare(1.5)

/** The open cases, and their most recently used voxels. */
export class CaseShelf {
  private readonly entries = new Map<string, CaseEntry>()
  private readonly volumes = new Map<string, Promise<Volume>>()
  private readonly bytes = new Map<string, number>()

  /** `dress` says what is added to a case whenever it comes on the shelf: the reference standard that a study made of it. */
  constructor(private readonly dress: (entry: CaseEntry) => CaseEntry = (entry) => entry) {}

  /** Adds cases; one that is open already keeps its place and is replaced. */
  add(entries: readonly CaseEntry[]): CaseSummary[] {
    for (const entry of entries) {
      if (this.entries.has(entry.caseId)) this.forget(entry.caseId)
      this.entries.set(entry.caseId, this.dress(entry))
    }
    return entries.map(({ caseId }) => summarise(this.require(caseId)))
  }

  /** Takes cases off the shelf; those that are not there are no matter. */
  drop(caseIds: readonly string[]): void {
    for (const caseId of caseIds) {
      this.forget(caseId)
      this.entries.delete(caseId)
    }
  }

  /** Throws Fault `not-found`. */
  require(caseId: string): CaseEntry {
    const entry = this.entries.get(caseId)
    if (entry === undefined) throw new Fault('not-found', 'That case is not open.', { hint: 'Open its files again.' })
    return entry
  }

  /** Attaches a mask, and what was said when it was read; one of the same reader, under whatever name, is replaced. */
  addMask(caseId: string, mask: CaseMask, told: readonly string[] = []): CaseSummary {
    const entry = this.require(caseId)
    const isSame = (other: CaseMask): boolean =>
      other.reader === mask.reader || (mask.profile !== undefined && other.profile === mask.profile)
    const masks = [...entry.masks.filter((other) => !isSame(other)), mask]
    const warnings = [...new Set([...entry.warnings, ...told])]
    this.entries.set(caseId, { ...entry, masks, warnings })
    return summarise(this.require(caseId))
  }

  list(): CaseSummary[] {
    return [...this.entries.values()].map(summarise)
  }

  /** Voxels of a case, or of one of its variants; whoever asks first is told the progress. Throws what reading throws. */
  volume(caseId: string, variant: string | null = null, progress?: Job['progress']): Promise<Volume> {
    const key = variant === null ? caseId : `${caseId}\u0000${variant}`
    const kept = this.volumes.get(key)
    if (kept !== undefined) {
      this.volumes.delete(key)
      this.volumes.set(key, kept)
      return kept
    }
    const loading = this.loader(caseId, variant)(progress)
    this.volumes.set(key, loading)
    loading.then(
      (volume) => {
        this.bytes.set(key, volume.voxels.byteLength)
        this.makeRoom()
      },
      () => this.volumes.delete(key)
    )
    return loading
  }

  /** The middle slice as a volume of its own: a first picture without waiting for hundreds of slices. Throws what reading throws. */
  async middleSlice(caseId: string): Promise<Volume> {
    const entry = this.require(caseId)
    // While the volume is still being read, one slice is there sooner.
    if (!this.bytes.has(caseId) && entry.loadSlice !== undefined) return entry.loadSlice(middleOf(entry.size))
    const volume = await this.volume(caseId)
    return oneSlice(volume, middleOf(volume.size))
  }

  private loader(caseId: string, variant: string | null): (progress?: Job['progress']) => Promise<Volume> {
    const entry = this.require(caseId)
    if (variant === null) return (progress) => entry.load(progress)
    const found = entry.variants.find((candidate) => candidate.id === variant)
    if (found === undefined) throw new Fault('not-found', `${entry.title} has no variant "${variant}".`)
    return () => found.load()
  }

  private makeRoom(): void {
    let total = [...this.bytes.values()].reduce((sum, bytes) => sum + bytes, 0)
    for (const key of this.volumes.keys()) {
      if (total <= keptBytes || this.volumes.size <= 1) return
      total -= this.bytes.get(key) ?? 0
      this.bytes.delete(key)
      this.volumes.delete(key)
    }
  }

  private forget(caseId: string): void {
    for (const key of [...this.volumes.keys()]) {
      if (key !== caseId && !key.startsWith(`${caseId}\u0000`)) continue
      this.volumes.delete(key)
      this.bytes.delete(key)
    }
  }
}

function middleOf(size: Volume['size']): number {
  return Math.floor((size[2] - 1) / 2)
}

/** What the screen may know of a case. */
export function summarise(entry: CaseEntry): CaseSummary {
  return {
    caseId: entry.caseId,
    title: entry.title,
    subtitle: entry.subtitle,
    modality: entry.modality,
    date: entry.date,
    label: entry.label,
    size: [...entry.size],
    spacingMm: entry.spacingMm === undefined || entry.spacingMm === null ? null : [...entry.spacingMm],
    study: entry.study ?? null,
    part: entry.part ?? null,
    attached: attachmentsOf(entry),
    source: entry.source,
    masks: entry.masks.length + (entry.boxes.length > 0 && entry.masks.length === 0 ? 1 : 0),
    cues: entry.cues.length,
    variants: entry.variants.map((variant) => variant.id),
    warnings: [...entry.warnings]
  }
}

function attachmentsOf(entry: CaseEntry): CaseAttachment[] {
  const outlines = entry.masks.map(({ reader, from }) => ({
    kind: 'outline' as const,
    from: from ?? ('file' as const),
    title: reader
  }))
  return [...outlines, ...(entry.attached ?? [])]
}
