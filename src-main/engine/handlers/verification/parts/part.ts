import { hashJson } from '../../recipe'
import type { ReportAgain } from '../makings'

/** A thing of a report that is not what the report's own values give. */
export interface Wrong {
  /** In which part of report.json: `curve 3 (ssim, gradient, honest-1)`. */
  readonly what: string
  readonly reason: string
}

export interface PartFound {
  /** How many things were drawn again. */
  readonly drawn: number
  readonly wrong: readonly Wrong[]
  /** What this report does not hold the values of, in the plural: it is taken as it is written. */
  readonly asWritten: readonly string[]
}

/** One kind of things that a report concludes from its own values: one file here, one line in `index.ts`. */
export interface ReportPart {
  /** What was drawn again, in the plural. */
  readonly title: string
  again(of: ReportAgain): PartFound | Promise<PartFound>
}

export const isSame = (a: unknown, b: unknown): boolean => hashJson(a ?? null) === hashJson(b ?? null)

/** "mean, interval": which members of two objects differ. */
export function differingMembers(stated: object, found: object): string[] {
  const names = new Set([...Object.keys(stated), ...Object.keys(found)])
  const of = (one: object, name: string): unknown => (one as Record<string, unknown>)[name]
  return [...names].filter((name) => !isSame(of(stated, name), of(found, name)))
}

/** A stated object and the one that its own values give, as a wrong thing where they differ. */
export function held(what: string, stated: object, found: object | undefined): Wrong[] {
  if (found === undefined) return [{ what, reason: 'its own values give none' }]
  const names = differingMembers(stated, found)
  return names.length === 0 ? [] : [{ what, reason: `its own values give another one (${names.join(', ')})` }]
}

/** A name for a thing: its words that are not empty. */
export const named = (thing: string, ...words: readonly string[]): string =>
  `${thing} (${words.filter((word) => word !== '').join(', ')})`
