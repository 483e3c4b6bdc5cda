import { Fault } from '@engine/fault'
import { encodeCapture } from '@engine/formats/dicom/capture/write-capture'
import { encodeParametricMap } from '@engine/formats/dicom/parametric-map/write-parametric-map'
import { encodePresentation } from '@engine/formats/dicom/presentation/write-presentation'
import { sliceSources } from '@engine/formats/dicom/writing/slice-sources'
import type { SourceInstance } from '@engine/formats/dicom/writing/source-instance'
import { outlineLoops } from '@engine/geometry/outline-loops'
import { automaticWindow } from '../display-image'
import type { PlacedMap } from '../map-on-image'
import { dicomMapFacts, isDicomFile } from './dicom-origin'
import type { MapFormat } from './map-format'
import { notesOf, overlayOfSlice } from './map-picture'
import type { MapToWrite } from './map-to-write'

/** Values with their place, unit and coded quantity, for systems that compute with them. */
export const dicomParametricMap: MapFormat = {
  id: 'dicom-pm',
  title: 'DICOM Parametric Map',
  hint: 'Values as float for a PACS, tied to the source images. Names a pseudonym unless you choose otherwise.',
  group: 'dicom',
  refuses: () => null,
  async content(map, placed, { identity }) {
    const facts = await dicomMapFacts(map, 'dicom-pm', identity)
    return new Map([['.pm.dcm', await encodeParametricMap({ ...facts, values: placed.values, image: map.image })]])
  }
}

/** Pictures for every viewer: image, map, colour bar, scale, orientation and the words "not for diagnosis" in the pixels. */
export const dicomCapture: MapFormat = {
  id: 'dicom-sc',
  title: 'DICOM secondary capture',
  hint: 'Pictures of every slice for any viewer, with colour bar and “Not for diagnosis” in the pixels. Text in the image itself stays.',
  group: 'dicom',
  refuses: () => null,
  async content(map, placed, { identity }) {
    const facts = await dicomMapFacts(map, 'dicom-sc', identity)
    const { width, height } = overlayOfSlice(map, placed, 0)
    const pictures = {
      ...{ width, height, count: map.size[2] },
      rgb: (slice: number) => overlayOfSlice(map, placed, slice).rgb
    }
    const frames = sliceSources(map.image, facts.sources).filter((frame) => frame !== null)
    const capture = { ...facts, pictures, frames, burnedIn: burnedIn(facts.sources) }
    return new Map([['.sc.dcm', await encodeCapture(capture)]])
  }
}

/** Our own words identify nobody; those in the source may, unless it says they do not or comes from CT or MR. */
function burnedIn(sources: readonly SourceInstance[]): 'YES' | 'NO' {
  const clean = sources.every(
    ({ burnedIn: said, modality }) => said === 'NO' || (said === '' && /^(CT|MR|PT|CR|DX|MG)$/.test(modality))
  )
  return clean && sources.length > 0 ? 'NO' : 'YES'
}

/** Half of the map's scale: what lies above is outlined. */
const outlinedFrom = 0.5

/** The window in use and the outline of the hottest regions, drawn by the viewer on the source images themselves. */
export const dicomPresentation: MapFormat = {
  id: 'dicom-pr',
  title: 'DICOM presentation state',
  hint: 'The window and the outline of the map’s upper half as graphics on the source images; their pixels are not copied.',
  group: 'dicom',
  refuses: ({ sourcePaths }) =>
    sourcePaths.length > 0 && sourcePaths.every(isDicomFile)
      ? null
      : 'A presentation state needs DICOM source images to lie on.',
  async content(map, placed, { identity }) {
    const { image } = map
    if (image.samples === 3 || image.photometric === 'PALETTE') {
      throw new Fault('unsupported-file', 'A greyscale presentation state cannot lie on a colour image.', {
        hint: 'Write a secondary capture instead.'
      })
    }
    const { about, ...facts } = await dicomMapFacts(map, 'dicom-pr', identity)
    const words = [
      `${map.title} for ${map.computed.target.label}: outlined where the map reaches ${outlinedFrom * 100} % of its scale`,
      ...notesOf(map, placed),
      'Research use. Not for diagnosis.'
    ]
    const presentation = { ...facts, about, words, drawings: drawings(map, placed, facts.sources) }
    const display = { window: image.window ?? automaticWindow(image), inverted: image.photometric === 'MONOCHROME1' }
    return new Map([['.pr.dcm', await encodePresentation({ ...presentation, ...display })]])
  }
}

function drawings({ image }: MapToWrite, placed: PlacedMap, sources: readonly SourceInstance[]) {
  const [columns, rows] = image.size
  return sliceSources(image, sources).flatMap((frame, slice) => {
    if (frame === null) return []
    const start = slice * columns * rows
    const hot = (x: number, y: number): boolean => placed.values[start + y * columns + x] >= outlinedFrom
    return [{ frame, loops: placed.flat ? [] : outlineLoops(hot, columns, rows) }]
  })
}
