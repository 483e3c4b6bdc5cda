import type { SheetPanel } from '@shared/comparison'
import { isUpright, turnedLetters, unturnedPoint, type Turn } from './turn'

/** A plane as it is turned on the screen: its size, and which stored pixel each of its pixels shows. */
export function turnedPlane(
  [columns, rows]: readonly [number, number],
  turn: Turn
): { readonly size: [number, number]; readonly from: Int32Array } {
  const [width, height] = turn.quarters % 2 === 1 ? [rows, columns] : [columns, rows]
  const from = Int32Array.from({ length: width * height }, (_, at) => {
    const centre = { x: (at % width) + 0.5, y: Math.floor(at / width) + 0.5 }
    const { x, y } = unturnedPoint(turn, { width: columns, height: rows }, centre)

    return Math.floor(y) * columns + Math.floor(x)
  })

  return { size: [width, height], from }
}

/** A panel of a sheet as it is turned on the screen: picture, map, outline, letters and sizes of its pixels together. */
export function turnedPanel(panel: SheetPanel, turn: Turn): SheetPanel {
  if (isUpright(turn)) return panel
  const upended = turn.quarters % 2 === 1
  const { size, from } = turnedPlane(panel.size, turn)

  return {
    ...panel,
    size,
    grey: Uint8Array.from(from, (pixel) => panel.grey[pixel]),
    values: Float32Array.from(from, (pixel) => panel.values[pixel]),
    outline: panel.outline === null ? null : Uint8Array.from(from, (pixel) => panel.outline?.[pixel] ?? 0),
    letters: turnedLetters(turn, panel.letters),
    spacingMm: panel.spacingMm === null || !upended ? panel.spacingMm : [panel.spacingMm[1], panel.spacingMm[0]]
  }
}
