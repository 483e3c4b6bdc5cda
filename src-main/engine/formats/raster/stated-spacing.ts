import { Fault } from '@engine/fault'
import type { ImageContent, ReadOptions } from '@engine/formats/format'
import { spacedAffine } from '@engine/formats/raster/picture-spacing'
import { readSibling, type SourceFile } from '@engine/formats/source-file'

/** `[x, y, z]` millimetres; z counts for stacks. */
type Spacing = readonly [number, number, number]

/** A sidecar with more than this is some other file. */
const longestSidecar = 2 ** 20

/**
 * A picture or array with the pixel size that was stated beside it: by the caller (`--spacing`), else by a sidecar
 * `NAME.EXT.json` or `NAME.json` with `spacingMm: [x, y(, z)]` or DICOM's `PixelSpacing: [row, column]` (and `SpacingBetweenSlices`
 * or `SliceThickness`). What is used is said. Images that place themselves (DICOM, NIfTI, NRRD) keep their own.
 * Throws Fault `bad-parameter` for a stated size that is none, `bad-file` for one in the sidecar.
 */
export async function withStatedSpacing(
  content: ImageContent,
  source: SourceFile,
  { spacingMm }: ReadOptions
): Promise<ImageContent> {
  if (content.kind !== 'raster') {
    if (spacingMm === undefined) return content
    const note = 'The image states its own voxel size; the one given is not used.'
    return { ...content, warnings: [...content.warnings, note] }
  }
  if (spacingMm !== undefined) return spaced(content, spacingMm, 'as given')
  const sidecar = await sidecarSpacing(source)
  return sidecar === null ? content : spaced(content, sidecar.spacing, `from “${sidecar.name}”`)
}

function spaced(content: ImageContent, spacing: Spacing, origin: string): ImageContent {
  const said = `The pixel size is ${spacing[0]} × ${spacing[1]} mm, ${origin}.`
  const place = { affine: spacedAffine(spacing), spacingMm: spacing }
  return {
    ...content,
    volumes: content.volumes.map((entry) => ({ ...entry, volume: { ...entry.volume, ...place } })),
    // A resolution in the file itself is overruled; saying both would confuse.
    warnings: [...content.warnings.filter((warning) => !warning.includes('the file states')), said]
  }
}

async function sidecarSpacing(source: SourceFile): Promise<{ spacing: Spacing; name: string } | null> {
  const stem = source.name.replace(/\.[A-Za-z0-9]{1,5}$/, '')
  for (const name of [`${source.name}.json`, `${stem}.json`]) {
    const found = await readSibling(source, name, longestSidecar).catch(() => null)
    if (found === null) continue
    const spacing = spacingIn(found)
    if (spacing !== null) return { spacing, name }
  }
  return null
}

function spacingIn({ bytes, name }: SourceFile): Spacing | null {
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return null
  }
  if (typeof json !== 'object' || json === null) return null
  const field = (key: string): unknown => (json as Record<string, unknown>)[key]
  const own = field('spacingMm')
  const rows = field('PixelSpacing')
  if (own === undefined && rows === undefined) return null
  const slices = field('SpacingBetweenSlices') ?? field('SliceThickness') ?? 1
  const list = own !== undefined ? own : Array.isArray(rows) ? [rows[1], rows[0], slices] : rows
  const spacing = checkedSpacing(list)
  if (spacing !== null) return spacing
  throw new Fault('bad-file', `“${name}” states a pixel size that is none.`, {
    subject: name,
    hint: 'spacingMm takes two or three lengths in millimetres: [x, y] or [x, y, z]; PixelSpacing takes [row, column].'
  })
}

/** Two or three lengths above zero; null for anything else. */
export function checkedSpacing(list: unknown): Spacing | null {
  if (!Array.isArray(list) || list.length < 2 || list.length > 3) return null
  const lengths = list.map(Number)
  if (!lengths.every((length) => Number.isFinite(length) && length > 0 && length < 1e6)) return null
  const [x, y, z = 1] = lengths
  return [x, y, z]
}

/** `X,Y` or `X,Y,Z` of the command line. Throws Fault `bad-parameter`. */
export function parseSpacing(text: string): Spacing {
  const spacing = checkedSpacing(text.split(',').map((part) => (part.trim() === '' ? NaN : part)))
  if (spacing !== null) return spacing
  throw new Fault('bad-parameter', `--spacing takes two or three lengths in millimetres, not “${text}”.`, {
    hint: 'For example --spacing 0.143,0.143.'
  })
}
