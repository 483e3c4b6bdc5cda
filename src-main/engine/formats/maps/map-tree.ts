import { basename, relative, sep } from 'node:path'
import { Fault } from '@engine/fault'
import { findFiles } from '@engine/formats/study/find-files'
import type { Job } from '@engine/job'

/** A case as a tree of maps may name it. */
export interface TreeCase {
  readonly id: string
  /** Path of its image. */
  readonly image: string
  readonly patient: string | null
  readonly session: string | null
}

/** Map files of cases in a folder. */
export interface MapTree {
  /** By case id. */
  readonly files: ReadonlyMap<string, string>
  /** Files that belong to no case: of other images, means of a group. */
  readonly unmatched: readonly string[]
}

/** Endings of map files, those that keep the values first. */
const endings = ['npy', 'nii.gz', 'nii', 'nrrd', 'tif', 'tiff', 'npz', 'dcm', 'png', 'pt']

interface Found {
  readonly path: string
  readonly caseId: string
  /** What a second set of maps would have another of: folders, elements of an image. */
  readonly set: string
  readonly rank: number
}

/**
 * Finds the map of each case in a tree of mednet (`<sample path>.npy`, below `highest-output/` or the number of an output; definitions
 * A2-6), of ClinicaDL (`…/<participant>_<session>_<mode>-<k>_map.nii.gz` and its two earlier layouts; A5-6, A5-10), or of files called
 * by the case. Throws Fault `bad-parameter` when a case has maps of several sets, `not-found` when no file belongs to a case.
 */
export async function readMapTree(root: string, cases: readonly TreeCase[], job: Job): Promise<MapTree> {
  const name = basename(root)
  const { files } = await findFiles([root], job)
  const found: Found[] = []
  const unmatched: string[] = []
  for (const { path } of files) {
    const parts = partsOf(root, path)
    if (parts === null) continue
    const match = ofClinicaDl(parts.segments, cases) ?? ofSamplePath(parts.segments, cases)
    if (match === null) unmatched.push(relative(root, path))
    else found.push({ path, rank: parts.rank, ...match })
  }
  if (found.length === 0) {
    throw new Fault('not-found', `No map in “${name}” belongs to one of the ${cases.length} cases.`, {
      subject: name,
      hint: 'Maps are found by the path of the image (mednet), by participant and session (ClinicaDL) or by the id of the case.'
    })
  }
  const byCase = new Map<string, Found>()
  for (const entry of found) {
    const other = byCase.get(entry.caseId)
    if (other !== undefined && other.set !== entry.set) throw severalSets(name, found)
    if (other === undefined || entry.rank < other.rank) byCase.set(entry.caseId, entry)
  }
  return { files: new Map([...byCase].map(([id, entry]) => [id, entry.path])), unmatched }
}

function partsOf(root: string, path: string): { segments: string[]; rank: number } | null {
  const segments = relative(root, path).split(sep)
  // Where `mednet saliency view` lays its pictures of image and map together.
  if (segments.includes('visualizations')) return null
  const last = segments[segments.length - 1]
  const rank = endings.findIndex((ending) => last.toLowerCase().endsWith(`.${ending}`))
  if (rank < 0) return null
  segments[segments.length - 1] = last.slice(0, -endings[rank].length - 1)
  return { segments, rank }
}

type Match = Pick<Found, 'caseId' | 'set'>

/** `<participant>_<session>_<mode>-<k>[_map]`, or `<participant>/<session>/map`. */
function ofClinicaDl(segments: readonly string[], cases: readonly TreeCase[]): Match | null {
  const last = segments[segments.length - 1]
  const flat = /^(.+)_(ses-[A-Za-z0-9]+)_((?:image|patch|roi|slice)-\d+)(?:_map)?$/.exec(last)
  const nested = last === 'map' && segments.length >= 3 ? segments.slice(-3, -1) : null
  const [participant, session, element] =
    flat !== null ? flat.slice(1) : nested !== null ? [nested[0], nested[1], ''] : [null, null, '']
  if (participant === null || session === null) return null
  const own = cases.filter((item) => item.patient === participant && sameSession(item.session, session))
  const folders = segments.slice(0, flat !== null ? -1 : -3)
  return own.length === 1 ? { caseId: own[0].id, set: [...folders, element].join('/') } : null
}

/** A case without a session is the only one of its patient. */
function sameSession(stated: string | null, session: string): boolean {
  return stated === null || stated === session || `ses-${stated}` === session
}

/** The end of the image's path without ending, or the id of the case. */
function ofSamplePath(segments: readonly string[], cases: readonly TreeCase[]): Match | null {
  let best: { id: string; depth: number }[] = []
  for (const item of cases) {
    const depth = Math.max(item.id === segments[segments.length - 1] ? 1 : 0, commonEnd(segments, item.image))
    if (depth === 0 || depth < (best[0]?.depth ?? 0)) continue
    best = depth === best[0]?.depth ? [...best, { id: item.id, depth }] : [{ id: item.id, depth }]
  }
  if (best.length !== 1) return null
  return { caseId: best[0].id, set: segments.slice(0, segments.length - best[0].depth).join('/') }
}

function commonEnd(segments: readonly string[], image: string): number {
  const own = image.replace(/\.(nii\.gz|[A-Za-z0-9]{1,5})$/, '').split(/[/\\]/)
  let depth = 0
  while (depth < segments.length && own[own.length - 1 - depth] === segments[segments.length - 1 - depth]) depth++
  return depth
}

function severalSets(name: string, found: readonly Found[]): Fault {
  const sets = [...new Set(found.map(({ set }) => (set === '' ? '.' : set)))].sort()
  const listed = sets.slice(0, 8).map((set) => `${name}/${set}`)
  return new Fault('bad-parameter', `“${name}” holds ${sets.length} sets of maps for the same cases.`, {
    subject: name,
    hint: `Name one of them: ${listed.join(', ')}${sets.length > listed.length ? ` and ${sets.length - listed.length} more` : ''}.`
  })
}
