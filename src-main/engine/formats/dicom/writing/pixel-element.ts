import type { DicomDataset } from '@engine/formats/dicom/writing/dataset'

/** Elements of bulk pixels with the VR they have unless said otherwise; no element of a dataset we write stands behind them. */
const pixelElements = {
  FloatPixelData: { element: 0x0008, vr: 'OF' },
  DoubleFloatPixelData: { element: 0x0009, vr: 'OD' },
  PixelData: { element: 0x0010, vr: 'OW' }
} as const

type PixelKeyword = keyof typeof pixelElements

const keywords = Object.keys(pixelElements) as PixelKeyword[]

export interface SplitDataset {
  /** Everything but the pixels. */
  readonly header: DicomDataset
  /** The pixel element's head and, apart from it so that a large image is not copied, its value; null without pixels. */
  readonly pixels: readonly [head: Uint8Array, value: Uint8Array, padding: Uint8Array] | null
}

/**
 * Takes the pixels of the top level out of a dataset: dcmjs writes values word by word, which takes half a minute for a map of 300
 * slices; here they are copied whole.
 */
export function splitPixels(
  dataset: DicomDataset,
  { vrs = {}, implicit = false }: { vrs?: Readonly<Record<string, string>>; implicit?: boolean }
): SplitDataset {
  const keyword = keywords.find((candidate) => dataset[candidate] instanceof ArrayBuffer)
  if (keyword === undefined) return { header: dataset, pixels: null }
  const { [keyword]: value, ...header } = dataset
  const bytes = new Uint8Array(value as ArrayBuffer)
  const padding = new Uint8Array(bytes.length % 2)
  const { element, vr } = pixelElements[keyword]
  const head = elementHead(element, { vr: vrs[keyword] ?? vr, length: bytes.length + padding.length, implicit })
  return { header, pixels: [head, bytes, padding] }
}

function elementHead(
  element: number,
  { vr, length, implicit }: { vr: string; length: number; implicit: boolean }
): Uint8Array {
  const head = new Uint8Array(implicit ? 8 : 12)
  const view = new DataView(head.buffer)
  view.setUint16(0, 0x7fe0, true)
  view.setUint16(2, element, true)
  if (!implicit) {
    head[4] = vr.charCodeAt(0)
    head[5] = vr.charCodeAt(1)
  }
  view.setUint32(implicit ? 4 : 8, length, true)
  return head
}
