import type { Criterion } from '@engine/criteria/criterion'
import type { Question } from '@shared/report'

/**
 * The questions of a report in a clinician's words, with the rule each was judged by; one per area, in order. Where two
 * criteria answer for one area (cues and the answer key), the first one asks and both state their rule and source.
 */
export function questionsOf(
  asked: readonly { readonly criterion: Criterion; readonly params: Record<string, unknown> }[]
): Question[] {
  const questions = new Map<Question['area'], Question>()

  for (const { criterion, params } of asked) {
    if (criterion.area === null) continue
    const { area, question, limit, citation } = criterion
    const rule = criterion.rule(params)
    const before = questions.get(area)

    questions.set(
      area,
      before === undefined
        ? { area, question, limit, rule, citation }
        : { ...before, rule: `${before.rule} ${rule}`, citation: joinOnce(before.citation, citation) }
    )
  }

  return [...questions.values()]
}

function joinOnce(before: string, added: string): string {
  return before.includes(added) ? before : `${before} ${added}`
}
