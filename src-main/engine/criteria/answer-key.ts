import { answersAhead } from '@engine/criteria/ahead'
import * as v from 'valibot'
import { createCaseSource, type CaseSource } from '@engine/criteria/case-maps'
import { classifiers } from '@engine/criteria/case-choice'
import { outputOf } from '@engine/criteria/correctness'
import { nothingFound, type Criterion } from '@engine/criteria/criterion'
import { adjustRows } from '@engine/criteria/families'
import type { ExperimentRun, RunCase, RunModel } from '@engine/criteria/experiment-run'
import { answersOf, aucOf, findingsOf, type GivenAnswer, keptAnswers } from '@engine/criteria/performance'
import { missingRow, resultRow, type RowFrame } from '@engine/criteria/row'
import { pairedReference } from '@engine/criteria/paired-reference'
import { modelMissing } from '@engine/criteria/rows-by-method'
import { aboveChance, ruleFooting, ruleTexts, thresholdEntries } from '@engine/criteria/rules'
import { createStatistics, subtract, type CaseNumber, type Statistics } from '@engine/criteria/summary'
import { counted, figure, withInterval } from '@engine/criteria/wording'
import type { AnswerKey, Figure, ResultRow, Verdict } from '@shared/report'

const Params = v.strictObject(thresholdEntries)

const variantTitles: Readonly<Record<string, string>> = {
  'as-is': 'as it is',
  'finding-removed': 'finding removed',
  'cue-removed': 'cue removed',
  'cue-swapped': 'cue swapped'
}

/** Logits of the positives under every intervention. */
type Logits = ReadonlyMap<string, readonly CaseNumber[]>

/** The answer key: what the model's output follows when the finding or the cue is taken out of the image. */
export const answerKey: Criterion<v.InferOutput<typeof Params>> = {
  id: 'answer-key',
  title: 'Intervention on finding and cue',
  area: 'cues',
  question: 'Does the model use the finding or the cue?',
  limit: 'fall of the logit when the cue is removed',
  citation:
    'DeGrave AJ, Janizek JD, Lee SI. AI for radiographic COVID-19 detection selects shortcuts over signal. Nature Machine Intelligence 2021;3:610–619.',
  needs: ['variants', 'labels'],
  params: Params,
  rule: (params) => `${ruleTexts.answerKey} ${ruleFooting(params)}`,
  async assess(run, params, job) {
    const source = createCaseSource(run, job)
    const statistics = createStatistics(params, run.spec.seed)
    const keys: AnswerKey[] = []
    const rows: ResultRow[] = []
    const models = classifiers(run.spec)
    const rule = answerKey.rule(params)
    for (const [index, model] of models.entries()) {
      const asked = askedOf(run, model)
      for (const label of asked) {
        const logits = label === null ? new Map<string, CaseNumber[]>() : await logitsOf(run, source, model, label)
        const row = keyRow(run, { model, label, rule, several: asked.length > 1 }, logits, statistics)
        rows.push(row)
        keys.push(await keyOf(source, { model, label, row }, logits, statistics))
        job.partial?.({ row })
      }
      job.progress('Interventions', index + 1, models.length)
    }
    return { ...nothingFound, rows: adjustRows(rows, run.spec), answerKey: keys, failed: source.failed }
  }
}

/** The findings of the cases that a model has an output for; null alone where there is none, so that the row says what is missing. */
function askedOf(run: ExperimentRun, model: RunModel): readonly (string | null)[] {
  const known = findingsOf(run).filter((finding) => outputOf(model, finding) >= 0)
  return known.length > 0 ? known : [null]
}

function casesWith(run: ExperimentRun, variant: string): readonly RunCase[] {
  return variant === 'as-is' ? run.spec.cases : run.spec.cases.filter((item) => item.variants.includes(variant))
}

async function logitsOf(run: ExperimentRun, source: CaseSource, model: RunModel, label: string): Promise<Logits> {
  const output = outputOf(model, label)
  const offered = Object.keys(variantTitles).filter((variant) => casesWith(run, variant).length > 0)
  const logits = new Map<string, CaseNumber[]>()
  for (const variant of offered) {
    const positives = casesWith(run, variant).filter((item) => item.label === label)
    const numbers: CaseNumber[] = []
    const answers = await answersAhead(positives, ({ id }) =>
      source.ask({ modelId: model.id, caseId: id }, () =>
        run.prediction(model.id, id, variant === 'as-is' ? null : variant)
      )
    )
    for (const [index, { id, patient }] of positives.entries()) {
      const answer = answers[index]
      numbers.push(
        typeof answer === 'string'
          ? { id, patient, value: null, reason: answer }
          : { id, patient, value: answer.logits[output] }
      )
    }
    logits.set(variant, numbers)
  }
  return logits
}

interface KeyAsked {
  readonly model: RunModel
  /** null: the model has no output for any finding of the cases. */
  readonly label: string | null
  readonly rule: string
  /** True where the model is asked about more than one finding, so that sentences name it. */
  readonly several: boolean
}

const notOffered = (variants: readonly string[], { label, several }: KeyAsked): string =>
  `No case${several ? ` with ${label}` : ''} offers its image with the ${variants.map((id) => variantTitles[id]).join(' and ')}.`

const noOutput = 'The model has no output for any finding of the cases.'

function frameOf(run: ExperimentRun, { model, label }: KeyAsked): RowFrame {
  return {
    criterion: 'cues.answer-key',
    metric: 'logit-drop-finding-removed',
    method: '',
    models: [model.id],
    ...(label === null ? {} : { finding: label }),
    grid: run.spec.grid,
    headline: true,
    better: 'higher'
  }
}

/** Fall of the logit when the finding is removed, against its fall when the cue is removed. */
function keyRow(run: ExperimentRun, asked: KeyAsked, logits: Logits, statistics: Statistics): ResultRow {
  const { model, label, rule } = asked
  const frame = frameOf(run, asked)
  if (model.elsewhere === true) return missingRow(frame, rule, modelMissing)
  if (label === null) return missingRow(frame, rule, noOutput)
  const asIs = logits.get('as-is') ?? []
  const changed = cueVariant(logits)
  const drops = ['finding-removed', changed].map((variant) => subtract(asIs, logits.get(variant) ?? []))
  const absent = ['finding-removed', changed].filter((variant) => (logits.get(variant)?.length ?? 0) === 0)
  if (absent.length > 0) return missingRow(frame, rule, notOffered(absent, asked))
  const [finding, cue] = drops.map((drop) => drop.filter((number) => number.value !== null))
  const summary = statistics.summarise(finding)
  const named = { id: changed, title: `fall when the ${cueWords(changed)}`, decides: true }
  const reference = pairedReference(named, finding, cue, statistics)
  const patients = reference.difference?.patients ?? 0
  const state =
    patients < statistics.thresholds.minimumPatients
      ? 'not-assessable'
      : aboveChance(reference.difference?.ci95 ?? null)
  const falls = `its answer (before it becomes a probability) falls by ${withInterval(summary.value, summary.ci95)} when the finding is removed, by ${figure(reference.value)} when the ${cueWords(changed)}`
  const reason = reasonOf(state, asked, { falls, patients, needed: statistics.thresholds.minimumPatients })
  return resultRow(frame, {
    numbers: finding,
    summary,
    references: [reference],
    verdict: { state, rule, reason }
  })
}

/** The sentence of a row; it names the finding where the model is asked about several. */
function reasonOf(
  state: Verdict['state'],
  { label, several }: KeyAsked,
  { falls, patients, needed }: { falls: string; patients: number; needed: number }
): string {
  const [model, both, which] = several
    ? [`For ${label}, the model`, `For ${label}, finding and cue`, ` of ${label}`]
    : ['The model', 'Finding and cue', '']
  if (state === 'pass') return `${model} uses the finding: ${falls}.`
  if (state === 'fail') return `${model} uses the cue: ${falls}.`
  if (state === 'inconclusive') return `${both} weigh about the same: ${falls}.`
  return `Only ${counted(patients, 'patient')}${which} with both interventions: at least ${needed} are needed.`
}

/** Where no case offers its image without the cue, one with another cue tells the same. */
const cueVariant = (logits: Logits): 'cue-removed' | 'cue-swapped' =>
  (logits.get('cue-removed')?.length ?? 0) === 0 && (logits.get('cue-swapped')?.length ?? 0) > 0
    ? 'cue-swapped'
    : 'cue-removed'

const cueWords = (variant: 'cue-removed' | 'cue-swapped'): string =>
  variant === 'cue-removed' ? 'cue is removed' : 'cue is swapped'

/** What a model uses, by the verdict of its row. */
export const usesOf: Record<Verdict['state'], AnswerKey['uses']> = {
  pass: 'finding',
  fail: 'cue',
  inconclusive: 'unclear',
  'not-assessable': 'not-assessable'
}

async function keyOf(
  source: CaseSource,
  { model, label, row }: { model: RunModel; label: string | null; row: ResultRow },
  logits: Logits,
  statistics: Statistics
): Promise<AnswerKey> {
  const variants: AnswerKey['variants'] = []
  for (const [id, numbers] of logits) {
    const cases = casesWith(source.run, id)
    const answers = await answersOf(source, model, label!, { id: id === 'as-is' ? null : id, cases })
    variants.push(variantFigures(id, { numbers, asIs: logits.get('as-is')!, answers }, statistics))
  }
  return { model: model.id, finding: label, uses: usesOf[row.verdict.state], variants }
}

/** Logits of the positives under one intervention and as they are, and the answers of all cases that offer it. */
export interface VariantSeen {
  readonly numbers: readonly CaseNumber[]
  readonly asIs: readonly CaseNumber[]
  readonly answers: readonly GivenAnswer[]
}

/** What one intervention does: mean logit, change against the image as it is, AUC; with the answers they are computed from. */
export function variantFigures(
  id: string,
  { numbers, asIs, answers }: VariantSeen,
  statistics: Statistics
): AnswerKey['variants'][number] {
  const { n, value, ci95 } = statistics.summarise(numbers)
  const meanLogit: Figure = value === null ? { value, ci95, reason: 'no case offers it' } : { value, ci95 }
  const change = id === 'as-is' ? null : statistics.difference(numbers, asIs)
  const auc = aucOf(answers, statistics)
  return { id, title: variantTitles[id], n, meanLogit, change, auc, perCase: keptAnswers(answers) }
}
