import type { ImageLabel } from '@engine/formats/format'

/** More segments than any atlas has are a made-up header. */
const mostSegments = 4096

/**
 * The segments of a 3D Slicer segmentation, from its `SegmentN_…` keys; [] for other files.
 * Segments that overlap lie in different layers, each a volume of the file.
 * Source: Slicer documentation, "Segmentation file (.seg.nrrd)".
 */
export function slicerSegments(keys: ReadonlyMap<string, string>): ImageLabel[] {
  const labels: ImageLabel[] = []
  for (let index = 0; index < mostSegments; index++) {
    const key = (field: string): string | undefined => keys.get(`Segment${index}_${field}`)
    const id = key('ID')
    if (id === undefined && key('Name') === undefined) break
    // Files of before Slicer 4.11 state neither: one layer each, marked with one.
    const value = Number(key('LabelValue') ?? 1)
    const layer = Number(key('Layer') ?? index)
    if (!Number.isInteger(value) || !Number.isInteger(layer) || layer < 0) continue
    labels.push({ name: key('Name') ?? id ?? `Segment ${index + 1}`, value, volume: layer })
  }
  return labels
}
