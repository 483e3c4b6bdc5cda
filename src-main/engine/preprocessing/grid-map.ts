import { Fault } from '@engine/fault'
import type { CardInput } from '@shared/model-card'

/**
 * How a slice of an image lies under the model's input grid: the centre of model pixel x is at image coordinate
 * `(x + 0.5) · scale + offset − 0.5` (half-pixel convention), separately for columns and rows.
 */
export interface GridMap {
  /** Image slice, in pixels. */
  readonly columns: number
  readonly rows: number
  /** Model input, in pixels. */
  readonly width: number
  readonly height: number
  /** Image pixels per model pixel. */
  readonly scaleX: number
  readonly scaleY: number
  /** Image pixels left of, or above, the model's field; negative where the model sees padding. */
  readonly offsetX: number
  readonly offsetY: number
}

/**
 * The grid map of a resize rule: `stretch` fills the input and may distort; `fit` keeps the whole image and pads;
 * `cover` fills the input and crops the centre; `crop-pad` keeps the pixels and crops or pads around the middle; `none` takes the
 * image as it is.
 * Throws Fault `bad-image` when the rule is `none` and the sizes differ.
 */
export function gridMap(slice: { columns: number; rows: number }, input: Pick<CardInput, 'size' | 'resize'>): GridMap {
  const [height, width] = input.size.slice(-2)
  const { columns, rows } = slice
  const whole = { columns, rows, width, height }

  if (input.resize === 'stretch') {
    return { ...whole, scaleX: columns / width, scaleY: rows / height, offsetX: 0, offsetY: 0 }
  }

  if (input.resize === 'none') {
    if (columns !== width || rows !== height) {
      throw new Fault('bad-image', `The image is ${columns} × ${rows} pixels; the model takes ${width} × ${height}.`, {
        hint: 'Give an image of that size, or set "resize" in the model card to stretch, fit or cover.'
      })
    }
    return { ...whole, scaleX: 1, scaleY: 1, offsetX: 0, offsetY: 0 }
  }

  if (input.resize === 'crop-pad') {
    const before = (length: number, wanted: number): number => Math.floor((length - wanted) / 2)
    return { ...whole, scaleX: 1, scaleY: 1, offsetX: before(columns, width), offsetY: before(rows, height) }
  }

  const scales = [columns / width, rows / height]
  const scale = input.resize === 'fit' ? Math.max(...scales) : Math.min(...scales)
  return {
    ...whole,
    scaleX: scale,
    scaleY: scale,
    offsetX: (columns - scale * width) / 2,
    offsetY: (rows - scale * height) / 2
  }
}
