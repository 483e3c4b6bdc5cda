import type { Criterion, CriterionResult } from '@engine/criteria/criterion'
import type {
  ExperimentRun,
  MapRequest,
  ReducedMap,
  RunCase,
  RunSpec,
  Unavailable
} from '@engine/criteria/experiment-run'
import { asFault } from '@engine/fault'
import type { Labelmap } from '@engine/geometry/labelmap'
import type { Volume } from '@engine/geometry/volume'
import type { Job } from '@engine/job'
import { keptShare } from '@engine/runtime/memory-limit'
import type { Area } from '@shared/verdict'
import type { CaseEntry } from './case-shelf'
import { type ExperimentParts, statedModel } from './experiment-parts'
import { MeasuredCosts } from './forecast/costs'
import { experimentPlaces } from './experiment-places'
import { stamp } from './file-stamp'
import { Kept } from '@shared/kept'
import { hashArray, hashJson } from './recipe'

/** Bytes that maps may take together. */
export const keptMapBytes = keptShare(1)

/** Maps by key, the least recently used leave first. */
export const keptMaps = (bytes: number = keptMapBytes): Kept<ReducedMap | Unavailable> =>
  new Kept(bytes, (map) => ('values' in map ? map.values.byteLength + (map.signed?.byteLength ?? 0) : 1))

/** Maps of earlier runs; `key` says what they are functions of besides the request. */
export interface EarlierMaps {
  readonly maps: Kept<ReducedMap | Unavailable>
  readonly key: string
  /** Told of every map that was made or failed, and since when it was wanted. */
  computed?(request: MapRequest, since: number): void
}

interface Remembered {
  /** The criterion looked at outlines, cues, regions or other things drawn on the image. */
  readonly sawDrawings: boolean
  readonly drawings: string
  readonly result: CriterionResult
  readonly bytes: number
}

/** How the answer of a criterion came about. */
export interface AnswerNote {
  readonly id: string
  readonly area: Area | null
  /** It looked at outlines or other things drawn on the images: another outline may be another answer. */
  readonly sawDrawings: boolean
  /** Now; else it is what an earlier assessment found. */
  readonly computed: boolean
}

/** What is asked of a criterion, and of which run. */
export interface Asked {
  readonly criterion: Criterion
  readonly params: Record<string, unknown>
  readonly run: ExperimentRun
}

/**
 * What earlier assessments of this session found, by recipe: maps, and whole answers of criteria. After a changed outline only the
 * criteria that look at outlines are asked again, and they find their maps here.
 */
export class AssessmentMemory {
  readonly maps = keptMaps(keptMapBytes)
  /** What things were measured to take: the forecast of the next assessment starts from it. */
  readonly costs = new MeasuredCosts()
  private readonly answers = new Map<string, Remembered>()
  private answerBytes = 0
  /** Ids of the criteria that were computed, in order: what was not is remembered. */
  readonly computed: string[] = []

  constructor(private readonly keptAnswerBytes = 128 * 2 ** 20) {}

  /** The answer of a criterion: remembered where nothing it depends on has changed. `tell` is given how it came about. */
  async answer(
    asked: Asked,
    parts: ExperimentParts,
    job: Job,
    tell: (note: AnswerNote) => void = () => undefined
  ): Promise<CriterionResult> {
    const { criterion, params, run } = asked
    const { id, area } = criterion
    const drawings = await drawingsOf(parts, run.spec)
    const key = answerKey(asked, parts)
    const known = this.known(key, drawings)
    if (known !== undefined) {
      tell({ id, area, sawDrawings: known.sawDrawings, computed: false })
      return known.result
    }
    const watched = watchDrawings(run)
    const result = await criterion.assess(watched.run, params, job)
    this.computed.push(id)
    const sawDrawings = watched.seen()
    this.remember(key, { sawDrawings, drawings, result, bytes: 2 * JSON.stringify(result).length })
    tell({ id, area, sawDrawings, computed: true })
    return result
  }

  /** How many answers are remembered. */
  get count(): number {
    return this.answers.size
  }

  /** Keeps an answer; what was asked for the longest ago leaves. */
  private remember(key: string, answer: Remembered): void {
    this.answerBytes += answer.bytes - (this.answers.get(key)?.bytes ?? 0)
    this.answers.delete(key)
    this.answers.set(key, answer)
    for (const [oldest, { bytes }] of this.answers) {
      if (this.answerBytes <= this.keptAnswerBytes || oldest === key) return
      this.answers.delete(oldest)
      this.answerBytes -= bytes
    }
  }

  /** Whether the answer of a criterion is remembered and nothing it depends on has changed. */
  async remembers(asked: Asked, parts: ExperimentParts): Promise<boolean> {
    return this.known(answerKey(asked, parts), await drawingsOf(parts, asked.run.spec)) !== undefined
  }

  private known(key: string, drawings: string): Remembered | undefined {
    const known = this.answers.get(key)
    if (known === undefined || (known.sawDrawings && known.drawings !== drawings)) return undefined
    this.answers.delete(key)
    this.answers.set(key, known)
    return known
  }
}

const answerKey = ({ criterion, params, run }: Asked, parts: ExperimentParts): string =>
  hashJson([contentKey(parts), criterion.id, params, run.spec.cases.map(({ id }) => id)])

/** Everything maps and predictions of an experiment are functions of, but what is drawn on the images. */
export function contentKey(parts: ExperimentParts): string {
  const { experiment, cases, methods } = parts
  return hashJson({
    settings: [experiment.seed, String(experiment.target), experiment.grid, experiment.references.background],
    models: experiment.models.map((model) => {
      const entry = statedModel(parts, model.id)
      return [model, entry?.sha256 ?? null, hashJson(entry?.card ?? null)]
    }),
    cases: experiment.cases.map(({ id, patient, label, group, split, variants }) => [
      ...[id, patient, label, group, split, variants.map((variant) => variant.id)],
      ...cases.require(id).paths.map(stamp)
    ]),
    methods: methods.map((method) =>
      method.kind === 'files'
        ? [method.id, method.maps, method.models]
        : [method.id, method.expression.text, method.params, method.reduction, method.models]
    ),
    files: [...experimentPlaces(parts).computed.values()].map(stamp)
  })
}

/** All that is drawn on or said about places in the images: every reader's outline, boxes, cues, regions. */
async function drawingsOf(parts: ExperimentParts, spec: RunSpec): Promise<string> {
  const { experiment, cases } = parts
  const { references, regions, body, space } = experiment
  const outlines: unknown[] = []
  for (const { id } of spec.cases) {
    const entry = cases.require(id)
    outlines.push([id, entry.boxes, entry.cues])
    if (entry.masks.length === 0) continue
    outlines.push(await outlinesOf(entry, () => cases.volume(id)))
  }
  return hashJson([
    references,
    regions,
    body,
    space,
    [...experimentPlaces(parts).drawn.values()].map(stamp),
    outlines,
    experiment.models.map(({ id }) => statedModel(parts, id)?.sha256 ?? id)
  ])
}

/** Hash of every reader's outline; one that cannot be read stands as its fault, which the criteria list by case. */
async function outlinesOf(entry: CaseEntry, volume: () => Promise<Volume>): Promise<unknown> {
  try {
    const image = await volume()
    const hash = async (mask: Promise<Labelmap>): Promise<string> => hashArray((await mask).voxels)
    const hashed = entry.masks.map(async ({ reader, role, load, afterReveal }) => [
      ...[reader, role ?? null, await hash(load(image))],
      afterReveal === undefined ? null : await hash(afterReveal(image))
    ])
    return await Promise.all(hashed)
  } catch (thrown) {
    return asFault(thrown).message
  }
}

/** Questions whose answers come from the images, models and maps alone. */
const undrawn: readonly (keyof ExperimentRun)[] = [
  'prefetch',
  'map',
  'prediction',
  'input',
  'perturbed',
  'attributions',
  'stages',
  'localiserMap'
]

/** The run, and whether anything drawn was asked for; a question nobody knows here counts as one. */
function watchDrawings(run: ExperimentRun): { run: ExperimentRun; seen(): boolean } {
  let seen = false
  const cases = run.spec.cases.map((item) => watchedCase(item, () => (seen = true)))
  const spec: RunSpec = { ...run.spec, cases }
  const proxy = new Proxy(run, {
    get(target, name: keyof ExperimentRun) {
      if (name === 'spec') return spec
      if (!undrawn.includes(name)) seen = true
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    }
  })
  return { run: proxy, seen: () => seen }
}

function watchedCase(item: RunCase, see: () => void): RunCase {
  return {
    ...item,
    get hasMask() {
      see()
      return item.hasMask
    },
    get hasCue() {
      see()
      return item.hasCue
    }
  }
}
