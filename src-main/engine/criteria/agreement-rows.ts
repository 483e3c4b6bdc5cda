import { pooled, type AgreementContext, type PairAgreement } from '@engine/criteria/agreement'
import type { RunModel } from '@engine/criteria/experiment-run'
import { pairedReference } from '@engine/criteria/paired-reference'
import { mostMissing, tooFewPaired } from '@engine/criteria/paired-patients'
import { aucDifference, answersOf, findingsOf, type GivenAnswer } from '@engine/criteria/performance'
import type { ModelPair } from '@engine/criteria/replicates'
import { missingReasons, resultRow, type RowFrame } from '@engine/criteria/row'
import { seenNote } from '@engine/criteria/seen-alike'
import { aboveChance, publishedLine } from '@engine/criteria/rules'
import type { CaseNumber, Statistics, Summary } from '@engine/criteria/summary'
import { counted, figure, withInterval } from '@engine/criteria/wording'
import type { Reference, ResultRow, Verdict } from '@shared/report'

/** Sentences of an agreement row, in a clinician's words. */
export interface AgreementWords {
  /** "Two trainings give alike maps". */
  readonly pass: string
  /** "Another training of the same model gives another map". */
  readonly fail: string
}

export interface AgreementRow {
  readonly frame: RowFrame
  readonly rule: string
  readonly words: AgreementWords
  readonly notes: readonly string[]
}

/** The row of one or several pairs of models: similarity on the same image against similarity by chance. */
export function agreementRow(
  context: AgreementContext,
  { frame, rule, words, notes }: AgreementRow,
  pairs: readonly PairAgreement[]
): ResultRow {
  const { statistics } = context
  const same = pooled(
    context,
    pairs.map((pair) => pair.same)
  )
  const chance = pooled(
    context,
    pairs.map((pair) => pair.chance)
  )
  const summary = statistics.summarise(same)
  const [reference, within, untrained, localisers] = referencesOf(context, { same, chance }, pairs)
  const verdict = judge(context, { rule, words, same, reference, summary })
  const missing = missingReasons(pairs.flatMap((pair) => pair.same))
  const counts = pairs.map(({ pair, same: list }) => {
    const n = list.filter((number) => number.value !== null).length
    return `${pair[0].id} and ${pair[1].id}: compared on ${n} of ${counted(list.length, 'image')}.`
  })
  return resultRow(frame, {
    numbers: same,
    summary,
    references: [reference, within, untrained, localisers, halfLine],
    verdict,
    excluded: missing,
    notes: [
      ...counts,
      ...unaskedNote(context, pairs),
      ...pairs.flatMap(({ pair }) => seenNote(pair, frame.grid)),
      ...untrainedNote(untrained),
      ...notes
    ]
  })
}

/** The chance that decides, and what is printed beside it. */
function referencesOf(
  context: AgreementContext,
  { same, chance }: { same: readonly CaseNumber[]; chance: readonly CaseNumber[] },
  pairs: readonly PairAgreement[]
): Reference[] {
  const within = printedReference(context, same, {
    id: 'own-random-pairs',
    title: 'maps of different patients, both by one model (takes no part)',
    lists: pairs.map((pair) => pair.within)
  })
  const untrained = printedReference(context, same, {
    id: 'untrained',
    title: 'two networks that were never trained (takes no part)',
    lists: pairs.map((pair) => pair.untrained)
  })
  const localisers = printedReference(context, same, {
    id: 'localisers',
    title: 'two localisation models (takes no part)',
    lists: pairs.map((pair) => pair.localisers)
  })
  return [chanceReference(context, same, chance), within, untrained, localisers]
}

/** Said where the models are not at hand, so that nobody takes the rule of right answers for granted. */
function unaskedNote({ params }: AgreementContext, pairs: readonly PairAgreement[]): string[] {
  const unasked = pairs.some(({ pair }) => pair.some(({ elsewhere }) => elsewhere === true))
  return params.onlyCorrect && unasked
    ? ['Whether the models were right is not known, as only their maps were given: all images are compared.']
    : []
}

const halfLine: Reference = {
  id: 'half-line',
  title: 'published 0.5 line (takes no part)',
  value: publishedLine,
  ci95: null,
  decides: false,
  difference: null
}

function chanceReference(
  { statistics }: AgreementContext,
  same: readonly CaseNumber[],
  chance: readonly CaseNumber[]
): Reference {
  const named = { id: 'random-pairs', title: 'maps of different patients, one by each model', decides: true }
  return pairedReference(named, same, chance, statistics)
}

/** A reference beside the deciding one. */
function printedReference(
  context: AgreementContext,
  same: readonly CaseNumber[],
  { id, title, lists }: { id: string; title: string; lists: readonly (readonly CaseNumber[])[] }
): Reference {
  const own = pooled(context, lists)
  const reference = pairedReference({ id, title, decides: false }, same, own, context.statistics)
  if (reference.value !== null) return reference
  const [most] = missingReasons(own)
  return { ...reference, reason: most?.reason ?? 'no value' }
}

/** Agreement that two untrained networks show too says nothing about what was learned. */
function untrainedNote({ value, difference }: Reference): string[] {
  if (value === null || difference === null || difference.ci95 === null) return []
  const figures = `${figure(value)}, difference ${withInterval(difference.value, difference.ci95)}`
  return difference.ci95[0] > 0
    ? [`More alike than the maps of two networks that were never trained (${figures}).`]
    : [
        `Not clearly more alike than the maps of two networks that were never trained (${figures}): ` +
          'the agreement may show the image and not what was learned.'
      ]
}

interface Judged {
  readonly rule: string
  readonly words: AgreementWords
  readonly same: readonly CaseNumber[]
  readonly reference: Reference
  readonly summary: Summary
}

function judge({ statistics }: AgreementContext, { rule, words, same, reference, summary }: Judged): Verdict {
  const { patients, value, ci95 } = summary
  const needed = statistics.thresholds.minimumPatients
  if (patients < needed) {
    return {
      state: 'not-assessable',
      rule,
      reason: `Only ${counted(patients, 'patient')} to compare${mostMissing(same)}: at least ${needed} are needed.`
    }
  }
  const thin = tooFewPaired([reference], needed)
  if (thin !== null) return { state: 'not-assessable', rule, reason: thin }
  const state = aboveChance(reference.difference?.ci95 ?? null)
  const figures = `similarity ${withInterval(value, ci95)}, by chance ${figure(reference.value)}`
  const sentences: Record<Verdict['state'], string> = {
    pass: `${words.pass}: ${figures}.`,
    fail: `${words.fail}: ${figures}.`,
    inconclusive: `Not clearly more alike than maps of different patients: ${figures}.`,
    'not-assessable': 'There are no two patients whose maps can be compared.'
  }
  return { state, rule, reason: sentences[state] }
}

/** What the classifiers' own performance says about a pair; flagged where the AUC difference is clear of 0. */
export async function performanceNotes(context: AgreementContext, pairs: readonly ModelPair[]): Promise<string[]> {
  const notes: string[] = []
  for (const label of findingsOf(context.run)) {
    for (const [first, second] of pairs) notes.push(...(await performanceNote(context, label, [first, second])))
  }
  return notes
}

async function performanceNote(
  context: AgreementContext,
  label: string,
  [first, second]: ModelPair
): Promise<string[]> {
  const ask = (model: RunModel): Promise<GivenAnswer[]> => answersOf(context.source, model, label)
  return aucNote(label, [first, second], [await ask(first), await ask(second)], context.statistics)
}

/** How much better one model is than another, in a sentence; flagged where the interval is clear of 0. */
export function aucNote(
  label: string,
  [first, second]: ModelPair,
  answers: readonly [GivenAnswer[], GivenAnswer[]],
  statistics: Statistics
): string[] {
  const difference = aucDifference(...answers, statistics)
  const between = `ROC AUC for ${label}, ${first.id} − ${second.id}`
  if (difference === null || difference.ci95 === null)
    return [`${between}: not defined, the images that both answered do not show both with and without it.`]
  const text = `${between}: ${withInterval(difference.value, difference.ci95)}`
  const differs = difference.ci95[0] > 0 || difference.ci95[1] < 0
  return [differs ? `${text}. The models are not equally good: read the agreement with care.` : `${text}.`]
}
