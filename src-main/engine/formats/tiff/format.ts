import { defaultDecodedLimitBytes, type Format, type ImageContent, type VolumeContent } from '@engine/formats/format'
import { pixelSpacing } from '@engine/formats/raster/picture-spacing'
import { sampleBytes, voxelsFrom } from '@engine/formats/sample-types'
import type { SourceFile } from '@engine/formats/source-file'
import { isTiffHead, tiffDirectories } from '@engine/formats/tiff/directory'
import { tiffPage, type TiffPage } from '@engine/formats/tiff/page'
import { tiffSamples } from '@engine/formats/tiff/samples'
import { tiffVolumes } from '@engine/formats/tiff/volumes'
import type { Voxels } from '@engine/geometry/volume'
import { Fault } from '@engine/fault'

/** TIFF and BigTIFF: 1 to 64 bits, integers and floating point, strips and tiles, LZW, Deflate and PackBits; pages of one size are slices. */
export const tiffFormat: Format = {
  id: 'tiff',
  title: 'TIFF',
  kind: 'raster',
  // DICOM files may carry a TIFF header in their preamble (PS3.10 7.1); they are DICOM all the same.
  matches: (head) => isTiffHead(head) && String.fromCharCode(...head.subarray(128, 132)) !== 'DICM',
  // Directories lie anywhere in the file, most often at its end.
  extentOf: () => null,
  read: async (source, options) => readTiff(source, options.decodedLimitBytes ?? defaultDecodedLimitBytes)
}

/** A run of pages that can be slices of one volume. */
interface Stack {
  readonly pages: TiffPage[]
  values: Voxels
}

function readTiff(source: SourceFile, limitBytes: number): ImageContent {
  const { littleEndian, pages } = tiffDirectories(source.bytes, source.name)
  const all = pages.map((fields) => tiffPage(fields, source.name))
  const own = all.filter(({ derived }) => !derived)
  const shown = own.length > 0 ? own : all
  requireRoom(shown, limitBytes, source.name)
  const stacks = runs(shown).map((run): Stack => {
    const parts = run.map((page) =>
      voxelsFrom(tiffSamples(page, { bytes: source.bytes, littleEndian, name: source.name, limitBytes }))
    )
    return { pages: run, values: joined(parts) }
  })
  const [first] = stacks
  const { spacing, warnings } = pixelSpacing(first.pages[0].perMm, sliceSpacing(first.pages[0]))
  const volumes: VolumeContent[] = stacks.flatMap((stack, index) =>
    tiffVolumes(stack.pages, stack.values, {
      spacing,
      label: stacks.length > 1 ? `part ${index + 1} of ${stacks.length}` : ''
    })
  )
  const skipped = all.length - shown.length
  return {
    kind: 'raster',
    shape: shapeOf(first.pages),
    values: first.values,
    affine: null,
    volumes,
    warnings: [
      ...warnings,
      ...(stacks.length > 1 ? ['The pages of the file are unlike; they are shown as several images.'] : []),
      ...(skipped > 0 ? [`${skipped} pages are small versions or masks of others and were left out.`] : [])
    ],
    patient: null,
    dicom: null
  }
}

/** Throws Fault `too-large` when all pages together do not fit. */
function requireRoom(pages: readonly TiffPage[], limitBytes: number, name: string): void {
  const needed = pages.reduce(
    (sum, page) => sum + BigInt(page.width) * BigInt(page.height) * BigInt(page.channels * sampleBytes[page.type]),
    0n
  )
  if (needed <= BigInt(limitBytes)) return
  throw new Fault(
    'too-large',
    `“${name}” claims ${pages.length} pages of ${pages[0].width} × ${pages[0].height} pixels, more than can be held in memory.`,
    {
      subject: name,
      hint: `At most ${Math.round(limitBytes / 2 ** 20)} MiB are read from one file.`
    }
  )
}

/** Neighbouring pages of one size and kind. */
function runs(pages: readonly TiffPage[]): TiffPage[][] {
  const list: TiffPage[][] = []
  for (const page of pages) {
    const last = list.at(-1)
    if (last !== undefined && alike(last[0], page)) last.push(page)
    else list.push([page])
  }
  return list
}

function alike(first: TiffPage, second: TiffPage): boolean {
  return (['width', 'height', 'channels', 'type', 'bits', 'photometric'] as const).every(
    (key) => first[key] === second[key]
  )
}

function joined(parts: readonly Voxels[]): Voxels {
  if (parts.length === 1) return parts[0]
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const whole = new (parts[0].constructor as new (length: number) => Voxels)(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

function shapeOf(pages: readonly TiffPage[]): number[] {
  const [{ width, height, channels }] = pages
  return [...(pages.length > 1 ? [pages.length] : []), height, width, ...(channels > 1 ? [channels] : [])]
}

/** ImageJ writes the distance of slices into the description; its unit is taken when it is a millimetre or a micrometre. */
function sliceSpacing({ description }: TiffPage): number | null {
  if (!description.startsWith('ImageJ=')) return null
  const value = Number(/^spacing=(.+)$/m.exec(description)?.[1] ?? NaN)
  const unit = /^unit=(.+)$/m.exec(description)?.[1]?.trim()
  const factor = unit === 'mm' ? 1 : unit === 'um' || unit === 'micron' || unit === '\\u00B5m' ? 1e-3 : null
  return factor !== null && value > 0 && Number.isFinite(value) ? value * factor : null
}
