import { dirname, resolve } from 'node:path'
import { draftExperiment } from '@engine/formats/datasets/experiment'
import { datasetReaders } from '@engine/formats/datasets/index'
import { datasetPreview } from '@engine/formats/datasets/preview'
import { readDataset } from '@engine/formats/datasets/read-dataset'
import { Fault } from '@engine/fault'
import { firstMethods, requireCases } from '@engine/handlers/dataset'
import { writeWhole } from '@engine/handlers/output-folder'
import type { DatasetPreview, DatasetWishes, LeftOut } from '@shared/dataset'
import type { Arguments } from '../arguments'
import type { CliCommand } from '../command'
import { relativeModels } from '../model-list'

/** `import PATH`: what a dataset would become, and `experiment.json` of it. */
export const importCommand: CliCommand = {
  name: 'import',
  summary: 'a dataset (BIDS, CAPS, table, folders, DICOM) as experiment.json, with what matched and what did not',
  usage: [
    'saliscope import PATH [--out experiment.json] [--json]',
    `                 [--kind ${datasetReaders.map(({ kind }) => kind).join('|')}]`,
    '                 [--labels TABLE.tsv] [--label COLUMN] [--positive NAME]',
    '                 [--image KIND] [--splits NAME[,NAME]] [--masks KIND[,KIND]|none] [--models M.onnx…] [--methods EXPR[,EXPR…]]',
    'PATH is a folder, a table (CSV, TSV) or an annotation file (JSON). Without --out only the preview is printed.'
  ].join('\n'),
  rules: {
    options: ['kind', 'labels', 'label', 'positive', 'image', 'splits', 'masks', 'methods', 'out'],
    lists: ['models'],
    flags: ['json'],
    positional: ['PATH']
  },

  async run(args, console) {
    const [path] = args.positional
    if (path === undefined) throw new Fault('usage', 'No dataset is named.', { hint: importCommand.usage })
    const labels = args.option('labels')
    const order = { ...wishesOf(args), labelTable: labels === undefined ? null : resolve(labels) }
    const dataset = await readDataset(resolve(path), order, console.job())
    const preview = datasetPreview(dataset)
    if (console.json) console.result(JSON.stringify(preview))
    else for (const line of previewLines(preview)) console.result(line)
    const out = args.option('out')
    if (out === undefined) return preview.cases.length === 0 ? 3 : 0
    requireCases(dataset)
    const file = resolve(out)
    const folder = dirname(file)
    const methods = args.option('methods')?.split(',') ?? firstMethods
    const models = relativeModels(args.list('models'), folder)
    const experiment = draftExperiment(dataset, { title: preview.name, folder, models, methods })
    writeWhole(file, `${JSON.stringify(experiment, null, 2)}\n`)
    console.remark(`Written: ${out}, ${preview.cases.length} cases.`)
    if (models.length === 0) console.remark('It names no model yet: import with --models, or add them to the file.')
    return 0
  }
}

function wishesOf(args: Arguments): DatasetWishes {
  const kind = args.option('kind')
  const known = datasetReaders.find((reader) => reader.kind === kind)
  if (kind !== undefined && known === undefined) {
    throw new Fault('usage', `--kind takes ${datasetReaders.map((reader) => reader.kind).join(', ')}; not "${kind}".`)
  }
  const masks = args.option('masks')
  return {
    kind: known?.kind ?? null,
    image: args.option('image') ?? null,
    masks: masks === undefined ? null : masks === 'none' ? [] : masks.split(','),
    label: args.option('label') ?? null,
    splits: args.option('splits')?.split(',') ?? null,
    positive: args.option('positive') ?? null
  }
}

/** More rows than this of one list say nothing new; `--json` has them all. */
const mostRows = 12

function previewLines(preview: DatasetPreview): string[] {
  const { counts, unmatched } = preview
  const number = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`
  const also = preview.also.map(({ title, kind }) => `${title} (--kind ${kind})`).join(', ')
  return [
    `${preview.name}: ${preview.title}${also === '' ? '' : `; could also be ${also}`}`,
    `${number(counts.cases, 'case', 'cases')} of ${number(counts.patients, 'patient', 'patients')}; ${counts.labelled} with a label, ${counts.withMask} with a mask, ${counts.withBoxes} with boxes`,
    countLine('Labels', preview.labelCounts, 'no label'),
    countLine('Splits', preview.splitCounts, 'no split'),
    ...choiceLines('Kinds of image', preview.images, '--image'),
    ...choiceLines('Kinds of mask', preview.masks, '--masks'),
    ...block('Assumed', preview.assumptions),
    ...block('Warnings', preview.warnings),
    ...block(
      'In more than one split',
      preview.leakage.map(({ patient, splits }) => `${patient}: ${splits.join(', ')}`)
    ),
    ...block('Images left out', preview.unmatched.images.map(leftOutLine)),
    ...block('Masks left out', unmatched.masks.map(leftOutLine)),
    ...block('Rows left out', unmatched.rows.map(leftOutLine)),
    ...block('Said twice', preview.duplicates.map(leftOutLine))
  ]
}

const leftOutLine = ({ name, why }: LeftOut): string => `${name}: ${why}`

function countLine(title: string, counts: DatasetPreview['labelCounts'], none: string): string {
  const parts = counts
    .slice(0, mostRows)
    .map(
      ({ value, cases, patients }) => `${value ?? none} ${cases}${cases === patients ? '' : ` (${patients} patients)`}`
    )
  const more = counts.length > mostRows ? `, and ${counts.length - mostRows} more` : ''
  return `${title}: ${parts.join(', ') || 'none'}${more}`
}

function choiceLines(title: string, choice: DatasetPreview['images'], option: string): string[] {
  if (choice.options.length < 2 && choice.options.length === choice.chosen.length) return []
  const shown = choice.options.map(
    ({ value, count }) => `  ${choice.chosen.includes(value) ? '*' : ' '} ${value}: ${count}`
  )
  return [`${title} (* taken; choose with ${option})`, ...shown.slice(0, mostRows)]
}

function block(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return []
  const more = lines.length > mostRows ? [`  … and ${lines.length - mostRows} more (--json lists all)`] : []
  return [`${title}: ${lines.length}`, ...lines.slice(0, mostRows).map((line) => `  ${line}`), ...more]
}
