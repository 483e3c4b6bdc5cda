import type { MapSummary } from '@shared/vocabulary'
import { duration } from '@shared/number-words'
import { viewWords } from '../../state/catalogue-view'

const words = viewWords.maps

export interface MapFacts {
  readonly stopping: boolean
  readonly secondsLeft: number | null
  /** Reason of the report's row, when there is one. */
  readonly verdict: string | null
  readonly reference: boolean
}

/** The second line of a map's row. */
export function stateLine(map: MapSummary, facts: MapFacts): string {
  switch (map.state) {
    case 'waiting':
      return facts.stopping ? words.stopping : words.waiting
    case 'computing': {
      if (facts.stopping) return words.stopping
      const left = facts.secondsLeft === null ? null : words.left(duration(facts.secondsLeft))

      return words.computing(Math.round((100 * map.done) / Math.max(1, map.total)), left)
    }
    case 'failed':
      return words.failed(map.fault?.message ?? '')
    case 'cancelled':
      return stoppedLine(map)
    case 'done':
      if (map.flat) return words.flat
      if (map.expression === 'attached') return words.fromFile
      if (facts.reference) return words.reference

      return facts.verdict ?? words.computedIn(duration(map.seconds))
  }
}

/** How far it came, and whether what is there is kept. */
function stoppedLine({ preliminary, done, total }: MapSummary): string {
  if (!preliminary) return words.stopped(Math.floor(done), total, '')
  const say = preliminary.kept ? words.kept : words.stopped

  return say(Math.floor(preliminary.done), preliminary.total, preliminary.of)
}
