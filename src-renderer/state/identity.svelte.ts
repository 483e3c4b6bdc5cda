import type { CaseSummary } from '@shared/vocabulary'
import { viewer } from './viewer.svelte'

/** What a case may be called on the screen: its name, or a number while identity is hidden. */
export interface ShownCase {
  readonly title: string
  readonly subtitle: string
  readonly date: string | null
}

/** Sex and age as the engine puts them before the description. */
const personal = /^([MFOUW]|\d{1,3} [ymwd])$/u

const partsOf = (one: CaseSummary): string[] => one.subtitle.split(' · ').filter((part) => part !== '')

/** What kind of picture it is, without whose and without which of its volumes: the line below the head of a study. */
export function seriesWords(one: CaseSummary): string {
  return partsOf(one)
    .filter((part) => !personal.test(part) && part !== one.part?.label)
    .join(' · ')
}

/** Sex and age, for the head of a study; nothing while identity is hidden. */
export function personWords(one: CaseSummary): string[] {
  return viewer.identityHidden ? [] : partsOf(one).filter((part) => personal.test(part))
}

/** The name of a job; without the case it is about while identity is hidden. */
export function jobName({ title }: { readonly title: string }): string {
  return viewer.identityHidden ? title.replace(/ · .*$/u, '') : title
}

/** Name, sex, age and date go; what kind of picture it is stays. `number` counts from 1. */
export function shownCase(one: CaseSummary, number: number): ShownCase {
  if (!viewer.identityHidden) return one

  return { title: `Case ${number}`, subtitle: seriesWords(one), date: null }
}
