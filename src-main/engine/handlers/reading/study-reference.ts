import type { Labelmap } from '@engine/geometry/labelmap'
import type { Volume } from '@engine/geometry/volume'
import {
  findOutline,
  listConsensus,
  listReference,
  listStudies,
  setReference,
  type StudyRow
} from '@engine/project/reading-rows'
import { unionOf } from '@engine/readers/study/outline-runs'
import type { ConsensusState } from '@shared/reading-results'
import type { CaseEntry, CaseMask } from '../case-shelf'
import type { Workbench } from '../workbench'
import { outlineSegments } from './outline-segments'
import { orderFor } from './reading-place'
import { keptOutlines } from './study-readings'
import { tellTrail } from './trail'

const methodNames = { staple: 'STAPLE', majority: 'majority', soft: 'share of readers' } as const

/** "Opacity-1, consensus of 3 readers (STAPLE)" */
export const referenceName = ({ study }: StudyRow, { method, readers }: ConsensusState): string =>
  `${study.title}, consensus of ${readers.length} readers (${methodNames[method]})`

/**
 * The outlines of a case as a study left them: the consensus, which is the reference standard, and each reader's own, which
 * the criterion on readers compares maps with.
 */
export function masksOfCase({ workspace }: Workbench, row: StudyRow, state: ConsensusState, blob: string): CaseMask[] {
  const { database } = workspace
  const load =
    (hash: string) =>
    async (image: Volume): Promise<Labelmap> => ({
      voxels: unionOf(keptOutlines(workspace, hash)),
      size: image.size,
      affine: image.affine
    })
  const segments = (hash: string, who: string) => async (image: Volume) =>
    Promise.resolve(outlineSegments(keptOutlines(workspace, hash), image, who))
  const readers = state.readers.flatMap((readerId): CaseMask[] => {
    const place = orderFor(row, readerId).find(({ caseIndex, repeat }) => caseIndex === state.caseIndex && !repeat)
    const key = { study: row.study.id, reader: readerId, reading: place?.reading ?? 0 }
    const [first, after] = [findOutline(database, key, 'first'), findOutline(database, key, 'after-map')]
    const reader = row.study.readers.find(({ id }) => id === readerId)?.name ?? readerId
    if (first === null) return []
    return [
      {
        reader,
        pseudonym: readerId,
        load: load(first),
        segments: segments(first, reader),
        state: () => `${first} ${after ?? ''}`,
        ...(after === null ? {} : { afterReveal: load(after) })
      }
    ]
  })
  const reader = referenceName(row, state)
  return [
    { reader, role: 'reference', load: load(blob), segments: segments(blob, reader), state: () => blob },
    ...readers
  ]
}

/** Says to every study which cases' reference standard it is: the consensus, from now on and after every start. */
export class StudyReferences {
  private known: Map<string, { row: StudyRow; state: ConsensusState; blob: string }> | null = null

  constructor(private readonly bench: () => Workbench) {}

  /** An entry with the outlines of the study that is its reference standard; itself where none is. */
  dress(entry: CaseEntry): CaseEntry {
    const found = this.byCase().get(entry.caseId)
    if (found === undefined) return entry
    const masks = masksOfCase(this.bench(), found.row, found.state, found.blob)
    return { ...entry, masks, boxes: [] }
  }

  /** Makes a study the reference standard of its cases; returns those that are open now. */
  use(row: StudyRow): string[] {
    const { workspace, cases } = this.bench()
    const consensus = listConsensus(workspace.database, row.study.id)
    const reference = `consensus of ${consensus.length} cases, ${consensus.filter(({ state }) => state.acceptedBy !== null).length} looked at`
    workspace.database.transaction(() => {
      setReference(workspace.database, row.study.id, reference)
      tellTrail(this.bench(), {
        what: 'reference standard',
        subject: row.study.id,
        detail: { cases: consensus.length }
      })
    })
    this.known = null
    const open = new Set(cases.list().map(({ caseId }) => caseId))
    const mine = consensus
      .map(({ state }) => row.study.cases[state.caseIndex].caseId)
      .filter((caseId) => open.has(caseId))
    for (const caseId of mine) cases.add([this.dress(cases.require(caseId))])
    return mine
  }

  /** A study is gone: what is opened from now on has its own outlines again. */
  forget(): void {
    this.known = null
  }

  /** By case, as the standard was set. */
  private byCase(): Map<string, { row: StudyRow; state: ConsensusState; blob: string }> {
    if (this.known !== null) return this.known
    const { database } = this.bench().workspace
    this.known = new Map()
    for (const row of listStudies(database).filter(({ reference }) => reference !== null)) {
      for (const { state, blob } of listReference(database, row.study.id))
        this.known.set(row.study.cases[state.caseIndex].caseId, { row, state, blob })
    }
    return this.known
  }
}
