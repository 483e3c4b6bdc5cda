/** One element of a data set as it lies in its file, its value untouched until somebody replaces it. */
export interface TreeElement {
  /** 0xggggeeee, unsigned. */
  readonly tag: number
  /** VR as written; in implicit VR that of the dictionary, "UN" when it has none. */
  readonly vr: string
  /** VR that decides what is done with the value: the dictionary's where the file says UN. */
  readonly meaning: string
  /** Value field; of encapsulated pixels everything up to and with the closing delimiter; empty for sequences. */
  readonly value: Uint8Array
  /** Items of a sequence, null for everything else. */
  readonly items: readonly TreeItem[] | null
  /** Written with undefined length. */
  readonly open: boolean
}

/** One item of a sequence, or the data set itself. */
export interface TreeItem {
  readonly elements: readonly TreeElement[]
  readonly open: boolean
}

/** How a data set's bytes are laid out. */
export interface TreeCoding {
  readonly explicit: boolean
  readonly bigEndian: boolean
}

/** VRs whose explicit form has a 32-bit length. Source: DICOM PS3.5 table 7.1-1. */
export const longForms: ReadonlySet<string> = new Set('OB OD OF OL OV OW SQ SV UC UN UR UT UV'.split(' '))

export const undefinedLength = 0xffffffff
export const itemTag = 0xfffee000
export const itemEnd = 0xfffee00d
export const sequenceEnd = 0xfffee0dd
export const pixelDataTag = 0x7fe00010

/** Private attributes have odd groups. */
export function isPrivate(tag: number): boolean {
  return ((tag >>> 16) & 1) === 1
}
