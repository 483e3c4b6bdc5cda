import { listed, percent } from './number-words'
import type { Report } from './report'

type Recipe = Report['recipe']

/** What `recipe.criteria` holds, where the engine wrote it. */
export function criteriaParams(recipe: Recipe): { id: string; params: Record<string, unknown> }[] {
  const found = recipe['criteria']

  return Array.isArray(found) ? (found as { id: string; params: Record<string, unknown> }[]) : []
}

/** "95 % percentile bootstrap by patient, 2000 draws", once where all criteria have it, else with the criteria of each. */
export function intervalWords(recipe: Recipe): string {
  const { bootstrap } = recipe
  const by = new Map<string, string[]>()
  for (const { id, params } of criteriaParams(recipe)) {
    const { level, draws, interval } = params
    if (level === undefined && draws === undefined && interval === undefined) continue
    const words = wordsOf(bootstrap, { level, draws, interval })
    by.set(words, [...(by.get(words) ?? []), id])
  }
  if (by.size === 0) return wordsOf(bootstrap, {})

  return by.size === 1 ? [...by.keys()][0] : [...by].map(([words, ids]) => `${words} (${listed(ids)})`).join('; ')
}

function wordsOf(bootstrap: Recipe['bootstrap'], { level, draws, interval }: Record<string, unknown>): string {
  const kind = typeof interval === 'string' ? interval : 'percentile'
  const share = typeof level === 'number' ? level : bootstrap.level

  return `${percent(share)} ${kind} bootstrap by ${bootstrap.unit}, ${typeof draws === 'number' ? draws : bootstrap.draws} draws`
}
