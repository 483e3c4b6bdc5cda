import type { CaseSummary } from '@shared/vocabulary'

/** A line of the list: a case, or the head of a study whose series follow. */
export type StudyLine =
  | { readonly kind: 'case'; readonly id: string; readonly one: CaseSummary; readonly inStudy: boolean }
  | { readonly kind: 'study'; readonly id: string; readonly cases: readonly CaseSummary[] }

/** Series of one study stand together under a head, where there is more than one; the order is that of the first. */
export function studyLines(cases: readonly CaseSummary[]): StudyLine[] {
  const byStudy = new Map<string, CaseSummary[]>()
  for (const one of cases) {
    const id = one.study?.id ?? one.caseId
    const known = byStudy.get(id)
    if (known === undefined) byStudy.set(id, [one])
    else known.push(one)
  }

  return [...byStudy].flatMap(([id, members]) => {
    const inStudy = members.length > 1
    const lines = members.map((one) => ({ kind: 'case' as const, id: one.caseId, one, inStudy }))

    return inStudy ? [{ kind: 'study' as const, id: `study ${id}`, cases: members }, ...lines] : lines
  })
}
