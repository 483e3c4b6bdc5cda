import { presetMaps } from '@engine/attribution/planned-map'
import { criteria } from '@engine/criteria/index'
import { Fault } from '@engine/fault'
import type { ExperimentInput } from '@shared/experiment'
import { publishedStudies } from './published/index'
import type { PublishedStudy } from './published/published-study'

/** An experiment as read from its file, before it is checked. */
export type RawExperiment = Record<string, unknown>

/** The study of an id. Throws Fault `usage`. */
export function publishedStudy(id: string): PublishedStudy {
  const found = publishedStudies.find((study) => study.id === id)
  if (found !== undefined) return found
  throw new Fault('usage', `There is no assessment preset "${id}".`, {
    subject: id,
    hint: `Presets: ${publishedStudies.map((study) => study.id).join(', ')}.`
  })
}

/**
 * What a published study lays down, put into an experiment. `asked` on the command line: the study's maps, criteria and
 * target replace the experiment's. Named in the file: it fills in what the file leaves out, and `methods` may pick its
 * maps by name. Data (models, cases, references, regions) are always the experiment's. Throws Fault `usage`.
 */
export function withPreset(raw: RawExperiment, asked: string | undefined): RawExperiment {
  const id = asked ?? (typeof raw.preset === 'string' ? raw.preset : undefined)
  if (id === undefined) return raw
  const study = publishedStudy(id)
  const own = asked === undefined ? raw : { ...raw, methods: undefined, criteria: undefined, target: undefined }
  return {
    ...own,
    preset: id,
    target: own.target ?? study.target,
    methods: methodsOf(own.methods, id),
    criteria: isEmpty(own.criteria) ? criteriaOf(study) : own.criteria,
    regions: own.regions ?? gridOf(study),
    references: referencesOf(own.references, study)
  }
}

/** Only criteria this version has; one that lacks is not asked. */
function criteriaOf(study: PublishedStudy): ExperimentInput['criteria'] {
  return study.criteria
    .filter(({ id }) => criteria.some((criterion) => criterion.id === id))
    .map(({ id, params }) => ({ id, params: { ...params } }))
}

const isEmpty = (list: unknown): boolean => list === undefined || (Array.isArray(list) && list.length === 0)

/** The study's maps, or those of them that are named; anything else stays as it is written. */
function methodsOf(methods: unknown, id: string): unknown {
  const maps = presetMaps(id).map(({ id: name, expression, params, reduction }) => ({
    id: name,
    expr: expression.text,
    params: Object.fromEntries(
      Object.entries(params).map(([key, value]) => [key, Array.isArray(value) ? value.join(',') : value])
    ),
    reduction: { ...reduction }
  }))
  if (isEmpty(methods)) return maps
  if (!Array.isArray(methods)) return methods
  return methods.map((method: unknown) => {
    const named =
      typeof method === 'string' ? { id: method } : (method as { id?: string; expr?: string; params?: object })
    const map = named.expr === undefined && !('maps' in named) ? maps.find((one) => one.id === named.id) : undefined
    return map === undefined ? method : { ...map, ...named, params: { ...map.params, ...named.params } }
  })
}

const gridOf = ({ regions }: PublishedStudy): ExperimentInput['regions'] =>
  regions === undefined ? null : { source: { grid: { ...regions } } }

/** A background of other patients, when the study needs one and the experiment names none. */
function referencesOf(references: unknown, { background }: PublishedStudy): unknown {
  const own = (references ?? {}) as { background?: unknown }
  if (background === undefined || (own.background !== undefined && own.background !== null)) return references
  return { ...own, background: { split: null, n: background } }
}
