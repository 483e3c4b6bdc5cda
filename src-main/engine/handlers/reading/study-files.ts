import { dirname, join, relative } from 'node:path'
import { encodeNifti } from '@engine/formats/nifti/write'
import { volumeFromLabelmap, type Labelmap } from '@engine/geometry/labelmap'
import type { Volume } from '@engine/geometry/volume'
import { throwIfCancelled, type Job } from '@engine/job'
import { listReference, type ConsensusRow, type StudyRow } from '@engine/project/reading-rows'
import { probabilityVoxels } from '@engine/readers/study/kept-probability'
import { maskOfFinding } from '@engine/readers/study/outline-runs'
import type { ExperimentCase } from '@shared/experiment'
import type { StudyResults } from '@shared/reading-protocol'
import { agreementOver, agreementTitle, agreementWords } from '@shared/reading-results'
import { csvLines } from '@shared/csv-lines'
import { prepareFolder, writeWhole } from '../output-folder'
import { safeName } from '../safe-name'
import type { CaseEntry } from '../case-shelf'
import type { Workbench } from '../workbench'
import { caseCode, caseFileCode } from './reading-place'
import { sourceCase } from './source-cases'
import { doneReadings, keptOutlines, type DoneReading } from './study-readings'
import { masksOfCase, referenceName } from './study-reference'

const cell = (value: string | number | null): string => (value === null ? '' : String(value))
const table = (rows: readonly (readonly (string | number | null)[])[]): string =>
  csvLines(rows.map((row) => row.map(cell)))

const readingColumns = [
  ...['case', 'reader', 'reading', 'repeat', 'seconds', 'finding', 'certainty', 'areaCm2', 'volumeMl', 'flagged'],
  ...['comment', 'mapShown', 'diceBeforeAfter', 'changeCm2', 'changeMl', 'secondsWithMap', 'certaintyWithMap']
]

const yesNo = (value: boolean): string => (value ? 'yes' : 'no')

/** One line of readings.csv. */
function readingLine(code: string, { name, repeat, record }: DoneReading): (string | number | null)[] {
  const [first, after] = record.versions
  const sum = (part: 'cm2' | 'ml'): number | null =>
    first.extents.some((extent) => extent[part] !== null)
      ? first.extents.reduce((all, extent) => all + (extent[part] ?? 0), 0)
      : null
  const { change } = record
  return [
    ...[code, name, record.reading, yesNo(repeat), first.seconds, yesNo(!first.noFinding), first.certainty],
    ...[sum('cm2'), sum('ml'), yesNo(record.flagged), record.comment, yesNo(record.mapShown !== null)],
    ...[
      change?.dice ?? null,
      change?.cm2 ?? null,
      change?.ml ?? null,
      change?.seconds ?? null,
      after?.certainty ?? null
    ]
  ]
}

const agreementColumns = ['finding', 'id', 'figure', 'unit', 'n', 'value', 'ciLow', 'ciHigh', 'reason', 'over']

function agreementLine(row: StudyResults['rows'][number]): (string | number | null)[] {
  const { id, finding, n, value, reason, ci95 } = row
  const interval = [ci95?.[0] ?? null, ci95?.[1] ?? null]
  const words = [reason ?? '', agreementOver(row)]
  return [finding ?? 'any', id, agreementTitle(row), agreementWords[id].unit, n, value, ...interval, ...words]
}

const boxColumns = ['case', 'reader', 'reading', 'outlined', 'finding', 'slice', 'x0', 'y0', 'x1', 'y1']

/** What readers drew as boxes, box by box: slices from 0, pixels of the image, far edges exclusive. */
function boxLines({ workspace }: Workbench, row: StudyRow): (string | number)[][] {
  const lines = ({ name, record, first, afterMap }: DoneReading, code: string): (string | number)[][] =>
    [first, ...(afterMap === null ? [] : [afterMap])].flatMap((hash, version) =>
      keptOutlines(workspace, hash).segments.flatMap(({ name: finding, boxes = [] }) =>
        boxes.map(({ slice, box }) => [
          ...[code, name, record.reading, version === 0 ? 'first' : 'after the map', finding, slice],
          ...box
        ])
      )
    )
  return doneReadings(workspace, row).flatMap((done, caseIndex) =>
    done.flatMap((one) => lines(one, caseCode(caseIndex)))
  )
}

/** Writes the readings, the boxes, the agreement and its words as tables and JSON; returns the names of the files. */
export function writeStudyTables(
  bench: Workbench,
  row: StudyRow,
  { results, folder }: { results: StudyResults; folder: string }
): string[] {
  prepareFolder(folder)
  const readings = doneReadings(bench.workspace, row).flatMap((done, caseIndex) =>
    done.map((one) => readingLine(caseCode(caseIndex), one))
  )
  const boxes = boxLines(bench, row)
  const files = {
    ...(boxes.length === 0 ? {} : { 'boxes.csv': table([boxColumns, ...boxes]) }),
    'readings.csv': table([readingColumns, ...readings]),
    'agreement.csv': table([agreementColumns, ...results.rows.map(agreementLine)]),
    'study.json': `${JSON.stringify({ study: publicWords(row), results }, null, 2)}\n`
  }
  for (const [name, content] of Object.entries(files)) writeWhole(join(folder, name), content)
  return Object.keys(files)
}

/** The definition without what points at patients or files. */
function publicWords({ study }: StudyRow): object {
  const { cases, ...rest } = study
  return { ...rest, cases: cases.length }
}

/**
 * Writes every outline of the study as NIfTI on the grid of its image, probabilities as they are, and an experiment.json whose
 * reference standard is the consensus; returns the names of the files. Throws what opening images and writing throw.
 */
export async function writeReference(
  bench: Workbench,
  { row, folder }: { row: StudyRow; folder: string },
  job: Job
): Promise<string[]> {
  prepareFolder(folder)
  const consensus = listReference(bench.workspace.database, row.study.id)
  const files: string[] = []
  const cases: ExperimentCase[] = []
  for (const [index, one] of consensus.entries()) {
    throwIfCancelled(job)
    job.progress('Writing outlines', index, consensus.length)
    const written = await writeCase(bench, { row, folder, consensus: one }, job)
    files.push(...written.files)
    cases.push(written.item)
  }
  const title = consensus.length === 0 ? row.study.title : referenceName(row, consensus[0].state)
  const experiment = { version: 1, title, models: [], cases, methods: ['gradcam', 'gradient'] }
  writeWhole(join(folder, 'experiment.json'), `${JSON.stringify(experiment, null, 2)}\n`)
  return ['experiment.json', ...files]
}

/** The outlines of one case, and its entry of the experiment. */
async function writeCase(
  bench: Workbench,
  { row, folder, consensus: { state, blob } }: { row: StudyRow; folder: string; consensus: ConsensusRow },
  job: Job
): Promise<{ files: string[]; item: ExperimentCase }> {
  const source = await sourceCase(bench, row.study.cases[state.caseIndex], job)
  const image = await bench.cases.volume(source.caseId)
  const code = caseFileCode(state.caseIndex)
  const files: string[] = []
  const masks: ExperimentCase['masks'] = []
  const write = async (name: string, mask: Labelmap): Promise<string> => {
    writeWhole(join(folder, name), await encodeNifti(volumeFromLabelmap(mask, image)))
    files.push(name)
    return name
  }
  for (const one of findingVolumes(bench.workspace, { state, blob }, image)) {
    const path = `outlines/${code}-consensus${one.name}.nii.gz`
    writeWhole(join(folder, path), await encodeNifti(one.volume))
    files.push(path)
  }
  for (const { reader, role, load, afterReveal } of masksOfCase(bench, row, state, blob)) {
    const name = `outlines/${code}-${role === 'reference' ? 'consensus' : safeName(reader)}`
    const path = await write(`${name}.nii.gz`, await load(image))
    const after = afterReveal === undefined ? null : await write(`${name}-after-map.nii.gz`, await afterReveal(image))
    masks.push({
      reader,
      path,
      ...(role === undefined ? {} : { role }),
      ...(after === null ? {} : { afterReveal: after })
    })
  }
  return { files, item: { id: code, ...experimentParts(source, folder), masks } }
}

/** The consensus finding by finding, where there are several, and as the probability where one was kept. */
function* findingVolumes(
  workspace: Workbench['workspace'],
  { state, blob }: ConsensusRow,
  image: Volume
): Iterable<{ name: string; volume: Volume }> {
  const several = state.findings.length > 1
  const { size, affine } = image
  const known = new Set<string>()
  for (const { name, probability } of state.findings) {
    const safe = safeName(name)
    // Two findings may differ in what a file name cannot say.
    const own = known.has(safe) ? `${safe}-${known.size + 1}` : safe
    known.add(own)
    const part = several ? `-${own}` : ''
    const voxels = maskOfFinding(keptOutlines(workspace, blob), name)
    if (several) yield { name: part, volume: volumeFromLabelmap({ voxels, size, affine }, image) }
    if (probability === null) continue
    const share = probabilityVoxels(workspace.blobs.read(probability))
    const volume = volumeFromLabelmap({ voxels, size, affine }, image)
    yield { name: `${part}-probability`, volume: { ...volume, voxels: share, unit: 'probability', bitsStored: 32 } }
  }
}

/** A series of several files is named by its folder. */
function experimentParts(source: CaseEntry, folder: string): Omit<ExperimentCase, 'id' | 'masks'> {
  const [first = ''] = source.paths
  return {
    patient: source.patient,
    split: 'test',
    image: relative(folder, source.paths.length > 1 ? dirname(first) : first),
    ...(source.series === undefined ? {} : { series: source.series }),
    label: source.label,
    boxes: [],
    cues: [],
    variants: []
  }
}
