import { evaluateMetric } from '@engine/metrics/evaluate'
import { metrics } from '@engine/metrics/index'
import type { CheckRow } from '@shared/installation'
import { checkRow } from './check-row'

const side = 16
/** A square of 4 × 4 in 16 × 16: a sixteenth of the image. */
const mask = Uint8Array.from({ length: side * side }, (_, index) =>
  Math.floor(index / side) >= 4 && Math.floor(index / side) < 8 && index % side >= 4 && index % side < 8 ? 1 : 0
)
const inside = Float32Array.from(mask)
const outside = inside.map((value) => 1 - value)
const flat = inside.map(() => 0.5)
const ramp = inside.map((_, index) => index / mask.length)

type Inputs = Parameters<typeof evaluateMetric>[1]

/** Metric, what it looks at, and the value that follows without computing. */
const known: readonly (readonly [id: string, what: string, inputs: Inputs, value: number])[] = [
  ['prevalence', 'a sixteenth outlined', { map: inside, mask }, 1 / 16],
  ['average-precision', 'the outline itself as map', { map: inside, mask }, 1],
  ['average-precision', 'one value everywhere', { map: flat, mask }, 1 / 16],
  ['roc-auc', 'the outline itself as map', { map: inside, mask }, 1],
  ['roc-auc', 'everything but the outline', { map: outside, mask }, 0],
  ['roc-auc', 'one value everywhere', { map: flat, mask }, 0.5],
  ['max-dice', 'the outline itself as map', { map: inside, mask }, 1],
  ['proportional-energy', 'one value everywhere', { map: flat, mask }, 1 / 16],
  ['average-saliency-focus', 'one value everywhere', { map: flat, mask }, 0.5],
  ['pointing-game', 'the outline itself as map', { map: inside, mask }, 1],
  ['relevance-rank', 'the outline itself as map', { map: inside, mask }, 1],
  ['ssim', 'a map and itself', { map: ramp, other: ramp }, 1],
  ['spearman', 'a map and its square', { map: ramp, other: ramp.map((value) => value * value) }, 1],
  ['pearson', 'a map and its negative', { map: ramp, other: ramp.map((value) => 1 - value) }, -1],
  [
    'mean-squared-error',
    'a map and itself moved by a half',
    { map: ramp, other: ramp.map((value) => value + 0.5) },
    0.25
  ]
]

/** Metrics on maps whose values follow from their definition. */
export async function checkKnownMetrics(): Promise<CheckRow[]> {
  const rows: CheckRow[] = []
  for (const [id, what, inputs, value] of known) {
    rows.push(
      await checkRow({
        group: 'figures',
        what: `${id}, ${what}`,
        expected: String(Number(value.toFixed(6))),
        measure: () => {
          const metric = metrics.find((one) => one.id === id)
          const found = metric === undefined ? null : evaluateMetric(metric, { ...inputs, shape: [side, side] }).value
          return {
            found: found === null ? 'no value' : String(Number(found.toFixed(6))),
            off: Math.abs((found ?? NaN) - value),
            allowed: 1e-6
          }
        }
      })
    )
  }
  return rows
}
