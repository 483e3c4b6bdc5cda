import type { TreeElement, TreeItem } from './element-tree'
import { latinText } from './value-text'

const burnedInTag = 0x00280301
const sopClassTag = 0x00080016
const modalityTag = 0x00080060
const imageTypeTag = 0x00080008
const bodyPartTag = 0x00180015
const pixelTags: ReadonlySet<number> = new Set([0x7fe00010, 0x7fe00008, 0x7fe00009])

/** Modalities whose machines write names into pictures: ultrasound, secondary captures, fluoroscopy, photographs, documents. */
const writingModalities: ReadonlySet<string> = new Set(
  'US IVUS BDUS BMD SC OT XA RF ES XC GM OP OPT OPM OPV DG VL SM DOC HC TG PLAN AU ECG IO PX FSP'.split(' ')
)
/** Secondary Capture, Ultrasound, X-Ray Angiographic/Fluoroscopic, Visible Light. */
const writingClasses = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.(7|7\.\d|3\.1|6\.1|6\.2|12\.[12]|77\.1(\.\d+)*)$/

/** Why the pixels may show a name, or null when nothing points to it. Never a proof that they do not. */
export function burnedInReason({ elements }: TreeItem): string | null {
  if (!elements.some(({ tag }) => pixelTags.has(tag))) return null
  const said = textOf(elements, burnedInTag).toUpperCase()
  if (said === 'YES') return 'the file says that text is burned into its pixels'
  if (overlayInPixels(elements)) return 'an overlay is stored in unused bits of its pixels'
  if (said === 'NO') return null
  const modality = textOf(elements, modalityTag).toUpperCase()
  if (writingClasses.test(textOf(elements, sopClassTag)) || writingModalities.has(modality)) {
    return `the file does not say whether text is burned into its pixels, and ${modality || 'such'} images often hold names`
  }
  return textOf(elements, imageTypeTag).toUpperCase().split('\\')[1] === 'SECONDARY' &&
    modality !== 'CT' &&
    modality !== 'MR'
    ? 'it is a secondary image that does not say whether text is burned into its pixels'
    : null
}

/** A head or face can be rebuilt from such a volume: said, since Clean Recognizable Visual Features (113102) is not done. */
export function mayShowFace({ elements }: TreeItem): boolean {
  const part = `${textOf(elements, bodyPartTag)} ${textOf(elements, 0x00081030)}`
  return /CT|MR|PT/.test(textOf(elements, modalityTag)) && /HEAD|BRAIN|SKULL|FACE|NECK|SINUS/i.test(part)
}

/** Overlay planes without data of their own lie in the high bits of the pixels. Source: DICOM PS3.3 C.9.2, retired form. */
function overlayInPixels(elements: readonly TreeElement[]): boolean {
  const groups = new Set(elements.filter(({ tag }) => tag >>> 24 === 0x60).map(({ tag }) => tag >>> 16))
  return [...groups].some((group) => !elements.some(({ tag }) => tag === ((group << 16) | 0x3000) >>> 0))
}

function textOf(elements: readonly TreeElement[], tag: number): string {
  return latinText(elements.find((element) => element.tag === tag)?.value ?? new Uint8Array())
}
