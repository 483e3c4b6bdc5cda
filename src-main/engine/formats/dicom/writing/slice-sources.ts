import { readSourceInstance, type SourceInstance } from '@engine/formats/dicom/writing/source-instance'
import type { SourceFrame } from '@engine/formats/dicom/writing/references'
import type { Volume } from '@engine/geometry/volume'

/** The source frame of each slice of an image; null for slices whose file is not among the sources, and for images that are no DICOM. */
export function sliceSources(
  image: Pick<Volume, 'size' | 'sources'>,
  sources: readonly SourceInstance[]
): (SourceFrame | null)[] {
  const byUid = new Map(sources.map((source) => [source.sopInstanceUid, source]))
  return Array.from({ length: image.size[2] }, (_, slice) => {
    const named = image.sources?.[slice]
    const source = named === undefined ? undefined : byUid.get(named.sopInstanceUid)
    return source === undefined ? null : { source, frame: named!.frame }
  })
}

/** Headers of the files of an image, those that hold one of its slices; [] for an image that is no DICOM. */
export async function readSources(
  image: Pick<Volume, 'sources'>,
  paths: readonly string[]
): Promise<readonly SourceInstance[]> {
  if (image.sources === undefined) return []
  const wanted = new Set(image.sources.map(({ sopInstanceUid }) => sopInstanceUid))
  const sources: SourceInstance[] = []
  for (const path of paths) {
    const source = await readSourceInstance(path)
    if (wanted.has(source.sopInstanceUid)) sources.push(source)
  }
  return sources
}
