import { imageLoader, metaData, utilities, Enums, type Types } from '@cornerstonejs/core'
import type { DisplayImage } from '@shared/vocabulary'
import { drawnSpacing } from './drawn-spacing'

/**
 * Hands the engine's voxels to Cornerstone3D: every slice is one image, already decoded and rescaled, so that no codec,
 * worker or WebAssembly runs in this process. Slices are drawn as stored, in a plane of their own: the orientation letters
 * and patient positions come from the image's affine, never from the drawing.
 */
const SCHEME = 'saliscope'

interface Displayed {
  readonly image: DisplayImage
  readonly planes: Plane[]
}

type Plane = Uint8Array | Int16Array | Uint16Array | Float32Array

const displayed = new Map<string, Displayed>()
let lastKey = 0

/** Makes an image known and names its slices; `release` forgets it. */
export function display(image: DisplayImage): { imageIds: string[]; release: () => void } {
  const key = String(++lastKey)
  const [columns, rows, slices] = image.size
  const length = columns * rows * image.samples
  // Cornerstone has no 32-bit whole numbers; floats show them exactly up to 2²⁴.
  const voxels = image.voxels instanceof Int32Array ? Float32Array.from(image.voxels) : image.voxels

  displayed.set(key, {
    image,
    planes: Array.from({ length: slices }, (_, slice) => voxels.subarray(slice * length, (slice + 1) * length))
  })

  return {
    imageIds: Array.from({ length: slices }, (_, slice) => `${SCHEME}:${key}/${slice}`),
    release: () => displayed.delete(key)
  }
}

function find(imageId: string): { image: DisplayImage; plane: Plane } | null {
  const match = new RegExp(`^${SCHEME}:(\\d+)/(\\d+)$`, 'u').exec(imageId)
  const entry = match === null ? undefined : displayed.get(match[1])
  if (match === null || entry === undefined) return null

  return { image: entry.image, plane: entry.planes[Number(match[2])] }
}

function imageOf(imageId: string): Types.IImage {
  const found = find(imageId)
  if (found === null) throw new Error(`Unknown image ${imageId}`)

  const { image, plane } = found
  const [columns, rows] = image.size
  const spacing = drawnSpacing(image)
  const colour = image.samples === 3
  const voxelManager = utilities.VoxelManager.createImageVoxelManager({
    width: columns,
    height: rows,
    scalarData: plane,
    numberOfComponents: image.samples,
    id: imageId
  })

  return {
    imageId,
    voxelManager: voxelManager as Types.IVoxelManager<number>,
    getPixelData: () => plane,
    getCanvas: () => document.createElement('canvas'),
    dataType: plane.constructor.name as Types.PixelDataTypedArrayString,
    rows,
    columns,
    height: rows,
    width: columns,
    minPixelValue: image.min,
    maxPixelValue: image.max,
    slope: 1,
    intercept: 0,
    windowCenter: image.window.center,
    windowWidth: image.window.width,
    voiLUTFunction: Enums.VOILUTFunctionType.LINEAR_EXACT,
    color: colour,
    rgba: false,
    numberOfComponents: image.samples,
    columnPixelSpacing: spacing.x,
    rowPixelSpacing: spacing.y,
    invert: false,
    photometricInterpretation: colour ? 'RGB' : 'MONOCHROME2',
    sizeInBytes: plane.byteLength,
    preScale: { enabled: true, scaled: true }
  }
}

/** Metadata modules of one slice; DICOM PS3.3 C.7.6.2 and C.7.6.3 by Cornerstone's names. */
function modulesOf(imageId: string): Record<string, unknown> | null {
  const found = find(imageId)
  if (found === null) return null

  const { image, plane } = found
  const [columns, rows] = image.size
  const spacing = drawnSpacing(image)
  const bits = 8 * plane.BYTES_PER_ELEMENT
  const signed = plane instanceof Int16Array || plane instanceof Float32Array

  return {
    imagePixelModule: {
      samplesPerPixel: image.samples,
      photometricInterpretation: image.samples === 3 ? 'RGB' : 'MONOCHROME2',
      rows,
      columns,
      bitsAllocated: bits,
      bitsStored: bits,
      highBit: bits - 1,
      pixelRepresentation: signed ? 1 : 0
    },
    imagePlaneModule: {
      rows,
      columns,
      rowPixelSpacing: spacing.y,
      columnPixelSpacing: spacing.x,
      imageOrientationPatient: [1, 0, 0, 0, 1, 0],
      rowCosines: [1, 0, 0],
      columnCosines: [0, 1, 0],
      // All slices in one plane: turning to another moves neither camera nor clipping.
      imagePositionPatient: [0, 0, 0],
      frameOfReferenceUID: SCHEME,
      usingDefaultValues: false
    },
    generalSeriesModule: { modality: 'OT', seriesInstanceUID: SCHEME },
    modalityLutModule: { rescaleSlope: 1, rescaleIntercept: 0 },
    voiLutModule: { windowCenter: [image.window.center], windowWidth: [image.window.width] }
  }
}

/** Once, before the first viewport. */
export function registerDisplayedImages(): void {
  metaData.addProvider((type: string, imageId: string) => modulesOf(imageId)?.[type], 10_000)
  imageLoader.registerImageLoader(SCHEME, (imageId: string) => ({
    promise: Promise.resolve().then(() => imageOf(imageId))
  }))
}
