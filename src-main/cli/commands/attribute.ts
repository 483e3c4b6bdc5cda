import { resolve } from 'node:path'
import { parseExpressions } from '@engine/attribution/expression'
import type { GivenParams } from '@engine/attribution/parameters'
import { expressionMaps, type PlannedMap, presetMaps } from '@engine/attribution/planned-map'
import { presets } from '@engine/attribution/presets/index'
import { Fault, asFault, faultOf } from '@engine/fault'
import type { ReadOptions } from '@engine/formats/format'
import { parseSpacing } from '@engine/formats/raster/stated-spacing'
import { type OpenedSeries, openSeries } from '@engine/formats/open-series'
import { attributeImage, imageOfFile, type ImageSource } from '@engine/handlers/attribute-image'
import { attributeTensor } from '@engine/handlers/attribute-tensor'
import { mapFormats } from '@engine/handlers/exports/map-formats'
import { ModelShelf } from '@engine/handlers/model-shelf'
import { prepareFolder, writeWhole } from '@engine/handlers/output-folder'
import type { Job } from '@engine/job'
import { takesVolumes } from '@engine/preprocessing/prepare'
import { InferenceHost } from '@engine/runtime/inference-host'
import { providers } from '@engine/runtime/messages'
import type { ModelSummary } from '@shared/vocabulary'
import { type Arguments, oneOf, required, wholeNumber } from '../arguments'
import type { CliCommand, CommandHost } from '../command'
import { type CommandConsole, faultLines } from '../console'
import { givenParameters } from '../given-parameters'
import { filesBelow, givenPaths } from '../paths'
import { reductionOptions, reductionUsage, statedReduction } from '../reduction-options'
import { readTreeOrder, runTree, treeRules, treeUsage } from '../tree-run'

/** Written when `--as` does not say otherwise. */
const usualFormats = ['npy', 'nifti', 'png']
const formats = mapFormats.map(({ id }) => id)

/** `attribute`: maps on images, or on a raw tensor. */
export const attributeCommand: CliCommand = {
  name: 'attribute',
  summary: 'saliency maps of a model on images, or on a raw input tensor',
  usage: [
    'saliscope attribute --model M.onnx [--card C.json] --input PATH… --method EXPR[,EXPR…] --out DIR',
    '                    [--target N|LABEL|A-B|predicted|positive|all|not:N[,…]] [--of logit|output]',
    '                    [--layer TENSOR[,TENSOR…]]',
    `                    [--param METHOD.NAME=VALUE…] [--seed N] [--as ${formats.join(',')}] [--strict]`,
    `                    ${reductionUsage}`,
    '                    [--identity pseudonym|source: who DICOM outputs say they are of]',
    '                    [--provider auto|cpu|cuda|dml|coreml|webgpu]',
    '                    [--input-name NAME: which model input is the image]',
    '                    [--spacing X,Y[,Z]: millimetres of a pixel, for pictures that state none]',
    'saliscope attribute --model M.onnx --tensor IN.npy --method EXPR[,EXPR…] --out DIR [the same options]',
    ...treeUsage,
    `--preset ID instead of --method, or beside it: ${presets.map(({ id }) => id).join(', ')}; saliscope schema presets lists their maps`
  ].join('\n'),
  rules: {
    options: [
      ...['model', 'card', 'input-name', 'tensor', 'method', 'preset', 'target', 'of', 'layer', 'provider', 'seed'],
      ...['out', 'as', 'identity', 'spacing', ...reductionOptions],
      ...treeRules.options
    ],
    lists: ['input', 'param'],
    flags: ['json', 'strict', ...treeRules.flags]
  },

  async run(args, console, host) {
    const order = readOrder(args)
    prepareFolder(order.out)
    const inference = new InferenceHost({
      spawn: host.spawn,
      onRestart: ({ model, reason }) => console.remark(`The computation with ${model} ${reason} and was started again.`)
    })
    try {
      const models = new ModelShelf(inference, host.threads, {
        provider: order.provider,
        onProviderChange: (sentence) => console.remark(sentence)
      })
      const summary = await models.open(order.model, console.job(), {
        cardPath: args.option('card'),
        inputName: args.option('input-name')
      })
      sayAssumptions(summary, order, console)
      const entry = models.require(summary.modelId)
      for (const remark of entry.description.remarks) console.remark(`${entry.fileName}: ${remark}`)
      const tensor = args.option('tensor')
      if (tensor !== undefined) return await runTensor({ tensor, order, console, host }, entry)
      const tree = readTreeOrder(args)
      if (tree !== null) return await runTree(tree, { order, console, host }, entry)
      return await runImages({ paths: await givenPaths(args.list('input'), host), order, console, host }, entry)
    } finally {
      inference.dispose()
    }
  }
}

type ModelEntry = ReturnType<ModelShelf['require']>
export type Order = ReturnType<typeof readOrder>

/** Everything but the inputs, checked before anything is opened. */
function readOrder(args: Arguments) {
  const maps = plannedMaps(args, givenParameters(args.list('param')))
  const provider = oneOf(args, 'provider', ['auto', ...providers])
  return {
    model: resolve(required(args, 'model')),
    out: resolve(required(args, 'out')),
    maps,
    provider,
    target: args.option('target') ?? 'predicted',
    of: oneOf(args, 'of', ['logit', 'output']),
    layer: args.option('layer'),
    seed: wholeNumber(args, 'seed', 1),
    as: readFormats(args.option('as')),
    identity: oneOf(args, 'identity', ['pseudonym', 'source']),
    strict: args.flag('strict'),
    reading: readingOptions(args.option('spacing'))
  }
}

const readingOptions = (spacing: string | undefined): ReadOptions =>
  spacing === undefined ? {} : { spacingMm: parseSpacing(spacing) }

/** Maps of `--method` and of `--preset`; one of the two must be there, and no two maps may have one name. */
function plannedMaps(args: Arguments, params: GivenParams): readonly PlannedMap[] {
  const preset = args.option('preset')
  const chosen = preset === undefined ? required(args, 'method') : args.option('method')
  const own = chosen === undefined ? [] : expressionMaps(parseExpressions(chosen), params)
  const published = preset === undefined ? [] : presetMaps(preset, params)
  const stated = statedReduction(args)
  const maps = [...own, ...published.filter(({ id }) => !own.some((map) => map.id === id))]
  return maps.map((map) => ({ ...map, reduction: { ...map.reduction, ...stated } }))
}

function readFormats(text: string | undefined): string[] {
  if (text === undefined) return usualFormats
  return text.split(',').map((name) => {
    const known = formats.find((format) => format === name.trim())
    if (known === undefined) throw new Fault('usage', `--as takes ${formats.join(', ')}; not "${name}".`)
    return known
  })
}

/** Without a card the proposed one is used: written out, its guesses listed; `--strict` refuses. */
function sayAssumptions(summary: ModelSummary, order: Order, console: CommandConsole): void {
  if (summary.cardSource === 'file') return
  if (order.strict) {
    throw new Fault('bad-card', `${summary.fileName} has no model card, and --strict asks for one.`, {
      hint: 'saliscope inspect proposes one; save it beside the model as NAME.card.json.'
    })
  }
  writeWhole(
    resolve(order.out, summary.fileName.replace(/\.onnx$/i, '') + '.card.json'),
    `${JSON.stringify(summary.card, null, 2)}\n`
  )
  console.remark(
    `No model card beside ${summary.fileName}: a proposed one is used and written to the output folder. Assumed:`
  )
  for (const { path, why } of summary.cardToCheck) console.remark(`  ${path}: ${why}`)
}

interface Run {
  readonly order: Order
  readonly console: CommandConsole
  readonly host: CommandHost
}

async function runTensor(
  { tensor, order, console, host }: Run & { tensor: string },
  entry: ModelEntry
): Promise<number> {
  const done = await attributeTensor(
    { ...order, tensorPath: resolve(tensor), model: entry, version: host.version },
    console.job()
  )
  for (const warning of done.warnings) console.remark(warning)
  if (console.json) console.result(JSON.stringify(done))
  else for (const file of done.files) console.result(file)
  return 0
}

async function runImages(
  { paths, order, console, host }: Run & { paths: readonly string[] },
  entry: ModelEntry
): Promise<number> {
  let failed = 0
  const taken = new Set<string>()
  const job = console.job()
  const images = takesVolumes(entry.card.input)
    ? await volumesOf(paths, job)
    : filesBelow(paths).map((path) => pictureOf(path, order.reading))
  for (const [index, image] of images.entries()) {
    const { path } = image
    try {
      const done = await attributeImage({ ...order, image, model: entry, version: host.version, taken }, job)
      for (const warning of done.warnings) console.remark(warning)
      if (console.json) console.result(JSON.stringify({ path, ...done }))
      else for (const file of done.files) console.result(file)
    } catch (thrown) {
      const fault = asFault(thrown)
      if (fault.code === 'cancelled' || images.length === 1) throw fault
      failed += 1
      for (const line of faultLines(fault)) console.remark(line)
      if (console.json) console.result(JSON.stringify({ path, fault: fault.report() }))
    }
    job.progress('images', index + 1, images.length)
  }
  if (failed > 0) console.remark(`${failed} of ${images.length} images failed; the others are done.`)
  return failed > 0 ? 5 : 0
}

/** One file, one image: a model of pictures looks at each slice of a series by itself. */
const pictureOf = (path: string, reading: ReadOptions): ImageSource => ({
  ...imageOfFile(resolve(path), reading),
  path
})

/** Files and folders as volumes, slices of a series put together; what cannot be opened stays in the list, to be reported. */
async function volumesOf(paths: readonly string[], job: Job): Promise<ImageSource[]> {
  const { series, problems } = await openSeries(
    paths.map((path) => resolve(path)),
    job
  )
  const opened = series.filter(isExplained).map(({ name, paths, warnings, part, kind, load }) => ({
    path: paths[0],
    name,
    paths,
    load: async () => ({
      volume: await load(),
      warnings:
        part === null || kind === 'dicom'
          ? warnings
          : [
              ...warnings,
              `The file holds ${part.count} volumes; the first is used. Write ${name}[0] to ${name}[${part.count - 1}] to choose.`
            ]
    })
  }))
  const refused = problems.map(({ path, file, fault }) => ({
    path,
    name: file,
    paths: [path],
    load: () => Promise.reject(faultOf(fault))
  }))
  if (opened.length + refused.length === 0) {
    throw new Fault('no-pixels', 'There is no image in what was named.', {
      hint: 'Name DICOM or NIfTI files, or a folder with a series.'
    })
  }
  return [...opened, ...refused]
}

/** Of a file with several volumes (functional MR, diffusion) the first is explained; time points of DICOM series all are. */
const isExplained = ({ kind, part }: OpenedSeries): boolean => kind === 'dicom' || part === null || part.index === 0
