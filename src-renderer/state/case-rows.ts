import * as v from 'valibot'
import { CaseSummary } from '@shared/vocabulary'

/** The cases with every series of several volumes counted once, at the place of its first: by the volume looked at last. */
export function caseRows(cases: readonly CaseSummary[], shownVolumes: ReadonlyMap<string, string>): CaseSummary[] {
  const seen = new Set<string>()
  const byId = new Map(cases.map((one) => [one.caseId, one]))

  return cases.flatMap((one) => {
    if (one.part === null) return [one]
    if (seen.has(one.part.of)) return []
    seen.add(one.part.of)

    return [byId.get(shownVolumes.get(one.part.of) ?? '') ?? one]
  })
}

/** The cases without those an opening told of early that are not among what it brought in the end. */
export function withoutGone(
  cases: readonly CaseSummary[],
  early: readonly string[],
  brought: readonly CaseSummary[]
): CaseSummary[] {
  const final = new Set(brought.map(({ caseId }) => caseId))
  const gone = new Set(early.filter((caseId) => !final.has(caseId)))

  return cases.filter(({ caseId }) => !gone.has(caseId))
}

/** Cases as a long opening tells them before its end; none where it tells something else. */
export function partialCases(value: unknown): readonly CaseSummary[] {
  const cases = v.safeParse(v.array(CaseSummary), value)

  return cases.success ? cases.output : []
}
