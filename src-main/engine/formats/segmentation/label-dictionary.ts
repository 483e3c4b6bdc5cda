import type { Code } from '@engine/formats/dicom/writing/dataset'
import dictionary from '../../../../resources/labels/segments.json'

/** What a segment's name means in SNOMED CT. */
export interface SegmentConcept {
  readonly category: Code
  readonly type: Code
  /** Left or right, where the name says so. */
  readonly side: Code | null
}

const sides: readonly { readonly words: readonly string[]; readonly code: Code }[] = [
  { words: ['left', 'l'], code: { value: '7771000', scheme: 'SCT', meaning: 'Left' } },
  { words: ['right', 'r'], code: { value: '24028007', scheme: 'SCT', meaning: 'Right' } },
  { words: ['bilateral', 'both'], code: { value: '51440002', scheme: 'SCT', meaning: 'Right and left' } }
]

const kinds: Readonly<Record<string, { readonly value: string; readonly meaning: string } | undefined>> =
  dictionary.categories
const byName = new Map(dictionary.types.flatMap((type) => type.names.map((name) => [name, type] as const)))

/**
 * The concept of a segment by its name: “Left lung”, “kidney_right”, “Nodule 3”. A name the dictionary does not know is a region of
 * tissue, which says no more than it must.
 */
export function conceptOf(label: string): SegmentConcept {
  const words = label
    .replace(/([a-zà-ÿ])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter(Boolean)
  const side = sides.find((candidate) => candidate.words.some((word) => words.includes(word)))
  const named = words.filter((word) => side === undefined || !side.words.includes(word)).join(' ')
  const type = byName.get(words.join(' ')) ?? byName.get(named) ?? byName.get('tissue')!
  const category = kinds[type.kind]!
  const sided = byName.get(words.join(' ')) === undefined && type !== byName.get('tissue')
  return {
    category: { ...category, scheme: 'SCT' },
    type: { value: type.value, scheme: 'SCT', meaning: type.meaning },
    side: sided ? (side?.code ?? null) : null
  }
}

/** Regions a model looks at, not regions of the patient. Source: DICOM PS3.16 CID 7150, CID 217. */
export const saliencyConcept: SegmentConcept = {
  category: { value: '309825002', scheme: 'SCT', meaning: 'Spatial and Relational Concept' },
  type: { value: '130404', scheme: 'DCM', meaning: 'Saliency' },
  side: null
}
