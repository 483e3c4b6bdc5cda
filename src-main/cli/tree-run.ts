import { basename, dirname, relative, resolve, sep } from 'node:path'
import { asFault, Fault } from '@engine/fault'
import { datasetReaders } from '@engine/formats/datasets/index'
import type { DraftCase } from '@engine/formats/datasets/dataset'
import { readDataset } from '@engine/formats/datasets/read-dataset'
import { boxLabelmap } from '@engine/formats/masks/boxes'
import { attributeImage } from '@engine/handlers/attribute-image'
import { caseVolume } from '@engine/handlers/case-image'
import { noWishes } from '@engine/handlers/dataset'
import { maskFromFile } from '@engine/handlers/mask-files'
import type { ModelEntry } from '@engine/handlers/model-shelf'
import { majorityMask } from '@engine/handlers/reference-masks'
import { ClinicaDlTree } from '@engine/handlers/trees/clinicadl-tree'
import type { MapTree, TreeCase, TreeRun } from '@engine/handlers/trees/map-tree'
import { MednetTree } from '@engine/handlers/trees/mednet-tree'
import type { Volume } from '@engine/geometry/volume'
import type { Job } from '@engine/job'
import { type Arguments, oneOf, wholeNumber } from './arguments'
import type { CommandHost } from './command'
import type { Order } from './commands/attribute'
import { type CommandConsole, faultLines } from './console'

/** Options of `attribute` that lay maps out as another system does. */
export const treeRules = {
  options: [
    'tree',
    'dataset',
    'labels',
    'kind',
    'label',
    'image',
    'target-label',
    'data-group',
    'maps-split',
    'selection-metric'
  ],
  flags: ['positive-only', 'overwrite']
} as const

export const treeUsage = [
  'saliscope attribute --model M --dataset PATH --tree mednet --method … --out DIR [--labels TABLE] [--label COLUMN]',
  '                    [--image KIND] [--target predicted|all] [--positive-only] [--target-label N (1)]',
  '   DIR/<sample>.npy, visualizations/<sample>.png, completeness and interpretability .json .rst .pdf, *.meta.json; several outputs: highest-output/ or <n>/',
  'saliscope attribute --model M --dataset PATH --tree clinicadl --method … --out DIR [--target 0] [--data-group NAME]',
  '                    [--maps-split N (0)] [--selection-metric NAME (loss)] [--overwrite]',
  '   DIR/split-<n>/best-<metric>/<group>/interpret-<method>/<participant>_<session>_image-0_map and mean_image-0_map, .pt and .nii.gz'
] as const

interface TreeOrder {
  readonly tree: 'mednet' | 'clinicadl'
  readonly dataset: string
  readonly args: Arguments
}

/** What the options say of a tree; null when none is asked for. Throws Fault `usage`. */
export function readTreeOrder(args: Arguments): TreeOrder | null {
  const dataset = args.option('dataset')
  if (args.option('tree') === undefined) {
    const lone = [...treeRules.options, ...treeRules.flags].find(
      (name) => args.option(name) !== undefined || args.flag(name)
    )
    if (lone === undefined) return null
    throw new Fault('usage', `--${lone} belongs to --tree mednet or --tree clinicadl.`)
  }
  if (dataset === undefined) {
    throw new Fault('usage', 'A tree needs --dataset: the images with their names, labels and boxes.', {
      hint: 'A folder or table that saliscope import can read.'
    })
  }
  return { tree: oneOf(args, 'tree', ['mednet', 'clinicadl']), dataset, args }
}

interface Surroundings {
  readonly order: Order
  readonly console: CommandConsole
  readonly host: CommandHost
}

/** Faults that would come again with every case. */
const stopping: ReadonlySet<Fault['code']> = new Set(['cancelled', 'usage', 'not-writable'])

/** Maps of every case of a dataset in the tree of another system; 5 when some cases failed. */
export async function runTree(
  tree: TreeOrder,
  { order, console, host }: Surroundings,
  model: ModelEntry
): Promise<number> {
  const job = console.job()
  const { root, cases } = await datasetOf(tree, job)
  const splits = [...new Set(cases.map(({ split }) => split ?? 'test'))]
  const target = targetOf(tree, order, model, console)
  const writer = writerOf(tree, { order: { ...order, target }, host, name: basename(root), splits }, model)
  const taken = new Set<string>()
  let failed = 0
  for (const [index, draft] of cases.entries()) {
    const item = treeCase(draft, root, model)
    const reason = writer.skips(item)
    if (reason !== null) {
      writer.skipped(item)
      console.remark(`${draft.id}: no map, ${reason}.`)
      continue
    }
    try {
      const write = writingWith(writer, { draft, item }, job)
      const done = await attributeImage(
        { ...order, target, image: sourceOf(draft), model, version: host.version, taken, write },
        job
      )
      for (const warning of done.warnings) console.remark(warning)
      for (const file of done.files) console.result(console.json ? JSON.stringify({ case: draft.id, file }) : file)
    } catch (thrown) {
      const fault = asFault(thrown)
      if (stopping.has(fault.code) || cases.length === 1) throw fault
      failed += 1
      for (const line of faultLines(fault)) console.remark(`${draft.id}: ${line}`)
    }
    job.progress('images', index + 1, cases.length)
  }
  for (const file of await writer.finish()) console.result(console.json ? JSON.stringify({ file }) : file)
  if (failed > 0) console.remark(`${failed} of ${cases.length} images failed; the others are done.`)
  return failed > 0 ? 5 : 0
}

async function datasetOf(
  { dataset, args }: TreeOrder,
  job: Job
): Promise<{ root: string; cases: readonly DraftCase[] }> {
  const kind = datasetReaders.find((reader) => reader.kind === args.option('kind'))?.kind ?? null
  const labels = args.option('labels')
  const wishes = { ...noWishes, kind, image: args.option('image') ?? null, label: args.option('label') ?? null }
  const { place, draft } = await readDataset(
    resolve(dataset),
    { ...wishes, labelTable: labels === undefined ? null : resolve(labels) },
    job
  )
  if (draft.cases.length === 0) {
    throw new Fault('bad-file', `Nothing in “${place.name}” can be explained.`, { hint: 'saliscope import shows why.' })
  }
  return { root: place.root, cases: draft.cases }
}

/** ClinicaDL explains node 0 unless told otherwise, mednet the highest output; a mednet tree has a folder for nothing else. */
function targetOf({ tree, args }: TreeOrder, order: Order, model: ModelEntry, console: CommandConsole): string {
  const stated = args.option('target')
  if (tree === 'clinicadl') {
    if (stated === undefined) console.remark('Node 0 is explained, as ClinicaDL does; --target names another.')
    return stated ?? '0'
  }
  if (stated === undefined || stated === 'predicted' || stated === 'all' || model.description.output.classes === 1) {
    return order.target
  }
  throw new Fault('usage', `A mednet tree holds the highest output or all of them, not "${stated}".`, {
    hint: '--target predicted (highest-output/) or --target all (0/, 1/, …).'
  })
}

function writerOf(
  { tree, args }: TreeOrder,
  { order, host, name, splits }: { order: Order; host: CommandHost; name: string; splits: readonly string[] },
  model: ModelEntry
): MapTree {
  const algorithms = order.maps.map(({ id }) => id)
  const run: TreeRun = {
    folder: order.out,
    version: host.version,
    commandLine: ['saliscope', ...process.argv.slice(2)].join(' '),
    severalMethods: order.maps.length > 1,
    options: {
      'database-name': name,
      'database-split': splits.join(','),
      'only-dataset': null,
      'saliency-map-algorithm': algorithms.join(','),
      ...{ target: order.target, of: order.of, seed: order.seed, device: order.provider, layer: order.layer ?? null },
      parameters: Object.fromEntries(order.maps.map(({ id, params }) => [id, params])),
      'output-folder': order.out,
      weight: model.fileName
    }
  }
  if (tree === 'clinicadl') {
    return new ClinicaDlTree(run, model, {
      split: wholeNumber(args, 'maps-split', 0),
      metric: args.option('selection-metric') ?? 'loss',
      dataGroup: args.option('data-group') ?? name,
      overwrite: args.flag('overwrite')
    })
  }
  return new MednetTree(run, model, {
    targetClass: order.target === 'all' ? 'all' : 'highest',
    positiveOnly: args.flag('positive-only'),
    targetLabel: wholeNumber(args, 'target-label', 1)
  })
}

function treeCase(draft: DraftCase, root: string, model: ModelEntry): TreeCase {
  return {
    name: relative(root, draft.image).split(sep).join('/') || draft.id,
    split: draft.split ?? 'test',
    label: labelNumber(draft.label, model),
    participant: draft.patient ?? draft.id,
    session: draft.session ?? 'ses-M000',
    boxes: draft.boxes,
    mask: null
  }
}

/** As the other systems count: for one output 0 and 1, else the number of the output; null where nothing is said. */
function labelNumber(label: string | null, { card, description }: ModelEntry): number | null {
  if (label === null) return null
  if (description.output.classes === 1) return ['none', '0', ''].includes(label.toLowerCase()) ? 0 : 1
  const index = card.outputs[0].labels.findIndex((name) => name.toLowerCase() === label.toLowerCase())
  return index >= 0 ? index : Number.isInteger(Number(label)) ? Number(label) : null
}

const sourceOf = (draft: DraftCase): Parameters<typeof attributeImage>[0]['image'] => ({
  path: draft.image,
  name: basename(draft.image) || basename(dirname(draft.image)),
  paths: [draft.image],
  load: async () => ({ volume: await caseVolume(draft.image, draft.series), warnings: [] })
})

/** Hands maps to the tree with the reference standard of their image: boxes joined, else masks of the majority. */
function writingWith(
  writer: MapTree,
  { draft, item }: { draft: DraftCase; item: TreeCase },
  job: Job
): Parameters<typeof attributeImage>[0]['write'] {
  let mask: Promise<Uint8Array | null> | null = null
  return async (map) => {
    mask ??= referenceMask(draft, map.image)
    return writer.add(map, { ...item, mask: await mask }, job)
  }
}

async function referenceMask(draft: DraftCase, image: Volume): Promise<Uint8Array | null> {
  if (draft.boxes.length > 0) {
    return boxLabelmap(
      draft.boxes.map((box) => ({ box, slice: null })),
      image
    ).voxels
  }
  const masks = await Promise.all(
    draft.masks.map(async ({ reader, path }) => ({
      reader,
      labelmap: await maskFromFile(path, image, { caseName: draft.id, imageName: basename(draft.image) })
    }))
  )
  return majorityMask(masks)?.voxels ?? null
}
