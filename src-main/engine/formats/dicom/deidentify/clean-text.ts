/** What may stay in a text. */
export interface TextRules {
  /** True for words of the vocabulary. */
  readonly known: (word: string) => boolean
  /** Words of this file's persons and places in lower case: never kept, even when the vocabulary knows them. */
  readonly identity: ReadonlySet<string>
}

/**
 * A text with nothing but known words in it, in their order; null when the text may stay as it is.
 * Clean Descriptors by vocabulary: what is not recognised is removed. Source: DICOM PS3.15 E.3.5.
 */
export function cleanedText(text: string, { known, identity }: TextRules): string | null {
  const words = text.split(/[^\p{L}\p{N}.%-]+/u).flatMap(wordParts)
  const kept = words.filter((word) => known(word) && !identity.has(word.toLowerCase()))
  return kept.length === words.length ? null : kept.join(' ')
}

/** "head-neck." as head, neck; "2.5mm" and "x-ray" stay whole. */
function wordParts(word: string): string[] {
  const trimmed = word.replace(/^[.-]+|[.-]+$/g, '')
  if (trimmed === '') return []
  if (/^\d/.test(trimmed) || /^(x-ray|ground-glass|dx-d)$/i.test(trimmed)) return [trimmed]
  return trimmed.split(/[.-]+/).filter((part) => part !== '')
}

/** Words of a name or place of two letters and more, in lower case. */
export function identityWords(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 1)
}
