import { encodePng } from '@engine/formats/raster/png'
import type { Tensor } from '@engine/tensor/tensor'
import type { ModelCard } from '@shared/model-card'
import plasma from '../../../../resources/colour-maps/plasma.json'
import { type ColourTable, tableOf } from '../picture/colour-map'

const plasmaColours: ColourTable = tableOf(plasma.colours)
/** "green" of the web: what mednet draws its boxes in, two pixels wide. */
const green = [0, 128, 0] as const
const lineWidth = 2

/** Values below this share of the largest one are hidden (Wang et al., Score-CAM; mednet's `--threshold`). */
export const hiddenBelow = 0.2

/** What is drawn: the model's own view of the image, the map on the same grid, boxes with exclusive far edges. */
export interface View {
  /** 0…1, one or three planes of `[rows, columns]`. */
  readonly planes: readonly ArrayLike<number>[]
  readonly map: ArrayLike<number>
  readonly columns: number
  readonly rows: number
  readonly boxes: readonly (readonly [number, number, number, number])[]
}

/**
 * The picture `mednet saliency view` makes (definitions A2-8), RGB: plain image where the map is hidden or 0, else half
 * image and half plasma; green boxes. Cut to whole grey levels as there.
 */
export function mednetView({ planes, map, columns, rows, boxes }: View): Uint8Array {
  const count = columns * rows
  const samples = new Uint8Array(count * 3)
  let peak = 0
  for (let at = 0; at < count; at++) peak = Math.max(peak, map[at])
  for (let at = 0; at < count; at++) {
    const shown = map[at] < hiddenBelow * peak || map[at] === 0 ? null : colourOf(map[at])
    for (let channel = 0; channel < 3; channel++) {
      const plane = planes[planes.length === 3 ? channel : 0]
      const grey = Math.floor(Math.min(1, Math.max(0, plane[at])) * 255)
      samples[at * 3 + channel] = shown === null ? grey : Math.floor((grey + shown[channel]) / 2)
    }
  }
  for (const box of boxes) drawBox(samples, { columns, rows }, box)
  return encodePng({ width: columns, height: rows, channels: 3, samples })
}

/** matplotlib's choice of one of 256 colours: 1 belongs to the last. */
function colourOf(value: number): readonly [number, number, number] {
  return plasmaColours[Math.min(255, Math.max(0, Math.floor(value * 256)))]
}

/** The outline of a rectangle from the first to the far edge, both drawn, growing inwards (Pillow's `rectangle`). */
function drawBox(
  samples: Uint8Array,
  { columns, rows }: { columns: number; rows: number },
  [x0, y0, x1, y1]: readonly [number, number, number, number]
): void {
  for (let y = Math.max(0, y0); y <= Math.min(rows - 1, y1); y++) {
    for (let x = Math.max(0, x0); x <= Math.min(columns - 1, x1); x++) {
      const inside = x >= x0 + lineWidth && x <= x1 - lineWidth && y >= y0 + lineWidth && y <= y1 - lineWidth
      if (!inside) samples.set(green, (y * columns + x) * 3)
    }
  }
}

/** The planes of a model input, `[1, C, H, W]`, brought back to 0…1 as the card scaled them. */
export function viewPlanes(input: Tensor, card: ModelCard): Float32Array[] {
  const [, channels, rows, columns] = input.shape
  const size = rows * columns
  const { mean, std, range, values, channelOrder } = card.input
  const normal = (value: number, channel: number): number =>
    (value - (mean[channel] ?? mean[0])) / (std[channel] ?? std[0])
  const planes = Array.from({ length: channels === 3 ? 3 : 1 }, (_, channel) => {
    const plane = input.data.subarray(channel * size, (channel + 1) * size)
    const [low, high] = values.from === 'none' ? range : [normal(0, channel), normal(1, channel)]
    return Float32Array.from(plane, (value) => (value - low) / (high - low))
  })
  return channelOrder === 'BGR' ? planes.reverse() : planes
}
