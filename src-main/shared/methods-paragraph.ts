import { criteriaParams } from './interval-words'
import { counted, listed, percent, sentenceCase } from './number-words'
import type { Report, ReportMethod, ReportModel } from './report'
import { shortRecipe } from './verdict-words'

/** The methods section of a paper about this report: plain words, every parameter. One string a paragraph. */
export function methodsParagraphs(report: Report): string[] {
  return [
    materialOf(report),
    mapsOf(report),
    ...presetOf(report),
    criteriaOf(report),
    statisticsOf(report),
    recordOf(report)
  ].filter((words) => words !== '')
}

function materialOf(report: Report): string {
  const patients = new Set(report.cases.map((one) => one.patient)).size
  const withFinding = report.cases.filter((one) => one.label !== null).length
  const outlined = report.cases.filter((one) => one.masks.some((mask) => mask.pixels > 0)).length
  const atLayers = report.methods.some(({ params }) => Object.entries(params).some(isOwnLayer))
  const models = report.models.map((model) => modelWords(model, atLayers))

  return (
    `Saliency maps of ${counted(report.models.length, 'model')} were assessed on ${counted(report.cases.length, 'image')} of ` +
    `${counted(patients, 'patient')}; ${withFinding} showed a finding, ${outlined} had it outlined. ` +
    `Models: ${listed(models)}.`
  )
}

const modelWords = (
  { title, architecture, replicate, role, sha256, foldedBatchNorm, targetLayer }: ReportModel,
  atLayers: boolean
): string => {
  const beside = [
    architecture,
    replicate === null ? '' : `training run ${replicate}`,
    role === 'localiser' ? 'upper localisation reference' : '',
    foldedBatchNorm ? 'convolutions without normalisation behind them (none, or folded)' : '',
    atLayers && role === 'classifier' && targetLayer !== undefined ? `target layer ${targetLayer}` : '',
    sha256 === '' ? 'made its maps elsewhere; no file was given' : `SHA-256 ${sha256.slice(0, 12)}`
  ].filter((part) => part !== '')

  return `${title} (${beside.join(', ')})`
}

function mapsOf({ methods, models, recipe }: Report): string {
  const explained = models.some(({ role, sha256 }) => role === 'classifier' && sha256 !== '')
    ? `Explained was the ${recipe.explained} of ${targetWords(recipe.target)}. `
    : 'What the maps explain was stated by nobody: they were made elsewhere. '
  const written = methods.map(methodWords)
  const reductions = [...new Set(methods.map((method) => method.reduction))]
  const same = reductions.length === 1 ? ` Every map was reduced to one value a pixel: ${reductions[0]}.` : ''

  return (
    explained +
    `Maps: ${written.length === 0 ? 'none' : written.map((words, index) => (reductions.length === 1 ? words : `${words}; reduced by ${methods[index].reduction}`)).join('. ')}.${same} ` +
    `Maps and outlines were compared on the grid of the ${recipe.grid}.`
  )
}

/** "steps 16, baseline not given": the parameters of a map in a table. */
export function parameterWords({ params }: Pick<ReportMethod, 'params'>): string {
  const written = Object.entries(params).map((param) => `${param[0]} ${valueWords(param)}`)

  return written.length === 0 ? 'no parameters' : written.join(', ')
}

/** A layer that is named by the model's card instead. */
const isOwnLayer = ([name, value]: readonly [string, unknown]): boolean => name.endsWith('.layer') && value === null

function valueWords([name, value]: readonly [string, ReportMethod['params'][string]]): string {
  if (isOwnLayer([name, value])) return 'the model’s target layer'
  return value === null ? 'not given' : String(value)
}

function methodWords({ title, expr, params, role }: ReportMethod): string {
  const settings = Object.entries(params).map((param) => `${param[0]} = ${valueWords(param)}`)
  const reference = role === 'reference' ? ', a reference without content' : ''

  return `${title} (${expr}${reference}${settings.length === 0 ? '; no parameters' : `; ${settings.join(', ')}`})`
}

function targetWords(target: string): string {
  if (target === 'label') return 'the labelled finding, or of the predicted class where there is none'
  if (target === 'predicted') return 'the predicted class'

  return /^\d+$/u.test(target) ? `output ${target}` : `the class ${target}`
}

function presetOf({ preset }: Report): string[] {
  if (preset === undefined || preset === null) return []
  const choices = preset.departures
    .filter(({ here }) => !here.startsWith('the same'))
    .map(
      ({ what, published, here, ourChoice }) =>
        `${what}: ${here} (published: ${published}${ourChoice ? '; our choice' : ''})`
    )

  return [
    `Settings follow the preset ${preset.title}. ${choices.length === 0 ? '' : `It departs from the study in: ${choices.join('; ')}.`}`.trim()
  ]
}

function criteriaOf({ questions, recipe }: Report): string {
  const params = criteriaParams(recipe)
  const rules = questions.map(({ question, rule }) => `${question}: ${rule}`)
  const settings = params.map(
    ({ id, params: own }) =>
      `${id} (${Object.entries(own)
        .map(([name, value]) => `${name} = ${value === null ? 'all' : value === '' ? 'not given' : String(value)}`)
        .join(', ')})`
  )

  return `Questions and rules. ${rules.join(' ')}${settings.length === 0 ? '' : ` Parameters: ${settings.join('; ')}.`}`
}

function statisticsOf({ recipe, failed, results }: Report): string {
  const { bootstrap, ssim } = recipe
  const excluded = results.flatMap((row) => row.excluded.map(({ reason }) => reason))
  const reasons = [...new Set(excluded)]

  return (
    `Means are over images; ${percent(bootstrap.level)} intervals come from a ${intervalKind(recipe)} bootstrap with ${bootstrap.draws} draws of whole ${bootstrap.unit}s. ` +
    'Differences are paired by image; Wilcoxon signed-rank tests over patients, p values adjusted by Holm over the maps compared in one question, for each measure and model by itself (completeness and fidelity: over all models); those of regions as their rule says. ' +
    `Structural similarity used a window of ${ssim.window}, a data range of ${ssim.dataRange} and ${ssim.covariance} covariance. ` +
    `${reasons.length === 0 ? 'No image was left out of a row.' : `Images left out, counted beside each row, because of: ${reasons.join('; ')}.`} ` +
    `${failed.length === 0 ? 'No computation failed.' : `${sentenceCase(counted(failed.length, 'computation'))} failed and ${failed.length === 1 ? 'is' : 'are'} listed.`}`
  )
}

function intervalKind(recipe: Report['recipe']): string {
  const kinds = new Set(
    criteriaParams(recipe).flatMap(({ params }) => ('interval' in params ? [String(params['interval'])] : []))
  )

  return kinds.size === 0 ? 'percentile' : listed([...kinds])
}

const recordOf = ({ recipe, coverage }: Report): string =>
  `Computed with Saliscope ${recipe.saliscope} on ${recipe.provider}, seed ${recipe.seed}, recipe ${shortRecipe(recipe.id)}; ` +
  'report.json holds the SHA-256 of every file. ' +
  `${recipe.changedRules.length === 0 ? 'Rules are the defaults.' : `Rules that differ from the defaults: ${recipe.changedRules.join('; ')}.`}` +
  `${coverage.complete ? '' : ` The assessment was not finished: ${coverage.casesDone} of ${coverage.casesTotal} images.`} For research use, not for diagnosis.`
