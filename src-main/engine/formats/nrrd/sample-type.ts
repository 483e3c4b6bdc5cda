import { Fault } from '@engine/fault'
import { badNrrd } from '@engine/formats/nrrd/fields'
import type { SampleType } from '@engine/formats/sample-types'

/** The names NRRD allows for each type; C's spellings and those with a width. Source: NRRD format, section 4, "type". */
const spellings: Readonly<Record<Exclude<SampleType, 'float16'>, readonly string[]>> = {
  int8: ['signed char', 'int8', 'int8_t'],
  uint8: ['uchar', 'unsigned char', 'uint8', 'uint8_t'],
  int16: ['short', 'short int', 'signed short', 'signed short int', 'int16', 'int16_t'],
  uint16: ['ushort', 'unsigned short', 'unsigned short int', 'uint16', 'uint16_t'],
  int32: ['int', 'signed int', 'int32', 'int32_t'],
  uint32: ['uint', 'unsigned int', 'uint32', 'uint32_t'],
  int64: ['longlong', 'long long', 'long long int', 'signed long long', 'signed long long int', 'int64', 'int64_t'],
  uint64: ['ulonglong', 'unsigned long long', 'unsigned long long int', 'uint64', 'uint64_t'],
  float32: ['float'],
  float64: ['double']
}

const types = new Map(
  Object.entries(spellings).flatMap(([type, names]) => names.map((name) => [name, type as SampleType]))
)

/** The sample type of a `type` field. Throws Fault `unsupported-file` for blocks, `bad-image` for unknown names. */
export function nrrdType(text: string, name: string): SampleType {
  const words = text.toLowerCase().replace(/\s+/g, ' ').trim()
  const type = types.get(words)
  if (type !== undefined) return type
  if (words === 'block') {
    throw new Fault('unsupported-file', `“${name}” holds blocks of bytes; one real number a voxel can be read.`, {
      subject: name,
      hint: 'Convert it to a grey image.'
    })
  }
  throw badNrrd(name, words === '' ? 'it states no type' : 'it states an unknown type')
}
