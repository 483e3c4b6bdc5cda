/** One element: tag as "ggggeeee", VR, value. Numbers are written by their VR, texts padded to even length, bytes as they are. */
export type ElementSpec = readonly [
  tag: string,
  vr: string,
  value: string | readonly number[] | Uint8Array | readonly ElementSpec[][]
]

const longForms = new Set(['OB', 'OW', 'OF', 'OD', 'OL', 'OV', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV'])
const writers: Readonly<Record<string, { bytes: number; write: (view: DataView, at: number, value: number) => void }>> =
  {
    US: { bytes: 2, write: (view, at, value) => view.setUint16(at, value, true) },
    SS: { bytes: 2, write: (view, at, value) => view.setInt16(at, value, true) },
    UL: { bytes: 4, write: (view, at, value) => view.setUint32(at, value, true) },
    FD: { bytes: 8, write: (view, at, value) => view.setFloat64(at, value, true) }
  }

/** Elements in explicit little endian. */
export function dataSetBytes(elements: readonly ElementSpec[]): Uint8Array {
  const sorted = [...elements].sort(([first], [second]) => (first < second ? -1 : 1))
  return new Uint8Array(Buffer.concat(sorted.map(elementBytes)))
}

/** A Part 10 file around a data set. */
export function part10(transferSyntaxUid: string, dataSet: Uint8Array): Uint8Array {
  const meta = dataSetBytes([['00020010', 'UI', transferSyntaxUid]])
  return new Uint8Array(Buffer.concat([new Uint8Array(128), Buffer.from('DICM'), meta, dataSet]))
}

export const explicitLittleEndian = '1.2.840.10008.1.2.1'

/** What a plain test image may change. */
export interface ImageSpec {
  readonly rows?: number
  readonly columns?: number
  readonly values?: readonly number[]
  readonly position?: readonly [number, number, number]
  readonly orientation?: readonly number[]
  readonly spacing?: readonly [number, number]
  readonly instance?: number
  readonly series?: string
  readonly more?: readonly ElementSpec[]
}

/** Elements of a 16-bit grey slice, 4 × 3 pixels unless said otherwise. */
export function sliceElements(spec: ImageSpec = {}): ElementSpec[] {
  const { rows = 3, columns = 4, position = [0, 0, 0], instance = 1 } = spec
  const values = spec.values ?? Array.from({ length: rows * columns }, (_, index) => instance * 100 + index)
  const replaced = new Set((spec.more ?? []).map(([tag]) => tag))
  const elements: ElementSpec[] = [
    ['00080016', 'UI', '1.2.840.10008.5.1.4.1.1.2'],
    ['00080018', 'UI', `1.2.3.${instance}`],
    ['00080060', 'CS', 'CT'],
    ['00100010', 'PN', 'Test^Phantom'],
    ['0020000D', 'UI', '1.2.3'],
    ['0020000E', 'UI', spec.series ?? '1.2.3.4'],
    ['00200013', 'IS', String(instance)],
    ['00200032', 'DS', position.join('\\')],
    ['00200037', 'DS', (spec.orientation ?? [1, 0, 0, 0, 1, 0]).join('\\')],
    ['00280002', 'US', [1]],
    ['00280004', 'CS', 'MONOCHROME2'],
    ['00280010', 'US', [rows]],
    ['00280011', 'US', [columns]],
    ['00280030', 'DS', (spec.spacing ?? [0.5, 0.5]).join('\\')],
    ['00280100', 'US', [16]],
    ['00280101', 'US', [16]],
    ['00280102', 'US', [15]],
    ['00280103', 'US', [1]],
    ['7FE00010', 'OW', new Uint8Array(Int16Array.from(values).buffer)]
  ]
  return [...elements.filter(([tag]) => !replaced.has(tag)), ...(spec.more ?? [])]
}

/** A whole file with one slice. */
export function sliceFile(spec: ImageSpec = {}): Uint8Array {
  return part10(explicitLittleEndian, dataSetBytes(sliceElements(spec)))
}

function elementBytes([tag, vr, value]: ElementSpec): Buffer {
  const body = valueBytes(vr, value)
  const head = Buffer.alloc(longForms.has(vr) ? 12 : 8)
  head.writeUInt16LE(parseInt(tag.slice(0, 4), 16), 0)
  head.writeUInt16LE(parseInt(tag.slice(4), 16), 2)
  head.write(vr, 4, 'latin1')
  if (longForms.has(vr)) head.writeUInt32LE(body.length, 8)
  else head.writeUInt16LE(body.length, 6)
  return Buffer.concat([head, body])
}

function valueBytes(vr: string, value: ElementSpec[2]): Uint8Array {
  if (value instanceof Uint8Array) return value
  if (typeof value === 'string') {
    const padding = value.length % 2 === 0 ? '' : vr === 'UI' ? '\0' : ' '
    return Buffer.from(value + padding, 'latin1')
  }
  if (vr === 'SQ') return Buffer.concat((value as readonly ElementSpec[][]).map(itemBytes))
  const { bytes, write } = writers[vr]
  const view = new DataView(new ArrayBuffer(value.length * bytes))
  ;(value as readonly number[]).forEach((number, index) => write(view, index * bytes, number))
  return new Uint8Array(view.buffer)
}

function itemBytes(elements: readonly ElementSpec[]): Buffer {
  const body = dataSetBytes(elements)
  const head = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0])
  head.writeUInt32LE(body.length, 4)
  return Buffer.concat([head, body])
}

/** Encapsulated pixel data: the offset table's item, then one item per fragment, then the closing mark. */
export function encapsulated(fragments: readonly Uint8Array[], offsets: readonly number[] = []): Buffer {
  const item = (body: Uint8Array): Buffer => {
    const head = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0])
    head.writeUInt32LE(body.length, 4)
    return Buffer.concat([head, body])
  }
  const table = new Uint8Array(Uint32Array.from(offsets).buffer)
  const tag = Buffer.from([0xe0, 0x7f, 0x10, 0x00, 0x4f, 0x42, 0, 0, 0xff, 0xff, 0xff, 0xff])
  const end = Buffer.from([0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0])
  return Buffer.concat([tag, item(table), ...fragments.map(item), end])
}

/** Elements without their pixel data, to put encapsulated pixels behind them. */
export function withoutPixels(elements: readonly ElementSpec[]): ElementSpec[] {
  return elements.filter(([tag]) => tag !== '7FE00010')
}
