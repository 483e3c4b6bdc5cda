import type { MapSummary } from '@shared/vocabulary'
import { duration } from '../../state/catalogue'
import { viewWords } from '../../state/catalogue-view'

const words = viewWords.maps

export interface MapFacts {
  readonly stopping: boolean
  readonly secondsLeft: number | null
  /** Reason of the report's row, when there is one. */
  readonly verdict: string | null
  readonly reference: boolean
  /** Name of the model, when the list holds maps of several. */
  readonly model: string | null
}

/** The second line of a map's row. */
export function stateLine(map: MapSummary, facts: MapFacts): string {
  const prefix = facts.model === null ? '' : `${facts.model} · `
  switch (map.state) {
    case 'waiting':
      return `${prefix}${facts.stopping ? words.stopping : words.waiting}`
    case 'computing': {
      if (facts.stopping) return words.stopping
      const left = facts.secondsLeft === null ? null : words.left(duration(facts.secondsLeft))

      return `${prefix}${words.computing(Math.round((100 * map.done) / Math.max(1, map.total)), left)}`
    }
    case 'failed':
      return words.failed(map.fault?.message ?? '')
    case 'cancelled':
      return `${prefix}${words.stopped(Math.floor(map.done), map.total)}`
    case 'done':
      if (map.flat) return `${prefix}${words.flat}`
      if (facts.reference) return `${prefix}${words.reference}`

      return `${prefix}${facts.verdict ?? `computed in ${duration(map.seconds)}`}`
  }
}
