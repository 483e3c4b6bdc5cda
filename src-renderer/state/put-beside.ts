import type { CaseSummary } from '@shared/vocabulary'
import { beside } from './beside.svelte'
import { besideWords } from './catalogue-beside'
import { keyed } from './keyed-text'
import { shell } from './shell.svelte'
import { studies } from './studies.svelte'

/** The later study first; one without a date after the others. */
const later = (one: CaseSummary, other: CaseSummary): number => (other.date ?? '').localeCompare(one.date ?? '')

/** Two ticked cases side by side, the later on the left; else a case beside the one that was looked at last. */
export function putBeside(caseId: string | null): void {
  const pair = studies.selected.size === 2 ? [...studies.chosen].sort(later) : []
  const [current, prior] = pair
  const shown = pair.length === 2 ? beside.show(prior.caseId, current.caseId) : caseId !== null && beside.show(caseId)
  if (!shown) shell.sentence = keyed(besideWords.needsAnother)
  else if (shell.sentence === keyed(besideWords.needsAnother) || shell.sentence === keyed(besideWords.chooseInList)) {
    shell.sentence = null
  }
}
