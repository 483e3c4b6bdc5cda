import { randomStream, type RandomStream } from '@engine/tensor/random'
import { Fault } from '@engine/fault'
import type { StudyDefinition } from '@shared/reading-study'

/** One place in a reader's list. */
export interface OrderedReading {
  /** From 1. */
  readonly reading: number
  /** Index into the study's cases. */
  readonly caseIndex: number
  /** The reader has read this case before, without being told. */
  readonly repeat: boolean
}

type OrderedStudy = Pick<StudyDefinition, 'seed' | 'cases' | 'repeats'>

/** The cases that every reader of a study reads twice: the same for all, so that readers can be compared. Ascending. */
export function repeatedCases({ seed, cases, repeats }: OrderedStudy): number[] {
  const drawn = shuffled(cases.length, randomStream(seed, 'repeats'))
  return drawn.slice(0, repeats).sort((a, b) => a - b)
}

/**
 * The order one reader reads a study in: cases shuffled by the study's seed and the reader's id (sfc32, `tensor/random.ts`;
 * Fisher–Yates), repeats put in afterwards, a quarter of the cases away from the first reading where there is room, and
 * never next to it. Throws Fault `bad-parameter` when there are more repeats than cases, or only one case to repeat.
 */
export function readingOrder(study: OrderedStudy, readerId: string): OrderedReading[] {
  const { seed, cases, repeats } = study
  if (repeats > cases.length || (repeats > 0 && cases.length < 2)) {
    throw new Fault('bad-parameter', `${repeats} hidden repeats do not fit in a study of ${cases.length} cases.`, {
      subject: 'repeats',
      hint: 'Use at most as many repeats as cases, and two cases or more.'
    })
  }
  const random = randomStream(seed, 'order', readerId)
  const list = shuffled(cases.length, random)
  for (const caseIndex of repeatedCases(study)) insertApart(list, caseIndex, random)
  const seen = new Set<number>()
  return list.map((caseIndex, index) => {
    const repeat = seen.has(caseIndex)
    seen.add(caseIndex)
    return { reading: index + 1, caseIndex, repeat }
  })
}

/** Later insertions only move the two readings further apart, so what holds now holds at the end. */
function insertApart(list: number[], caseIndex: number, random: RandomStream): void {
  const first = list.indexOf(caseIndex)
  const distance = (place: number): number => (place > first ? place - first : first + 1 - place)
  const places = Array.from({ length: list.length + 1 }, (_, place) => place)
  const wished = Math.max(2, Math.floor(list.length / 4))
  const far = places.filter((place) => distance(place) >= wished)
  const candidates = far.length > 0 ? far : places.filter((place) => distance(place) >= 2)
  list.splice(candidates[random.integer(candidates.length)], 0, caseIndex)
}

function shuffled(length: number, random: RandomStream): number[] {
  const list = Array.from({ length }, (_, index) => index)
  for (let last = length - 1; last > 0; last--) {
    const other = random.integer(last + 1)
    ;[list[last], list[other]] = [list[other], list[last]]
  }
  return list
}
