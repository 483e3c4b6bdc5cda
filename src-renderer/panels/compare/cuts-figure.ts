import type { DisplayImage } from '@shared/vocabulary'
import { barTicks } from '../../viewport/bar-ticks'
import type { Figure, FigurePanel } from '../../viewport/figure'
import type { FigureBar } from '../../viewport/figure-bar'
import type { PictureLines } from '../../viewport/figure-picture'
import { greyOf } from '../../viewport/grey-window'
import { outlineOf } from '../../viewport/outline'
import { scaleWords, shownValue } from '../../viewport/overlay-style'
import { blendedCanvas, greyCanvas } from '../../viewport/panel-picture'
import {
  planeAxes,
  planeLetters,
  planeSize,
  planeValues,
  stepLength,
  worldOfVoxel,
  type PlaneAxes
} from '../../viewport/stored-plane'
import { marksOn, type Laid } from '../measure/figure-marks'
import { cutsWords as words } from '../../state/catalogue-cuts'
import { cuts, type Place } from '../../state/cuts.svelte'
import { shownCase } from '../../state/identity.svelte'
import { images } from '../../state/images.svelte'
import { saidInFigure } from '../../state/map-said'
import { overlay } from '../../state/overlay.svelte'
import { session } from '../../state/session.svelte'
import { studies } from '../../state/studies.svelte'
import { leadingReading as reading } from '../../state/viewer-reading.svelte'
import { viewer } from '../../state/viewer.svelte'

type Axis = 0 | 1 | 2

/** The readers' outlines along a plane, where the screen shows them. */
function outlinesAlong(image: DisplayImage, axes: PlaneAxes, index: number): PictureLines[] {
  if (!viewer.outlines) return []
  const { width, height } = planeSize(image, axes)

  return (images.masksOf(image.caseId)?.masks ?? []).map(({ labelmap }) => ({
    lines: outlineOf({
      labelmap: Uint8Array.from(planeValues(image, axes, index, { values: labelmap })),
      columns: width,
      rows: height,
      start: 0
    }),
    colour: '#5fd7ea'
  }))
}

/** One plane with the map over it, as the panel of a figure. */
function panelAt(
  image: DisplayImage,
  axes: PlaneAxes,
  index: number,
  { small = false, ...words }: Pick<FigurePanel, 'title' | 'lines' | 'cuts'> & { readonly small?: boolean }
): FigurePanel {
  const size = planeSize(image, axes)
  const { window, inverted } = viewer
  const grey = planeValues(image, axes, index, { values: image.voxels, samples: image.samples })
  const shown = Uint8Array.from(grey, (value) => greyOf(value, window, inverted))
  const values = reading.measured?.map.values
  const style = reading.style
  const look = style === null || !overlay.visible || reading.flat ? null : { style, table: reading.colours.table }
  const map = values === undefined || look === null ? null : planeValues(image, axes, index, { values })
  const [across, down] = [
    size.width * stepLength(image, axes.across.axis),
    size.height * stepLength(image, axes.down.axis)
  ]

  return {
    ...words,
    picture: blendedCanvas(greyCanvas(shown, size), map, look),
    aspect: across / down,
    over: outlinesAlong(image, axes, index),
    letters: image.oriented ? planeLetters(image, axes) : null,
    widthMm: image.spacingMm === null ? null : across,
    notes: saidInFigure(reading, small),
    marks: axes.through === 2 ? marksOn(image, index, drawnLay(axes)) : []
  }
}

/** A stored slice as its plane is drawn. */
const drawnLay =
  ({ across, down }: PlaneAxes): Laid =>
  ({ x, y }) => {
    const along = ({ axis, flipped }: PlaneAxes['across']): number => {
      const share = axis === 0 ? x : y

      return flipped ? 1 - share : share
    }

    return { x: along(across), y: along(down) }
  }

/** Where a voxel lies along a drawn axis, 0…1 of the picture. */
const shareAlong = (image: DisplayImage, { axis, flipped }: PlaneAxes['across'], voxel: Place): number => {
  const share = (voxel[axis] + 0.5) / image.size[axis]

  return flipped ? 1 - share : share
}

/** Along which patient axis a stored axis mostly runs. */
function patientAxis({ affine }: DisplayImage, axis: Axis): Axis {
  const step = [affine[axis], affine[4 + axis], affine[8 + axis]].map(Math.abs)

  return step.indexOf(Math.max(...step)) as Axis
}

/** "x = −12.0 mm": the coordinate that all of a plane's middle shares. */
function positionWords(image: DisplayImage, through: Axis, voxel: Place): string {
  const axis = patientAxis(image, through)

  return words.position(words.axes[axis], cuts.turned(worldOfVoxel(image, voxel))[axis])
}

/** The bar of the leading map, as on the screen; null without one. */
export function barOf(): FigureBar | null {
  const { style, scale, measured } = reading
  if (style === null || scale === null || measured === null || reading.flat || !overlay.visible) return null

  return {
    style,
    table: reading.colours.table,
    ticks: barTicks(style, scale),
    words: [scaleWords(scale), words.hidden(shownValue(style.threshold, scale))]
  }
}

/** What a figure of cuts shows, whose, and where; null: the whole stack. */
export function headOf(where: string | null): Pick<Figure, 'title' | 'lines'> {
  const { map } = reading
  const model = session.models.find((one) => one.modelId === map?.modelId)
  const current = session.currentCase
  const name = current === null ? '' : shownCase(current, studies.numbers.get(current.caseId) ?? 0).title

  return {
    title: map === null ? words.noMap : words.title(map.title, map.target.label),
    lines: [
      [name, model?.name].filter(Boolean).join(' · '),
      [where ?? `${cuts.convention} · ${words.stored}`, map === null ? '' : words.opacity(overlay.opacity)]
        .filter(Boolean)
        .join(' · ')
    ]
  }
}

/** The stored axes in the order axial, coronal, sagittal of the patient. */
export const axesInOrder = (image: DisplayImage): Axis[] =>
  ([0, 1, 2] as const).toSorted((a, b) => patientAxis(image, b) - patientAxis(image, a))

/** Three planes that meet in one point, with lines where each cuts the others (definitions A5: statistic-map view). */
export function cutsFigure(image: DisplayImage): Figure {
  const { voxel } = cuts
  const panels = axesInOrder(image).map((through) => {
    const axes = planeAxes(image, through)

    return panelAt(image, axes, voxel[through], {
      title: `${words.planes[patientAxis(image, through)]}, ${positionWords(image, through, voxel)}`,
      lines: [words.slice(voxel[through] + 1, image.size[through])],
      cuts: { x: [shareAlong(image, axes.across, voxel)], y: [shareAlong(image, axes.down, voxel)] }
    })
  })

  return {
    ...headOf(`${words.cut(cuts.convention, cuts.place)} · ${words.stored}`),
    columns: 3,
    panels,
    panelWidth: 400,
    bar: barOf()
  }
}

/** Slices of the stored stack in rows, evenly spaced from the first to the last. */
export function mosaicFigure(image: DisplayImage): Figure {
  const slices = image.size[2]
  const count = Math.min(cuts.count, slices)
  const chosen = Array.from({ length: count }, (_, at) =>
    count === 1 ? 0 : Math.round((at * (slices - 1)) / (count - 1))
  )
  const axes = planeAxes(image, 2)
  const middle = image.size.map((length) => (length - 1) / 2) as unknown as Place
  const panels = chosen.map((slice) =>
    panelAt(image, axes, slice, {
      title: positionWords(image, 2, [middle[0], middle[1], slice]),
      lines: [words.slice(slice + 1, slices)],
      small: true
    })
  )

  return { ...headOf(null), columns: Math.ceil(Math.sqrt(count * 1.6)), panels, panelWidth: 180, bar: barOf() }
}
