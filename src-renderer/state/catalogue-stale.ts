import { listed } from '@shared/number-words'
import type { ChangedOutline } from '@shared/report-protocol'
import { count } from './catalogue'

const outlines = (n: number): string => count(n, 'outline')

/** Words for a report whose outlines are no longer those it was computed with. */
export const staleWords = {
  again: 'Compute again',
  title: 'Older outlines',
  which: (n: number): string => `Which (${outlines(n)})`,
  how: { changed: 'changed', drawn: 'new', gone: 'no longer there' } satisfies Record<ChangedOutline['how'], string>,
  reader: (reader: string, { changed, drawn, gone }: Record<ChangedOutline['how'], number>): string => {
    const did = [
      ...(changed > 0 ? [`changed ${outlines(changed)}`] : []),
      ...(drawn > 0 ? [`drew ${outlines(drawn)}`] : []),
      ...(gone > 0 ? [`has ${outlines(gone)} less`] : [])
    ]

    return `${reader} ${listed(did)}.`
  },
  depend: (questions: readonly string[], all: number): string => {
    const others = all - questions.length
    const rest =
      others === 0 ? '' : others === 1 ? ' The other one stays as it is.' : ` The other ${others} stay as they are.`
    const verb = questions.length === 1 ? 'depends' : 'depend'

    return `${questions.length} of ${count(all, 'question')} ${verb} on outlines: ${listed(questions)}.${rest}`
  },
  computing: (n: number, all: number): string =>
    `${n} of ${count(all, 'question')} ${n === 1 ? 'is' : 'are'} being computed again.`,
  done: (questions: readonly string[], all: number): string => {
    if (questions.length === 0) return 'Nothing had to be computed again.'
    const kept = all - questions.length

    return `Computed again: ${listed(questions)}. ${kept === 0 ? '' : `${count(kept, 'answer')} kept from the report before.`}`.trim()
  },
  before: 'Show the report before'
} as const
