import { createHash } from 'node:crypto'
import { encodeStructures } from '@engine/formats/dicom/rtstruct/write-structures'
import { encodeSeg, type SegToWrite } from '@engine/formats/dicom/seg/write-seg'
import { pseudonymousIdentity } from '@engine/formats/dicom/writing/identity'
import type { Segmentation } from '@engine/formats/segmentation/segmentation'
import { pseudonymOf } from './dicom-origin'
import type { SegmentationFormat, SegmentationToWrite } from './segmentation-format'

/** Series of masks stand behind those of maps. */
const seriesNumbers = { 'dicom-seg': 9111, rtstruct: 9112 } as const

/** Binary or fractional, overlapping segments allowed, coded, tied to the source images. */
export const dicomSeg: SegmentationFormat = {
  id: 'dicom-seg',
  title: 'DICOM SEG',
  hint: 'Segments with codes for a PACS, tied to the source images. Names a pseudonym unless you choose otherwise.',
  group: 'dicom',
  refuses: () => null,
  async content(item) {
    const { segmentation, image, sources, fractional, version } = item
    const shares = segmentation.segments.some(({ planes }) =>
      [...planes.values()].some((plane) => plane instanceof Float32Array)
    )
    const bytes = await encodeSeg({
      segmentation,
      image,
      sources,
      kind: shares ? fractional : 'BINARY',
      origin: { program: 'Saliscope', version, parameters: '' },
      about: {
        ...aboutMasks(item, 'dicom-seg'),
        contentLabel: 'MASKS',
        contentDescription: item.name,
        creator: item.creator
      }
    })
    return new Map([[`${item.name}.seg.dcm`, bytes]])
  }
}

/** Closed outlines along the edges of voxels. */
export const dicomStructures: SegmentationFormat = {
  id: 'rtstruct',
  title: 'DICOM RTSTRUCT',
  hint: 'Closed outlines for treatment planning, tied to the source images. Names a pseudonym unless you choose otherwise.',
  group: 'dicom',
  refuses: () => null,
  async content(item) {
    const { segmentation, image, sources, creator } = item
    const about = { ...aboutMasks(item, 'rtstruct'), label: 'MASKS', creator }
    return new Map([[`${item.name}.rtstruct.dcm`, await encodeStructures({ segmentation, image, sources, about })]])
  }
}

/** Words and identifiers of a DICOM object of masks. The same masks on the same image give the same UIDs. */
function aboutMasks(
  { segmentation, sources, identity, name, creator, version }: SegmentationToWrite,
  format: keyof typeof seriesNumbers
): Omit<SegToWrite['about'], 'contentLabel' | 'contentDescription' | 'creator'> {
  const pseudonym = pseudonymOf(sources, name)
  const instances = sources.map(({ sopInstanceUid }) => sopInstanceUid).join(' ')
  return {
    seriesDescription: [name, creator].filter((word) => word !== '').join(', '),
    seriesNumber: seriesNumbers[format],
    instanceNumber: 1,
    created: new Date(),
    version,
    uidSeed: [format, identity, name, creator, version, instances, hashOf(segmentation)].join(' '),
    pseudonym,
    ...(identity === 'source' && sources.length > 0 ? {} : { identity: pseudonymousIdentity(pseudonym) })
  }
}

function hashOf({ segments }: Segmentation): string {
  const hash = createHash('sha256')
  for (const { number, label, planes } of segments) {
    hash.update(`${number} ${label} `)
    for (const [k, plane] of planes) {
      hash.update(`${k} `).update(new Uint8Array(plane.buffer, plane.byteOffset, plane.byteLength))
    }
  }
  return hash.digest('hex')
}
