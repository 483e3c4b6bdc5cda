import { counted } from '@shared/number-words'
import type { Report } from '@shared/report'
import type { MapPrint } from '../../map-prints'
import { named, type Wrong } from '../parts/part'
import type { Rerun } from '../rerun'
import { asStated, differs, takenAsWritten } from '../said'
import type { AskedParts } from './asked-parts'
import { heldBesideRows } from './beside-rows'
import { rowsHeld } from './rows'

/**
 * Whether a report holds everything that its questions lead to, and nothing else; what was taken out is named. `asked`: what its criteria lead to, asked
 * again of stand-ins for the maps; null for an assessment that was stopped.
 */
export function heldByReport(
  report: Report,
  { asked, prints }: { readonly asked: AskedParts | null; readonly prints: readonly MapPrint[] }
): Rerun[] {
  if (asked === null)
    return [takenAsWritten('what it holds', 'the assessment was stopped, so it cannot be told what should be there')]
  const found = [rowsHeld(report, asked.rows), heldBesideRows(report, asked)]
  const wrong = [...found.flatMap((part) => part.wrong), ...printsHeld(report, asked, prints)]
  return [
    ...wrong.map(({ what, reason }) => differs(`report.json, ${what}`, reason)),
    ...(wrong.length > 0
      ? []
      : [
          asStated(
            `report.json, everything that was asked for: ${found[0].drawn} rows, ${found[1].drawn} things beside them`
          )
        ]),
    ...asked.unasked.map((what) => takenAsWritten(`what must be there of ${what}`, 'the criterion could not be asked')),
    ...found.flatMap(({ asWritten }) => asWritten).map((what) => takenAsWritten(what))
  ]
}

/** Maps that the report states a value of, and keeps no print of: they could never be drawn. A report that keeps none at all says so elsewhere. */
function printsHeld({ results }: Report, { maps }: AskedParts, prints: readonly MapPrint[]): Wrong[] {
  if (prints.length === 0) return []
  const keyOf = (one: Pick<MapPrint, 'model' | 'method' | 'case'>): string =>
    JSON.stringify([one.model, one.method, one.case])
  const kept = new Set(prints.map(keyOf))
  const stated = new Set(
    results.flatMap(({ models, method, perCase }) =>
      perCase.flatMap(({ case: id, value }) =>
        value === null
          ? []
          : id.split(' × ').flatMap((one) => models.map((model) => keyOf({ model, method, case: one })))
      )
    )
  )
  const lacking = maps.filter((one) => !kept.has(keyOf(one)) && stated.has(keyOf(one)))
  const twice = prints.length - kept.size
  const what = 'prints of maps'
  return [
    ...lacking.slice(0, 1).map(({ method, model, case: id }) => ({
      what: named(what, method, model, id),
      reason: `${lacking.length} of the maps it states values of have no print in recipe.json`
    })),
    ...(twice > 0 ? [{ what, reason: `${counted(twice, 'map')} with two prints in recipe.json` }] : [])
  ]
}
