import { encodeSeg } from '@engine/formats/dicom/seg/write-seg'
import { saliencyConcept } from '@engine/formats/segmentation/label-dictionary'
import { plainWords, planesOf } from '@engine/formats/segmentation/segmentation'
import { Fault } from '@engine/fault'
import { dicomMapFacts } from './dicom-origin'
import type { MapFormat } from './map-format'

/** What the map marks above its threshold, as a segment with the code for saliency: the reader sees where, not how much. */
export const dicomMapSegment: MapFormat = {
  id: 'dicom-seg',
  title: 'DICOM Segmentation (SEG) above the threshold',
  hint: 'The region above “hide below” as a segment coded as saliency, never as a finding.',
  group: 'dicom',
  refuses: () => null,
  async content(map, placed, { identity, threshold }) {
    const { sources, origin, about } = await dicomMapFacts(map, 'dicom-seg', identity)
    const voxels = Uint8Array.from(placed.values, (value) => (value > threshold ? 1 : 0))
    if (!voxels.includes(1)) {
      throw new Fault('bad-mask', `Nothing of ${map.title} lies above ${threshold} of its scale.`, {
        hint: 'Lower “hide below”, or write the values.'
      })
    }
    const words = plainWords(1, `${map.title}, above ${threshold} of its scale`)
    const segment = {
      ...words,
      description: `${origin.method} for ${origin.target}; ${origin.reduction}`,
      category: saliencyConcept.category,
      type: saliencyConcept.type,
      algorithm: 'AUTOMATIC' as const,
      algorithmName: `Saliscope ${origin.method}`,
      planes: planesOf({ voxels, size: map.size })
    }
    const bytes = await encodeSeg({
      segmentation: { size: map.size, affine: map.image.affine, segments: [segment] },
      image: map.image,
      sources,
      kind: 'BINARY',
      origin: {
        program: 'Saliscope',
        version: origin.version,
        parameters: [origin.parameters, `threshold=${threshold}`, `recipe=${origin.recipe}`].filter(Boolean).join(', ')
      },
      about: {
        ...about,
        uidSeed: `${about.uidSeed} above ${threshold}`,
        version: origin.version,
        contentLabel: 'SALIENCY',
        contentDescription: 'Region a model looks at',
        creator: ''
      }
    })
    return new Map([['.seg.dcm', bytes]])
  }
}
