import * as v from 'valibot'
import { ModelCard } from '@shared/model-card'
import { cardTitle } from './card-words'

export interface CardIssue {
  path: string
  /** A whole sentence with the field's name in it. */
  sentence: string
}

const wanted: Record<string, string> = {
  number: 'needs a number',
  string: 'needs some text',
  Array: 'needs a list, with commas between the values',
  Object: 'needs its parts filled in',
  boolean: 'needs yes or no'
}

function explain(issue: v.BaseIssue<unknown>): string {
  if (issue.kind === 'schema') {
    const what =
      wanted[issue.expected ?? ''] ??
      `needs one of ${(issue.expected ?? '').replaceAll('"', '').replaceAll('|', 'or').replaceAll(/[()]/gu, '')}`

    return issue.received === 'undefined' || issue.received === '""'
      ? `${what}; it is empty`
      : `${what}; found ${issue.received}`
  }
  if (issue.type === 'integer') return `needs a whole number; found ${issue.received}`
  if (issue.type === 'min_value') return `must be at least ${String(issue.requirement)}; found ${issue.received}`
  if (issue.type === 'min_length') return 'needs more values'
  if (issue.type === 'max_length') return 'has too many values'

  return issue.message
}

/** Lengths that the schema cannot know: one mean and deviation a channel. */
function crossChecks(card: v.InferOutput<typeof ModelCard>): CardIssue[] {
  const { channels, mean, std, range } = card.input
  const counts = (['mean', 'std'] as const)
    .filter((name) => (name === 'mean' ? mean : std).length !== channels)
    .map((name) => ({
      path: `input.${name}`,
      sentence: `${cardTitle(`input.${name}`)} needs ${channels === 1 ? 'one value' : `${channels} values`}, one for each channel.`
    }))
  const empty =
    range[0] >= range[1]
      ? [{ path: 'input.range', sentence: `${cardTitle('input.range')} needs the lower value first.` }]
      : []

  return [...counts, ...empty]
}

/** The card if the draft is one, and what is wrong with it in sentences. */
export function checkCard(draft: unknown): { card: v.InferOutput<typeof ModelCard> | null; issues: CardIssue[] } {
  const parsed = v.safeParse(ModelCard, draft)
  if (!parsed.success) {
    const issues = parsed.issues.map((issue) => {
      const path = v.getDotPath(issue) ?? ''

      return { path, sentence: `${cardTitle(path)} ${explain(issue)}.` }
    })

    return { card: null, issues }
  }

  const issues = crossChecks(parsed.output)

  return { card: issues.length === 0 ? parsed.output : null, issues }
}
