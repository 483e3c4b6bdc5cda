import { decimal } from '../number-words'
import { keyTitle } from '../model-uses'
import type { AnswerKey } from '../report'
import { usesState, usesWords } from '../verdict-words'
import { bottomAxis, fitAxis, type Axis } from './axis'
import { pixel, type FigureData, type Scene, type Shape } from './scene'

const WIDTH = 620
const LEFT = 280
const RIGHT = 590
const ROW = 40
const LEGEND = 22

/** One row a model and finding: its mean answer for the image as it is, and with one thing taken away; far apart means that it matters. */
export function answerKeyFigure(keys: readonly AnswerKey[], modelTitle: (id: string) => string): Scene {
  const values = keys.flatMap((key) =>
    key.variants.flatMap(({ meanLogit }) => (meanLogit.value === null ? [] : [meanLogit.value]))
  )
  const axis = fitAxis([0, ...values], LEFT, RIGHT)
  const kinds = [
    ...new Map(keys.flatMap((key) => key.variants.map((variant) => [variant.id, variant.title]))).entries()
  ]
  const bottom = LEGEND + 8 + keys.length * ROW
  const shapes: Shape[] = [
    ...legend(kinds),
    ...bottomAxis(axis, { top: LEGEND + 8, bottom, title: 'mean logit: right of 0 speaks for the finding' })
  ]

  keys.forEach((key, index) => {
    shapes.push(
      ...drawRow({ key, title: keyTitle(key, keys, modelTitle), y: LEGEND + 8 + ROW * (index + 0.5) }, axis, kinds)
    )
  })

  return {
    id: 'answer-key',
    width: WIDTH,
    height: bottom + 40,
    title: 'What really drives each model',
    description: describe(keys, modelTitle),
    shapes,
    hotSpots: [],
    data: dataOf(keys, modelTitle),
    caption: 'Mean over images. Far apart means that the answer follows what was taken away.'
  }
}

function dataOf(keys: readonly AnswerKey[], modelTitle: (id: string) => string): FigureData {
  return {
    columns: ['model', 'finding', 'uses', 'image', 'images', 'mean logit', 'low', 'high'],
    rows: keys.flatMap((key) =>
      key.variants.map(({ title, n, meanLogit: { value, ci95 } }) => [
        modelTitle(key.model),
        key.finding ?? '',
        usesWords[key.uses],
        title,
        n,
        value,
        ci95?.[0] ?? null,
        ci95?.[1] ?? null
      ])
    )
  }
}

function drawRow(
  { key, title, y }: { key: AnswerKey; title: string; y: number },
  axis: Axis,
  kinds: readonly (readonly [string, string])[]
): Shape[] {
  const known = key.variants.flatMap(({ id, meanLogit }) =>
    meanLogit.value === null ? [] : [{ id, value: meanLogit.value }]
  )
  const shapes: Shape[] = [
    { kind: 'mark', x: 0, y: y - 6, state: usesState[key.uses] },
    { kind: 'text', x: 18, y: y - 3, words: title, tone: 'ink', anchor: 'start' },
    { kind: 'text', x: 18, y: y + 12, words: usesWords[key.uses], tone: 'faint', anchor: 'start' }
  ]
  // One below the other, so that answers that are alike do not cover each other.
  const step = known.length < 2 ? 0 : (ROW - 20) / (known.length - 1)
  const points = known.map(({ id, value }, index) => ({
    id,
    x: axis.at(value),
    y: pixel(y - (ROW - 20) / 2 + index * step)
  }))
  if (points.length > 1) {
    const d = `M${points.map((point) => `${point.x} ${point.y}`).join('L')}`
    shapes.push({ kind: 'path', d, tone: 'axis', filled: false, width: 1.5 })
  }

  return [
    ...shapes,
    ...points.map((point) =>
      symbol(
        kinds.findIndex(([kind]) => kind === point.id),
        point.x,
        point.y
      )
    )
  ]
}

/** As it is: filled dot; then ring, filled square, small filled dot. The shape tells them apart without colour. */
function symbol(kind: number, x: number, y: number): Shape {
  if (kind === 0) return { kind: 'dot', x, y, radius: 5, tone: 'ink', filled: true }
  if (kind === 1) return { kind: 'dot', x, y, radius: 5, tone: 'accent', filled: false }
  if (kind === 2) return { kind: 'square', x, y, radius: 4.5, tone: 'accent' }

  return { kind: 'dot', x, y, radius: 3, tone: 'faint', filled: true }
}

function legend(kinds: readonly (readonly [string, string])[]): Shape[] {
  let x = 6

  return kinds.flatMap(([, title], index): Shape[] => {
    const here = x
    x += title.length * 6.4 + 38

    return [symbol(index, here, 8), { kind: 'text', x: here + 12, y: 12, words: title, tone: 'quiet', anchor: 'start' }]
  })
}

function describe(keys: readonly AnswerKey[], modelTitle: (id: string) => string): string {
  return keys
    .map((key) => {
      const parts = key.variants.flatMap(({ title, meanLogit }) =>
        meanLogit.value === null ? [] : [`${title} ${decimal(meanLogit.value, 1)}`]
      )

      return `${keyTitle(key, keys, modelTitle)} ${usesWords[key.uses]}: ${parts.join(', ')}`
    })
    .join('. ')
}
