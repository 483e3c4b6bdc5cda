import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { describeReduction, reduceMap } from '@engine/attribution/reduction'
import { folderOf, safeCaseName, stemOf } from '@engine/formats/datasets/cells'
import { encodeNpy } from '@engine/formats/raster/npy'
import { Fault } from '@engine/fault'
import type { Job } from '@engine/job'
import type { MapToWrite } from '../exports/map-to-write'
import type { ModelEntry } from '../model-shelf'
import { writeWhole } from '../output-folder'
import type { RecipeFile } from '../recipe'
import { safeName } from '../safe-name'
import { completenessKind, completenessOf, completenessPercentiles } from './completeness'
import { type FigureKind, type FigureRow, figureTable, isScored } from './figure-table'
import { histogramPages } from './histogram-pages'
import { interpretability, interpretabilityKind } from './interpretability'
import type { MapTree, TreeCase, TreeRun } from './map-tree'
import { hiddenBelow, mednetView, viewPlanes } from './mednet-view'
import { metaFacts, writeJsonWithBackup } from './meta-file'

/** Options of mednet that change what is written. */
export interface MednetOptions {
  /** `all`: a folder per output number; else `highest-output`. One-output models have neither. */
  readonly targetClass: 'highest' | 'all'
  /** One-output models: only samples with label 1. */
  readonly positiveOnly: boolean
  /** Samples with this label are viewed and scored. */
  readonly targetLabel: number
}

/** mednet's maps lie between 0 and 1 (definitions A2-5); what is a little outside is arithmetic. */
const slack = 1e-6

/** Rows by folder of maps and by split, of either kind. */
type Results = Map<string, Record<string, FigureRow[]>>

/**
 * The tree of `mednet saliency generate`, `view`, `completeness` and `interpretability` (definitions A2-6, 8, 10, 12, 15):
 * `<sample>.npy` float32 0…1 on the model's own grid, `visualizations/<sample>.png`, `completeness` and `interpretability` as
 * `.json`, `.rst`, `.pdf`, and `*.meta.json` with their provenance; `recipe.json` names every map's recipe.
 */
export class MednetTree implements MapTree {
  private readonly energies: Results = new Map()
  private readonly removals: Results = new Map()
  private readonly recipes: RecipeFile['maps'] = []
  private readonly methods = new Set<string>()
  /** Samples by the path of their map. */
  private readonly owners = new Map<string, string>()

  constructor(
    private readonly run: TreeRun,
    private readonly model: ModelEntry,
    private readonly options: MednetOptions
  ) {}

  private get oneOutput(): boolean {
    return this.model.description.output.classes === 1
  }

  skips(item: TreeCase): string | null {
    if (!this.options.positiveOnly || !this.oneOutput || item.label !== 0) return null
    return 'its label is 0 and only positive samples are wanted'
  }

  skipped(item: TreeCase): void {
    for (const results of [this.energies, this.removals]) {
      for (const folder of results.keys()) note(results, folder, item, null)
    }
  }

  async add(map: MapToWrite, item: TreeCase, job: Job): Promise<string[]> {
    const { data, shape, flat } = this.onModelGrid(map)
    const root = this.run.severalMethods ? safeName(map.id) : ''
    this.methods.add(root)
    const folder = join(root, this.targetFolder(map))
    const sample = this.ownPath(folder, item)
    const files = new Map<string, Uint8Array>([[join(folder, `${sample}.npy`), encodeNpy(data, shape)]])
    const counts = item.label === null || item.label === this.options.targetLabel
    if (counts) files.set(join(folder, 'visualizations', `${sample}.png`), this.view(map, item, data))
    for (const [path, bytes] of files) writeWhole(join(this.run.folder, path), bytes)
    note(this.energies, folder, item, counts ? scored(map, item, data) : null)
    note(this.removals, folder, item, await this.removal(map, { map: data, shape, seed: this.seed }, job))
    this.recipes.push({
      ...{ id: join(folder, sample), recipe: map.recipe, flat, notes: { ...map.computed.notes } },
      reduction: { ...map.reduction, words: describeReduction(map.reduction) },
      seconds: map.computed.seconds,
      files: [...files].map(([file, bytes]) => ({ file, sha256: createHash('sha256').update(bytes).digest('hex') }))
    })
    return [...files.keys()]
  }

  async finish(): Promise<string[]> {
    const { folder } = this.run
    const written: string[] = []
    const meta = (path: string, more: Record<string, unknown>): void =>
      void written.push(writeJsonWithBackup(folder, path, metaFacts(this.run, this.model, more)))
    for (const root of this.methods) {
      meta(join(root, 'generation.meta.json'), {
        'saliency-map-algorithm': root === '' ? this.run.options['saliency-map-algorithm'] : root,
        'target-class': this.options.targetClass,
        'positive-only': this.options.positiveOnly
      })
    }
    for (const [place, energies] of this.energies) {
      meta(join(place, 'visualizations', 'view.meta.json'), {
        'show-groundtruth': true,
        threshold: hiddenBelow,
        'target-label': this.options.targetLabel
      })
      const done = writeFigures(folder, { place, results: energies, kind: interpretabilityKind })
      written.push(...done)
      if (done.length > 0) meta(join(place, 'interpretability.meta.json'), { 'target-label': this.options.targetLabel })
    }
    for (const [place, results] of this.removals) {
      const done = writeFigures(folder, { place, results, kind: completenessKind })
      written.push(...done)
      const told = { percentiles: completenessPercentiles, 'positive-only': this.options.positiveOnly, plot: true }
      if (done.length > 0) meta(join(place, 'completeness.meta.json'), told)
    }
    writeWhole(join(folder, 'recipe.json'), `${JSON.stringify({ version: 1, maps: this.recipes }, null, 2)}\n`)
    return [...written, 'recipe.json']
  }

  /** The map on the model's grid. Throws Fault `bad-parameter` for one that does not lie in 0…1, `unsupported-file` for a volume. */
  private onModelGrid(map: MapToWrite): { data: Float32Array; shape: readonly number[]; flat: boolean } {
    const { shape } = map.prepared
    if (shape.length !== 2) {
      throw new Fault('unsupported-file', 'A mednet tree holds maps of pictures; this model looks at volumes.', {
        hint: 'Write a ClinicaDL tree: --tree clinicadl.'
      })
    }
    const reduced = reduceMap(
      map.prepared.join(map.computed.slices.map(({ attribution }) => attribution.map)),
      map.reduction
    )
    const outside = reduced.map.data.findIndex((value) => value < -slack || value > 1 + slack)
    if (outside >= 0) {
      throw new Fault(
        'bad-parameter',
        `The map ${map.id} has values outside 0 to 1, which a mednet tree cannot hold.`,
        {
          hint: 'Take --preset mednet, or a method with its usual reduction.'
        }
      )
    }
    return { data: reduced.map.data.map((value) => Math.min(1, Math.max(0, value))), shape, flat: reduced.flat }
  }

  /** Two samples must not be written over each other. Throws Fault `bad-parameter`. */
  private ownPath(folder: string, { name }: TreeCase): string {
    const sample = samplePath(name)
    const key = join(folder, sample).toLowerCase()
    const owner = this.owners.get(key) ?? name
    if (owner !== name) {
      throw new Fault('bad-parameter', `“${owner}” and “${name}” would have one map file in a mednet tree.`, {
        subject: name,
        hint: 'Rename one of the images.'
      })
    }
    this.owners.set(key, name)
    return sample
  }

  private targetFolder({ computed }: MapToWrite): string {
    if (this.oneOutput) return ''
    return this.options.targetClass === 'all' ? String(computed.target.index) : 'highest-output'
  }

  private view(map: MapToWrite, item: TreeCase, data: Float32Array): Uint8Array {
    const [rows, columns] = map.prepared.shape
    const input = map.prepared.input(map.prepared.plan.indices[0])
    const boxes = item.boxes.map((box) => map.prepared.boxOnGrid(box)).filter((box) => box !== null)
    return mednetView({ planes: viewPlanes(input, this.model.card), map: data, columns, rows, boxes })
  }

  private get seed(): number {
    return Number(this.run.options.seed)
  }

  private async removal(
    map: MapToWrite,
    scaled: Parameters<typeof completenessOf>[1],
    job: Job
  ): Promise<number[] | null> {
    const figures = await completenessOf(map, scaled, await this.model.explainable(job), job)
    return figures === null ? null : [map.computed.target.index, ...figures]
  }
}

/** Notes a sample's figures; with null it is listed by name and label alone. */
function note(
  results: Results,
  folder: string,
  { name, label, split }: TreeCase,
  figures: readonly number[] | null
): void {
  const known = results.get(folder) ?? {}
  const row: FigureRow = [name, label ?? -1, ...(figures ?? [])]
  results.set(folder, { ...known, [split]: [...(known[split] ?? []), row] })
}

/** Rows, table and histograms of one kind; nothing where no sample was scored. Returns the paths below `folder`. */
function writeFigures(
  folder: string,
  { place, results, kind }: { place: string; results: Record<string, FigureRow[]>; kind: FigureKind }
): string[] {
  if (!Object.values(results).some((rows) => rows.some(isScored))) return []
  const file = (ending: string): string => join(place, `${kind.name}.${ending}`)
  writeJsonWithBackup(folder, file('json'), results)
  writeWhole(join(folder, file('rst')), figureTable(results, kind))
  writeWhole(join(folder, file('pdf')), histogramPages(results, kind))
  return [file('json'), file('rst'), file('pdf')]
}

/** Energy and focus inside the reference; null where there is none, as for a sample without boxes. */
function scored({ prepared }: MapToWrite, { mask }: TreeCase, data: Float32Array): [number, number] | null {
  return mask === null ? null : interpretability(data, prepared.maskOnGrid(mask).mask)
}

/** The sample's path with another ending, as mednet names its maps; nothing leads upwards or is forbidden on some system. */
export function samplePath(name: string): string {
  return [...folderOf(name).split('/'), stemOf(name)]
    .filter((part) => part !== '')
    .map(safeCaseName)
    .join('/')
}
