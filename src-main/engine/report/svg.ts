import { standing, type Scene, type Shape } from '@shared/figures/scene'
import { rasterAddress } from '@shared/figures/raster'
import { html, Markup } from './markup'
import { markShape } from './marks'
import { figureColours, figureStyle } from './style'

type ShapeOf<K extends Shape['kind']> = Extract<Shape, { kind: K }>

const paint = (filled: boolean): string => (filled ? 'f' : 's')
const opacity = (value: number | undefined): Markup | null => (value === undefined ? null : html` opacity="${value}"`)

/** One writer a kind of shape. */
const writers: { [K in Shape['kind']]: (shape: ShapeOf<K>) => Markup } = {
  line: (shape) =>
    html`<line
      class="s ${shape.tone}"
      x1="${shape.x1}"
      y1="${shape.y1}"
      x2="${shape.x2}"
      y2="${shape.y2}"
      stroke-width="${shape.width ?? 1}"
      ${shape.dash === undefined ? null : html` stroke-dasharray="${shape.dash}"`}
    />`,
  rect: (shape) =>
    html`<rect
      class="${paint(shape.filled)} ${shape.tone}"
      x="${shape.x}"
      y="${shape.y}"
      width="${shape.width}"
      height="${shape.height}"
      rx="2"
      ${opacity(shape.opacity)}
    />`,
  dot: (shape) =>
    html`<circle
      class="${paint(shape.filled)} ${shape.tone}"
      cx="${shape.x}"
      cy="${shape.y}"
      r="${shape.radius}"
      ${shape.filled ? null : new Markup(' stroke-width="1.8"')}${opacity(shape.opacity)}
    />`,
  square: (shape) =>
    html`<rect
      class="f ${shape.tone}"
      x="${shape.x - shape.radius}"
      y="${shape.y - shape.radius}"
      width="${2 * shape.radius}"
      height="${2 * shape.radius}"
    />`,
  path: (shape) =>
    html`<path
      class="${paint(shape.filled)} ${shape.tone}"
      d="${shape.d}"
      stroke-width="${shape.width ?? 1}"
      ${opacity(shape.opacity)}
    />`,
  text: (shape) =>
    html`<text
      class="f ${shape.tone}${shape.bold ? ' bold' : ''}"
      x="${shape.x}"
      y="${shape.y}"
      text-anchor="${shape.anchor}"
      >${shape.words}</text
    >`,
  raster: (shape) =>
    html`<image
      href="${rasterAddress(shape)}"
      x="${shape.x}"
      y="${shape.y}"
      width="${shape.width}"
      height="${shape.height}"
      preserveAspectRatio="none"
      style="image-rendering: pixelated"
    />`,
  mark: (shape) => markShape(shape.state, shape.x, shape.y, 12)
}

const drawn = <K extends Shape['kind']>(shape: ShapeOf<K>): Markup => writers[shape.kind as K](shape)

/** The drawing as part of the report file, which holds the styles. */
export const inlineSvg = (scene: Scene): Markup =>
  html`<svg
    width="${scene.width}"
    height="${scene.height}"
    viewBox="0 0 ${scene.width} ${scene.height}"
    role="img"
    aria-label="${`${scene.title}. ${scene.description}`}"
  >
    ${scene.shapes.map(drawn)}
  </svg>`

/** The drawing as a file of its own, light, with its styles, title and description. */
export function standaloneSvg(scene: Scene): string {
  const { width, height, shapes } = standing(scene)

  return html`<?xml version="1.0" encoding="UTF-8"?>
    <svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
      <title>${scene.title}</title>
      <desc>${scene.description}</desc>
      <style>
        ${new Markup(figureColours + figureStyle)}
      </style>
      ${shapes.map(drawn)}
    </svg> `.text
}
