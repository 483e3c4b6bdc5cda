import { cleanedText, type TextRules } from './clean-text'
import type { TreeElement } from './element-tree'
import type { Pseudonyms } from './pseudonyms'
import { dummyValue } from './replacement'
import { asciiBytes, latinText, localValue } from './value-text'

const codeValueTag = 0x00080100
const schemeTag = 0x00080102
const versionTag = 0x00080103
const meaningTag = 0x00080104
const longValueTag = 0x00080119
const urnValueTag = 0x00080120

/** Public coding schemes with the form of their values: a value of another form is none of theirs. */
const schemes: Readonly<Record<string, RegExp>> = {
  DCM: /^(\d{5,6}|[A-Z]{2,10})$/,
  SCT: /^\d{6,18}$/,
  SRT: /^[A-Z]\d?-[0-9A-F]{4,5}$/,
  SNM3: /^[A-Z]\d?-[0-9A-F]{4,5}$/,
  '99SDM': /^[A-Z]\d?-[0-9A-F]{4,5}$/,
  LN: /^\d{1,7}-\d$/,
  UMLS: /^C\d{7}$/,
  NCIt: /^C\d{4,7}$/,
  RADLEX: /^RID\d{1,6}$/,
  FMA: /^\d{3,7}$/,
  NEU: /^\d{1,5}$/,
  MDC: /^\d{1,7}$/,
  IBSI: /^[0-9A-Z]{4}$/,
  UCUM: /^([./*]|10[*^]?[+-]?\d|[mcukdnp]?(m|l|L|g|s|Bq|V|A|Gy|Hz|eV|T|W|J|K|mol|Sv)[23]?|1|%|deg|min|h|d|a|mo|wk|kVp|Cel|\[hnsf'U\]|\{[A-Za-z]{1,12}\})+$/
}

export interface ConceptRules extends TextRules {
  readonly pseudonyms: Pseudonyms
  readonly characterSets: readonly string[]
}

/** True for an item that is a code: its value, scheme and meaning are judged together. */
export function isCodedConcept(elements: readonly TreeElement[]): boolean {
  return elements.some(({ tag }) => tag === schemeTag || tag === codeValueTag || tag === longValueTag)
}

/**
 * The new value of a code's element, or null when `element` is not part of the code. Values of public schemes stay when they have
 * the scheme's form; all others become the same stand-in wherever they occur. Meanings are cleaned like descriptions.
 */
export function cleanedConcept(
  element: TreeElement,
  siblings: readonly TreeElement[],
  rules: ConceptRules
): Uint8Array | null {
  const clean = cleaners[element.tag] as ((code: CodePart) => Uint8Array) | undefined
  if (clean === undefined) return null
  const scheme = latinText(siblings.find(({ tag }) => tag === schemeTag)?.value ?? new Uint8Array()).trim()
  const form = Object.hasOwn(schemes, scheme) ? schemes[scheme] : null
  return clean({ element, text: latinText(element.value).trim(), scheme, form, rules })
}

interface CodePart {
  readonly element: TreeElement
  readonly text: string
  readonly scheme: string
  /** Form of the values of a public scheme; null for all others. */
  readonly form: RegExp | null
  readonly rules: ConceptRules
}

const cleaners: Readonly<Record<number, (part: CodePart) => Uint8Array>> = {
  [schemeTag]: ({ element, text, form }) => (form !== null || text === '' ? element.value : asciiBytes('99REMOVED')),
  [versionTag]: ({ element, text }) =>
    /^[0-9.]{1,12}$/.test(text) ? element.value : dummyValue(element.meaning, element.value),
  [codeValueTag]: cleanedValue,
  [longValueTag]: cleanedValue,
  [urnValueTag]: cleanedValue,
  [meaningTag]: ({ element, rules }) => {
    const kept = cleanedText(localValue(element.value, rules.characterSets), rules)
    return kept === null ? element.value : asciiBytes(kept === '' ? 'REMOVED' : kept.slice(0, 64))
  }
}

function cleanedValue({ element, text, scheme, form, rules }: CodePart): Uint8Array {
  if (text === '' || (form?.test(text) === true && bracesKnown(text, rules))) return element.value
  return asciiBytes(rules.pseudonyms.code(`${scheme} ${text}`))
}

/** Annotations of UCUM, such as {SUVbw}, are free text. */
function bracesKnown(text: string, { known }: ConceptRules): boolean {
  return [...text.matchAll(/\{([^}]*)\}/g)].every(([, word]) => known(word))
}
