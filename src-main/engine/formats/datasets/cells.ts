import type { Box } from '@shared/experiment'

/** Words by which tables say that a value is missing (BIDS: n/a). */
const missingWords = new Set(['', 'n/a', 'na', 'nan', 'null', 'none given', '-'])

/** A cell's value, or null when it says that there is none. */
export function present(cell: string): string | null {
  return missingWords.has(cell.toLowerCase()) ? null : cell
}

/** Endings of files that hold images or masks; DICOM files often have none. */
const imageEnding = /\.(nii|nii\.gz|mgh|mgz|mgh\.gz|nrrd|nhdr|mha|mhd|png|jpe?g|tiff?|npy|npz|dcm|dicom|ima)$/i

/** Whether a file's name is that of an image (content decides when it is opened). */
export function hasImageName(path: string): boolean {
  return imageEnding.test(path)
}

/** Base name without its ending: `a/b/scan_1.nii.gz` is `scan_1`. */
export function stemOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return name.replace(imageEnding, '') || name
}

/** Base name of a path with `/`. */
export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** Folder of a path with `/`; '' at the root. */
export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')))

/** A name that is safe as part of a path on every system: results of a case go into a folder of its name. */
export function safeCaseName(name: string): string {
  const safe = name
    .replace(/[/\\:*?"<>|]+/g, '_')
    .replace(/^[.\s]+|[.\s]+$/g, '')
    .slice(0, 200)
  return safe === '' ? 'unnamed' : safe
}

/**
 * Boxes of one cell: `x0 y0 x1 y1`, several set apart by `;` or `|`, or a JSON list of lists. Far edges are exclusive.
 * Returns null for anything else, also for a box without area.
 */
export function parseBoxCell(cell: string): Box[] | null {
  const lists = cell.startsWith('[') ? jsonLists(cell) : wordLists(cell)
  if (lists === null) return null
  const good = lists.every(
    (list) => list.length === 4 && list.every(Number.isFinite) && list[0] < list[2] && list[1] < list[3]
  )
  return good ? (lists as Box[]) : null
}

function jsonLists(cell: string): number[][] | null {
  try {
    const value: unknown = JSON.parse(cell)
    if (!Array.isArray(value)) return null
    const lists = value.every(Array.isArray) ? value : [value]
    return lists.map((list: unknown[]) => list.map((item) => (typeof item === 'number' ? item : NaN)))
  } catch {
    return null
  }
}

function wordLists(cell: string): number[][] {
  return cell
    .split(/[;|]/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => part.split(/[\s,]+/).map(Number))
}
