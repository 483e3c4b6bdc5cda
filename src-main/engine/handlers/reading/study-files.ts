import { join, relative } from 'node:path'
import { encodeNifti } from '@engine/formats/nifti/write'
import { volumeFromLabelmap } from '@engine/geometry/labelmap'
import { throwIfCancelled, type Job } from '@engine/job'
import { listConsensus, type StudyRow } from '@engine/project/reading-rows'
import type { ExperimentCase } from '@shared/experiment'
import type { StudyResults } from '@shared/reading-protocol'
import { agreementWords } from '@shared/reading-results'
import { csvLines } from '@shared/csv-lines'
import { prepareFolder, writeWhole } from '../output-folder'
import { safeName } from '../safe-name'
import type { Workbench } from '../workbench'
import { caseCode } from './reading-place'
import { sourceCase } from './source-cases'
import { doneReadings } from './study-readings'
import { masksOfCase, referenceName } from './study-reference'

const cell = (value: string | number | null): string => (value === null ? '' : String(value))
const table = (rows: readonly (readonly (string | number | null)[])[]): string =>
  csvLines(rows.map((row) => row.map(cell)))

/** Writes the readings, the agreement and its words as tables and JSON; returns the names of the files. */
export function writeStudyTables(
  bench: Workbench,
  row: StudyRow,
  { results, folder }: { results: StudyResults; folder: string }
): string[] {
  prepareFolder(folder)
  const readings = doneReadings(bench.workspace, row).flatMap((done, caseIndex) =>
    done.map(({ name, repeat, record }) => {
      const [first, after] = record.versions
      const sum = (part: 'cm2' | 'ml'): number | null =>
        first.extents.some((extent) => extent[part] !== null)
          ? first.extents.reduce((all, extent) => all + (extent[part] ?? 0), 0)
          : null
      return [
        ...[
          caseCode(caseIndex),
          name,
          record.reading,
          repeat ? 'yes' : 'no',
          first.seconds,
          first.noFinding ? 'no' : 'yes'
        ],
        ...[first.certainty, sum('cm2'), sum('ml'), record.flagged ? 'yes' : 'no', record.comment],
        ...[
          record.mapShown === null ? 'no' : 'yes',
          record.change?.dice ?? null,
          record.change?.cm2 ?? null,
          record.change?.ml ?? null
        ],
        ...[record.change?.seconds ?? null, after?.certainty ?? null]
      ]
    })
  )
  const heads = [
    ...[
      'case',
      'reader',
      'reading',
      'repeat',
      'seconds',
      'finding',
      'certainty',
      'areaCm2',
      'volumeMl',
      'flagged',
      'comment'
    ],
    ...['mapShown', 'diceBeforeAfter', 'changeCm2', 'changeMl', 'secondsWithMap', 'certaintyWithMap']
  ]
  const agreement = results.rows.map(({ id, n, value, reason, ci95 }) => [
    ...[
      id,
      agreementWords[id].title,
      agreementWords[id].unit,
      n,
      value,
      ci95?.[0] ?? null,
      ci95?.[1] ?? null,
      reason ?? '',
      agreementWords[id].note
    ]
  ])
  const files = {
    'readings.csv': table([heads, ...readings]),
    'agreement.csv': table([['id', 'figure', 'unit', 'n', 'value', 'ciLow', 'ciHigh', 'reason', 'over'], ...agreement]),
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
 * Writes every outline of the study as NIfTI on the grid of its image, and an experiment.json whose reference standard is the
 * consensus; returns the names of the files. Throws what opening images and writing throw.
 */
export async function writeReference(
  bench: Workbench,
  { row, folder }: { row: StudyRow; folder: string },
  job: Job
): Promise<string[]> {
  prepareFolder(folder)
  const consensus = listConsensus(bench.workspace.database, row.study.id)
  const files: string[] = []
  const cases: ExperimentCase[] = []
  for (const [index, { state, blob }] of consensus.entries()) {
    throwIfCancelled(job)
    job.progress('Writing outlines', index, consensus.length)
    const source = await sourceCase(bench, row.study.cases[state.caseIndex], job)
    const image = await bench.cases.volume(source.caseId)
    const code = `case-${String(state.caseIndex + 1).padStart(4, '0')}`
    const masks: ExperimentCase['masks'] = []
    for (const { reader, role, load, afterReveal } of masksOfCase(bench, row, state, blob)) {
      const name = `outlines/${code}-${role === 'reference' ? 'consensus' : safeName(reader)}`
      const write = async (ending: string, mask: Awaited<ReturnType<typeof load>>): Promise<string> => {
        writeWhole(join(folder, `${name}${ending}`), await encodeNifti(volumeFromLabelmap(mask, image)))
        files.push(`${name}${ending}`)
        return `${name}${ending}`
      }
      const path = await write('.nii.gz', await load(image))
      const after = afterReveal === undefined ? null : await write('-after-map.nii.gz', await afterReveal(image))
      masks.push({
        reader,
        path,
        ...(role === undefined ? {} : { role }),
        ...(after === null ? {} : { afterReveal: after })
      })
    }
    cases.push({
      id: code,
      patient: source.patient,
      split: 'test',
      image: relative(folder, source.paths[0] ?? ''),
      ...(source.series === undefined ? {} : { series: source.series }),
      label: source.label,
      masks,
      boxes: [],
      cues: [],
      variants: []
    })
  }
  const title = consensus.length === 0 ? row.study.title : referenceName(row, consensus[0].state)
  const experiment = { version: 1, title, models: [], cases, methods: ['gradcam', 'gradient'] }
  writeWhole(join(folder, 'experiment.json'), `${JSON.stringify(experiment, null, 2)}\n`)
  return ['experiment.json', ...files]
}
