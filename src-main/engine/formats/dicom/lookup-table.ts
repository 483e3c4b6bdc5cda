import type { DataSet } from 'dicom-parser'
import { elementBytes, numbers } from '@engine/formats/dicom/elements'
import { tag } from '@engine/formats/dicom/tags'

/** A table of a modality or VOI LUT sequence: values below `first` take the first entry, those past the end the last. Source: DICOM PS3.3 C.11.1. */
export interface LookupTable {
  readonly first: number
  readonly entries: Float64Array
}

/** The table of one item, or null when it has none; as many entries as are there. `signed`: how the values it is asked for are written. */
export function lookupTable(item: DataSet, signed: boolean): LookupTable | null {
  const descriptor = numbers(item, tag.LUTDescriptor, 'US')
  const element = item.elements[tag.LUTData]
  if (descriptor.length !== 3 || element === undefined) return null
  const bytes = elementBytes(item, element)
  const wide = descriptor[2] > 8
  const count = Math.min(descriptor[0] === 0 ? 65536 : descriptor[0], Math.floor(bytes.length / (wide ? 2 : 1)))
  if (count === 0) return null
  const parser = item.byteArrayParser
  const entries = Float64Array.from({ length: count }, (_, index) =>
    wide ? parser.readUint16(item.byteArray, element.dataOffset + index * 2) : bytes[index]
  )
  const first = signed && descriptor[1] > 32767 ? descriptor[1] - 65536 : descriptor[1]
  return { first, entries }
}
