import type { VerdictState } from '@shared/report'

/** What each mark means, in one or two words. */
export const verdictWords: Record<VerdictState, string> = {
  pass: 'passes',
  fail: 'fails',
  inconclusive: 'unclear',
  'not-assessable': 'not assessable'
}
