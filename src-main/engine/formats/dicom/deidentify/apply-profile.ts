import { cleanedConcept, isCodedConcept, type ConceptRules } from './coded-concept'
import { cleanedText } from './clean-text'
import type { TreeElement, TreeItem } from './element-tree'
import { profileAction, type ProfileOptions } from './profile-action'
import { dummyValue, isStandardUid, replacedUids, shiftedTimes } from './replacement'
import { asciiBytes, latinText, localValue } from './value-text'

/** Elements by what was done with them. */
export interface Tally {
  removed: number
  emptied: number
  replaced: number
  uids: number
  cleaned: number
  dates: number
  kept: number
}

export interface ProfileRules extends ConceptRules {
  readonly options: ProfileOptions
  /** Days by which this patient's dates move. */
  readonly dayShift: number
  /** True for tags of the data dictionary: others are taken out. */
  readonly standard: (tag: number) => boolean
  readonly tally: Tally
}

/** A data set with the profile applied to every element of every level. */
export function applyProfile(item: TreeItem, rules: ProfileRules): TreeItem {
  const coded = isCodedConcept(item.elements)
  const elements = item.elements.flatMap((element) => {
    const done = coded && element.items === null ? concept(element, item.elements, rules) : null
    return done ?? treated(element, rules)
  })
  return { ...item, elements }
}

function concept(element: TreeElement, siblings: readonly TreeElement[], rules: ProfileRules): TreeElement[] | null {
  const value = cleanedConcept(element, siblings, rules)
  if (value === null) return null
  rules.tally[value === element.value ? 'kept' : 'cleaned'] += 1
  return [{ ...element, value }]
}

function treated(element: TreeElement, rules: ProfileRules): TreeElement[] {
  const { tally } = rules
  const { items, meaning, value } = element
  const action = profileAction(element, rules.options)
  switch (action) {
    case 'remove':
      tally.removed += 1
      return []
    case 'empty':
      tally.emptied += 1
      return [{ ...element, value: new Uint8Array(0), items: items === null ? null : [] }]
    case 'descend':
      return items === null
        ? byType(element, rules)
        : [{ ...element, items: items.map((item) => applyProfile(item, rules)) }]
    case 'uid':
      tally.uids += 1
      return [{ ...element, value: replacedUids(value, rules.pseudonyms) }]
    case 'dummy':
      tally.replaced += 1
      return [{ ...element, value: dummyValue(meaning, value) }]
    case 'shift':
      tally.dates += 1
      return [{ ...element, value: shiftedTimes(meaning, value, rules.dayShift) }]
    case 'clean':
      return cleanedElement(element, rules, true)
    case 'clean-or-remove':
      return cleanedElement(element, rules, false)
    case 'keep':
      return keptIfFormed(element, rules)
    case 'by-type':
      return byType(element, rules)
  }
}

/** Ages of 90 years and more identify: they all become 90. Source: 45 CFR 164.514 (b)(2)(i)(C). */
const oldest = 90

/** Patient characteristics stay when they have the form of their type. */
function keptIfFormed(element: TreeElement, rules: ProfileRules): TreeElement[] {
  if (element.meaning !== 'AS') return byType(element, rules)
  const age = /^(\d{3})([DWMY])$/.exec(latinText(element.value).trim())
  if (age === null) return removed(rules)
  const older = age[2] === 'Y' && Number(age[1]) > oldest
  return older ? [{ ...element, value: asciiBytes(`0${oldest}Y`) }] : kept(element, rules)
}

function cleanedElement(element: TreeElement, rules: ProfileRules, required: boolean): TreeElement[] {
  const parts = localValue(element.value, rules.characterSets)
  const kept = cleanedText(parts, rules)
  if (kept === null) {
    rules.tally.kept += 1
    return [element]
  }
  rules.tally.cleaned += 1
  if (kept === '' && !required) return []
  const longest = longestText[element.meaning] ?? 1024
  return [
    {
      ...element,
      value:
        kept === ''
          ? dummyValue(element.meaning, element.value)
          : asciiBytes(upperForCode(kept, element.meaning).slice(0, longest))
    }
  ]
}

const longestText: Readonly<Record<string, number>> = { SH: 16, CS: 16, LO: 64 }

/** Code strings know no small letters. */
function upperForCode(text: string, vr: string): string {
  return vr === 'CS' ? text.toUpperCase().replace(/[^A-Z0-9_ ]/g, '_') : text
}

/** Code strings that people and machines fill freely. */
const openCodeStrings: ReadonlySet<number> = new Set([0x00180015, 0x00185101, 0x00700080])
const imageTypeTag = 0x00080008

type Treatment = (element: TreeElement, rules: ProfileRules) => TreeElement[]

const cleanedWords: Treatment = (element, rules) => cleanedElement(element, rules, true)

/** By type: texts are cleaned, codes and numbers checked, names, dates and titles replaced; what is not listed (numbers, pixels) stays. */
const treatments: Readonly<Record<string, Treatment>> = {
  ...Object.fromEntries(['LO', 'SH', 'ST', 'LT', 'UT', 'UC'].map((vr) => [vr, cleanedWords])),
  ...Object.fromEntries(['AE', 'AS', 'DA', 'DT', 'PN', 'TM'].map((vr) => [vr, replacedBy])),
  CS: codeString,
  UI: keptUid,
  DS: numberText,
  IS: numberText,
  UR: (_element, rules) => removed(rules),
  UN: (_element, rules) => removed(rules)
}

/** What the table does not name: kept where its type leaves no room for words, cleaned or replaced where it does. */
function byType(element: TreeElement, rules: ProfileRules): TreeElement[] {
  if (!rules.standard(element.tag)) return removed(rules)
  const treatment = (treatments[element.meaning] as Treatment | undefined) ?? kept
  return treatment(element, rules)
}

function numberText(element: TreeElement, rules: ProfileRules): TreeElement[] {
  return /^[\s0-9+\-.eE\\]*$/.test(latinText(element.value)) ? kept(element, rules) : replacedBy(element, rules)
}

/** SOP classes and coding schemes are no instances; everything else that is no UID of DICOM's own gets a new one. */
function keptUid(element: TreeElement, rules: ProfileRules): TreeElement[] {
  const uids = latinText(element.value).split('\\')
  const isClass = [0x00080016, 0x00081150, 0x0008001a, 0x00080062].includes(element.tag)
  if (uids.every((uid) => isStandardUid(uid) || uid === '' || (isClass && /^[0-9.]{1,64}$/.test(uid))))
    return kept(element, rules)
  rules.tally.uids += 1
  return [{ ...element, value: replacedUids(element.value, rules.pseudonyms) }]
}

function codeString(element: TreeElement, rules: ProfileRules): TreeElement[] {
  if (openCodeStrings.has(element.tag)) return cleanedElement(element, rules, true)
  const values = latinText(element.value).split('\\')
  const checked = values.map((value, index) => {
    const open = element.tag === imageTypeTag && index > 1
    const words = value.split(/[^A-Za-z0-9]+/).filter((word) => word !== '')
    const formed =
      /^[A-Z0-9 _.+\-/]{0,16}$/i.test(value) &&
      !words.some((word) => rules.identity.has(word.toLowerCase()) && !rules.known(word))
    return formed && (!open || words.every((word) => rules.known(word.replace(/\d+$/, '') || word))) ? value : 'UNKNOWN'
  })
  if (checked.every((value, index) => value === values[index])) return kept(element, rules)
  rules.tally.cleaned += 1
  return [{ ...element, value: asciiBytes(checked.join('\\')) }]
}

function kept(element: TreeElement, rules: ProfileRules): TreeElement[] {
  rules.tally.kept += 1
  return [element]
}

function removed(rules: ProfileRules): TreeElement[] {
  rules.tally.removed += 1
  return []
}

function replacedBy(element: TreeElement, rules: ProfileRules): TreeElement[] {
  rules.tally.replaced += 1
  return [{ ...element, value: dummyValue(element.meaning, element.value) }]
}
