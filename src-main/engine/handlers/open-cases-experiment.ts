import { parseExpression } from '@engine/attribution/expression'
import { resolveParameters } from '@engine/attribution/parameters'
import type { Experiment } from '@shared/experiment'
import type { ReportRequest } from '@shared/protocol'
import { type CaseEntry, CaseShelf } from './case-shelf'
import type { LoadedExperiment } from './experiment-file'
import type { OpenedParts } from './assess'
import { regionsOfWindow } from './chosen-regions'
import type { Workbench } from './workbench'

type OpenRequest = Extract<ReportRequest, { source: 'open' }>

/** What is open in the window, as an experiment: these cases, these models, these methods, every criterion; regions as they are laid there, whose files lie at `regionPaths`. */
export function openCasesExperiment(
  workbench: Workbench,
  request: OpenRequest,
  regionPaths: Readonly<Record<string, string>>
): { loaded: LoadedExperiment; parts: OpenedParts } {
  for (const { expression, params } of request.methods) resolveParameters(parseExpression(expression), params ?? {})
  const entries = request.cases.map((caseId) => workbench.cases.require(caseId))
  const models = request.models.map((modelId) => workbench.models.require(modelId))
  const window = request.regions === null ? null : regionsOfWindow(request.regions, (grant) => regionPaths[grant])
  const experiment: Experiment = {
    version: 1,
    title: request.title ?? 'Assessment of the open cases',
    seed: 1,
    target: request.target ?? 'label',
    grid: 'model',
    models: models.map((model) => ({
      id: model.modelId,
      onnx: model.fileName,
      card: null,
      architecture: model.card.architecture ?? model.card.name,
      replicate: model.card.replicate ?? 1,
      role: 'classifier'
    })),
    cases: entries.map(openCase),
    methods: request.methods.map(({ expression, params }) => ({ expr: expression, params: params ?? {} })),
    criteria: [],
    references: { averageMask: null, background: null },
    sample: { n: null, seed: 1, positivesOnly: false },
    regions: window?.regions ?? null,
    body: null,
    space: null,
    preset: null,
    negative: null
  }
  const cases = new CaseShelf()
  cases.add(entries)
  return {
    loaded: { experiment, folder: '', path: (name) => window?.places.get(name) ?? name },
    parts: { models: workbench.models, cases }
  }
}

/** A case as it lies on the shelf: nothing is read from a path. */
function openCase(entry: CaseEntry): Experiment['cases'][number] {
  return {
    id: entry.caseId,
    patient: entry.patient,
    session: null,
    group: null,
    split: null,
    image: entry.title,
    label: entry.label,
    masks: entry.masks.map(({ reader }) => ({ reader, path: '' })),
    boxes: [...entry.boxes],
    cues: entry.cues.map(({ name, box }) => ({ name, box })),
    variants: entry.variants.map(({ id }) => ({ id, image: '' }))
  }
}
