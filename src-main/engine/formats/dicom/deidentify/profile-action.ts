import { isPrivate, type TreeElement } from './element-tree'
import { type ProfileAction, profileTable } from './profile-table'

/** What happens to an element. */
export type Action =
  /** Taken out. */
  | 'remove'
  /** Kept, empty. */
  | 'empty'
  /** A value of the right form that says nothing. */
  | 'dummy'
  /** New UIDs. */
  | 'uid'
  /** Only known words stay; a dummy when nothing is left. */
  | 'clean'
  /** The same, but taken out when nothing is left. */
  | 'clean-or-remove'
  /** Dates move, times stay. */
  | 'shift'
  /** The items are worked through. */
  | 'descend'
  /** Judged by its type alone: the table does not name it. */
  | 'by-type'
  | 'keep'

/** Options of PS3.15 table E.1-1 beside those that are always on (Clean Descriptors, Graphics, Structured Content). */
export interface ProfileOptions {
  readonly keepDates: 'removed' | 'shifted'
  readonly keepPatientCharacteristics: boolean
}

const numbersOf = (tags: string): ReadonlySet<number> =>
  new Set(
    tags
      .trim()
      .split(/\s+/)
      .map((tag) => Number.parseInt(tag, 16))
  )

/** Texts that are cleaned instead of removed. Source: PS3.15 table E.1-1, column Clean Desc. Opt., those without persons and places. */
const descriptors = numbersOf(`
  00081030 0008103e 00082111 00084000 00101080 00180010 00181030 00181400 00184000 00189424 001811bb 0018a003 00204000 00209158 00321060
  00321070 00400007 00400254 00400280 00400310 00400555 0040a160 00700006 00700080 00700081 20300020 30060002 30060004 30060006 30060026
  30060028 30060085 30060088 300a0002 300a0003 300a0004 300a000e 300a0016 300a00c3 30100035 30100038
`)

/** Source: PS3.15 table E.1-1, column Rtn. Pat. Chars. Opt. (K; those with C hold free text and stay removed). */
const characteristics = numbersOf('00100040 00101010 00101020 00101030 00102160 001021a0 001021c0 00102203')

/** Structured Content and Graphics are cleaned in place. Source: PS3.15 E.3.3, E.3.4. */
const cleanedSequences = numbersOf('0040a730 00700001')

/** Birth dates are no longitudinal information. */
const birthDates = numbersOf('00100030 00100032 00100033 00100034')

/** What is done with an element of any level. */
export function profileAction(element: Pick<TreeElement, 'tag' | 'meaning'>, options: ProfileOptions): Action {
  const { tag, meaning } = element
  if (isRemovedOutright(tag)) return 'remove'
  const listed = profileTable.get(tag)
  if (options.keepPatientCharacteristics && characteristics.has(tag)) return 'keep'
  if (isTime(meaning) && options.keepDates === 'shifted' && !birthDates.has(tag)) return 'shift'
  return tableAction(element, cleanedSequences.has(tag) ? undefined : listed)
}

/** X/Z, but an empty one is forbidden; and the encrypted originals that an earlier de-identification may have left behind. */
const removedToo: ReadonlySet<number> = new Set([0x00081110, 0x04000500])

function tableAction(
  { tag, meaning }: Pick<TreeElement, 'tag' | 'meaning'>,
  listed: ProfileAction | undefined
): Action {
  if (removedToo.has(tag)) return 'remove'
  if (listed === undefined) return meaning === 'SQ' ? 'descend' : 'by-type'
  if (descriptors.has(tag) && meaning !== 'SQ') return listed === 'X' ? 'clean-or-remove' : 'clean'
  return (singleActions[listed] as Action | undefined) ?? (meaning === 'SQ' ? 'descend' : 'dummy')
}

/** Where the table leaves a choice (X/Z, X/D, Z/D…) the one that no object forbids: empty before absent, a dummy before empty. */
const singleActions: Readonly<Partial<Record<ProfileAction, Action>>> = {
  X: 'remove',
  Z: 'empty',
  'X/Z': 'empty',
  U: 'uid',
  'X/Z/U*': 'descend'
}

/** Private attributes, group lengths, curves (50xx), overlays (60xx) and what stands behind the data set. */
function isRemovedOutright(tag: number): boolean {
  const group = tag >>> 16
  return (
    isPrivate(tag) ||
    (tag & 0xffff) === 0 ||
    (group & 0xff00) === 0x5000 ||
    (group & 0xff00) === 0x6000 ||
    group === 0xfffc
  )
}

function isTime(vr: string): boolean {
  return vr === 'DA' || vr === 'TM' || vr === 'DT'
}
