import { createHash } from 'node:crypto'
import { encodeStructures } from '@engine/formats/dicom/rtstruct/write-structures'
import { encodeSeg } from '@engine/formats/dicom/seg/write-seg'
import type { DerivedInstance } from '@engine/formats/dicom/writing/derived-instance'
import { pseudonymousIdentity } from '@engine/formats/dicom/writing/identity'
import { readSources } from '@engine/formats/dicom/writing/slice-sources'
import type { SourceInstance } from '@engine/formats/dicom/writing/source-instance'
import { plainWords, planesOf, type Segmentation } from '@engine/formats/segmentation/segmentation'
import { Fault } from '@engine/fault'
import { pseudonymOf } from './dicom-origin'
import type { MaskFormat, MaskItem } from './mask-format'

/** Outlines as segments, one for each reader; readers may overlap. */
export const dicomSegmentation: MaskFormat = {
  id: 'dicom-seg',
  title: 'DICOM Segmentation (SEG)',
  hint: 'One segment for each reader, tied to the source images. Names a pseudonym unless you choose otherwise.',
  group: 'dicom',
  refuses: () => null,
  async content(item) {
    const { sources, segmentation, about } = await dicomParts(item, 'dicom-seg')
    const bytes = await encodeSeg({
      segmentation,
      image: item.image,
      sources,
      kind: 'BINARY',
      origin: { program: 'Saliscope', version: item.version, parameters: '' },
      about: { ...about, contentLabel: 'OUTLINES', contentDescription: 'Outlines of readers', creator: '' }
    })
    return new Map([['outlines.seg.dcm', bytes]])
  }
}

/** The same as closed contours, for systems of radiotherapy. */
export const structureSet: MaskFormat = {
  id: 'rtstruct',
  title: 'RT Structure Set',
  hint: 'Closed contours along the edges of voxels, for systems of radiotherapy.',
  group: 'dicom',
  refuses: ({ modality }) =>
    /^(CR|DX|MG|RG|IO|PX)$/.test(modality)
      ? 'Contours lie in the patient: a projection radiograph does not say where that is.'
      : null,
  async content(item) {
    const { sources, segmentation, about } = await dicomParts(item, 'rtstruct')
    const bytes = await encodeStructures({
      segmentation,
      image: item.image,
      sources,
      about: { ...about, label: 'Outlines', creator: '' }
    })
    return new Map([['outlines.rtstruct.dcm', bytes]])
  }
}

/** Series of outlines stand behind those of the scanner and those of maps. */
const seriesNumbers = { 'dicom-seg': 9201, rtstruct: 9202 } as const

interface DicomParts {
  readonly sources: readonly SourceInstance[]
  readonly segmentation: Segmentation
  readonly about: Pick<
    DerivedInstance,
    | 'seriesDescription'
    | 'seriesNumber'
    | 'instanceNumber'
    | 'created'
    | 'version'
    | 'uidSeed'
    | 'identity'
    | 'pseudonym'
  >
}

/** Throws Fault `bad-mask` when nothing is marked. The same outlines, format and identity give the same UIDs. */
async function dicomParts(item: MaskItem, format: keyof typeof seriesNumbers): Promise<DicomParts> {
  const { image, entry, identity, caseName, version } = item
  const sources = await readSources(image, entry.paths)
  const segmentation = segmentsOf(item)
  const pseudonym = pseudonymOf(sources, caseName)
  const hash = createHash('sha256')
  for (const { reader, labelmap } of item.masks) hash.update(`${reader}\0`).update(labelmap.voxels)
  return {
    sources,
    segmentation,
    about: {
      seriesDescription: sources.length === 0 ? 'Outlines (study made up: source is no DICOM)' : 'Outlines',
      seriesNumber: seriesNumbers[format],
      instanceNumber: 1,
      created: new Date(),
      version,
      uidSeed: [hash.digest('hex'), sources[0]?.seriesUid ?? caseName, format, identity].join(' '),
      pseudonym,
      ...(identity === 'source' && sources.length > 0 ? {} : { identity: pseudonymousIdentity(pseudonym) })
    }
  }
}

function segmentsOf({ image, masks, entry }: MaskItem): Segmentation {
  const segments = masks
    .map(({ reader, labelmap }, index) => ({ ...plainWords(index + 1, reader), planes: planesOf(labelmap) }))
    .filter(({ planes }) => planes.size > 0)
    .map((segment, index) => ({ ...segment, number: index + 1 }))
  if (segments.length === 0) {
    throw new Fault('bad-mask', `Nothing is marked on “${entry.title}”.`, { hint: 'Choose a case with an outline.' })
  }
  return { size: image.size, affine: image.affine, segments }
}
