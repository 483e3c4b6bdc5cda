import type { Criterion } from '@engine/criteria/criterion'
import type { Question } from '@shared/report'

/** The questions of a report in a clinician's words, with the rule each was judged by; one per area, in order. */
export function questionsOf(
  asked: readonly { readonly criterion: Criterion; readonly params: Record<string, unknown> }[]
): Question[] {
  return asked.flatMap(({ criterion, params }) => {
    if (criterion.area === null) return []
    const { area, question, limit, citation } = criterion
    return [{ area, question, limit, rule: criterion.rule(params), citation }]
  })
}
