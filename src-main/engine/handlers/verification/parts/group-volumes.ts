import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type CutPlace, cutsThrough } from '@engine/criteria/groups/cuts'
import { tMapName } from '@engine/criteria/groups/files'
import type { GroupsParams } from '@engine/criteria/groups'
import type { GroupSample } from '@engine/criteria/groups/samples'
import { thresholdOf, voxelTests } from '@engine/criteria/groups/voxel-tests'
import { asFault } from '@engine/fault'
import { loadVolume } from '@engine/formats/load'
import type { Volume } from '@engine/geometry/volume'
import { emptySums, withMap } from '@engine/metrics/statistics/map-sums'
import { mean } from '@engine/metrics/statistics/moments'
import type { GroupEvidence, MapCut } from '@shared/group-evidence'
import type { CaseValue } from '@shared/report'
import { safeName } from '../../safe-name'
import { isSame } from './part'

/** Volumes that lie beside a report of two groups; null where one does not. */
export interface GroupVolumes {
  readonly t: Volume | null
  readonly first: Volume | null
  readonly second: Volume | null
}

/** The t map and the two mean maps of a comparison of groups. */
export async function groupVolumes(folder: string, evidence: GroupEvidence): Promise<GroupVolumes> {
  const { first, second } = evidence
  const read = (name: string): Promise<Volume | null> => readBeside(folder, evidence, name)
  return {
    t: await read(tMapName(first.name, second.name)),
    first: await read(`mean ${first.name}`),
    second: await read(`mean ${second.name}`)
  }
}

async function readBeside(folder: string, { files }: GroupEvidence, name: string): Promise<Volume | null> {
  const file = files.find((one) => basename(one) === `${safeName(name)}.nii.gz` && !one.includes('..'))
  if (file === undefined || !existsSync(join(folder, file))) return null
  try {
    return (await loadVolume(join(folder, file))).volume
  } catch (thrown) {
    if (asFault(thrown).code === 'cancelled') throw thrown
    return null
  }
}

/** Volumes are written with 24 bits of precision: how far a value of one may be from the one that was written. */
const written = 1.2e-7

/** What of the planes in a report is not in its volumes: sentences. */
export function planeProblems({ cuts, first, second }: GroupEvidence, volumes: GroupVolumes): string[] {
  const { t, first: one, second: other } = volumes
  if (t === null || one === null || other === null) return []
  const count = first.patients + second.patients
  const at = { columns: 0, rows: 0, slices: 0, ...Object.fromEntries(cuts.map(({ axis, index }) => [axis, index])) }
  const [a, b] = [one.voxels, other.voxels]
  const [share, rest] = [first.patients / count, second.patients / count]
  /** What planes show where every value is off by its rounding, down or up. */
  const rounded = (way: -1 | 1): MapCut[] =>
    cutsThrough(at, {
      t: (voxel) => t.voxels[voxel] + way * written * Math.abs(t.voxels[voxel]),
      mean: (voxel) =>
        share * (a[voxel] + way * written * Math.abs(a[voxel])) +
        rest * (b[voxel] + way * written * Math.abs(b[voxel])),
      space: t
    })
  const [low, high] = [rounded(-1), rounded(1)]
  if (low.length !== cuts.length) return ['it has another number of planes than its t map']
  const wrong = cuts.flatMap((cut, index) =>
    isPlane(cut, low[index], high[index]) ? [] : [`the plane through its ${cut.axis} is not that of its volumes`]
  )
  return [...wrong, ...(goesThroughPeak(at, t, cuts) ? [] : ['its planes do not go through the largest |t|'])]
}

/** Whether a plane holds what four digits make of values between these. */
function isPlane(stated: MapCut, low: MapCut, high: MapCut): boolean {
  const alike = (a: number | null | undefined, b: number | null | undefined): boolean =>
    typeof a !== 'number' || typeof b !== 'number' || Math.abs(a - b) <= 1e-5 * Math.abs(b)
  const size = ({ axis, index, width, height }: MapCut): unknown => [axis, index, width, height]
  const values = (name: 't' | 'mean'): boolean =>
    stated[name].length === low[name].length &&
    stated[name].every((value, place) => value >= low[name][place] && value <= high[name][place])
  return (
    isSame(size(stated), size(low)) &&
    alike(stated.mm, low.mm) &&
    [0, 1].every((axis) => alike(stated.pixelMm?.[axis], low.pixelMm?.[axis])) &&
    values('t') &&
    values('mean')
  )
}

function goesThroughPeak(at: CutPlace, { voxels, size }: Volume, cuts: readonly MapCut[]): boolean {
  // A picture of one slice has one plane.
  if (cuts.length < 3) return true
  const peak = Math.abs(voxels[(at.slices * size[1] + at.rows) * size[0] + at.columns])
  return Float64Array.from(voxels).every((value) => Math.abs(value) <= peak)
}

/** Whether the mean of a group's mean map is the mean of what its patients' maps come to. */
export function isMeanOf(volume: Volume, patients: readonly { readonly value: number | null }[]): boolean {
  const size = mean(Float64Array.from(volume.voxels, Math.abs))
  const stated = mean(patients.map(({ value }) => value ?? NaN))
  return Math.abs(mean(volume.voxels) - stated) <= 1e-6 * size
}

const pace = (): Promise<void> => Promise.resolve()

/** What of the threshold does not follow from a t map that is kept to 24 bits; null where it cannot be told. */
export async function thresholdProblem(
  { threshold: kind, alpha }: GroupsParams,
  { evidence, largest, shuffledLimit }: { evidence: GroupEvidence; largest: number; shuffledLimit: number | null },
  volume: Volume
): Promise<string[] | null> {
  const { tested, threshold, first, second } = evidence
  // What is not tested is written as 0; a tested voxel is 0 only where both means are the same.
  const t = Float64Array.from(volume.voxels, (value) => (value === 0 ? NaN : value))
  const varying = t.reduce((sum, value) => sum + Number(!Number.isNaN(value)), 0)
  if (varying > tested) return [`${varying} voxels of its t map vary, ${tested} are written as tested`]
  if (varying < tested || shuffledLimit === null) return null
  const freedom = first.patients + second.patients - 2
  const found = await thresholdOf({ t, freedom, shuffledLimit, largest }, { threshold: kind, alpha, pace })
  const rounded = (value: number | null): number | null => (value === null ? null : Math.fround(value))
  return rounded(found) === rounded(threshold) ? [] : ['its t map gives another threshold']
}

/** Everything that is tested, from the maps of the patients: they are kept bit for bit. null where they do not all lie beside the report. */
export async function testsAgain(
  folder: string,
  evidence: GroupEvidence,
  { perCase, params, seed }: { perCase: readonly CaseValue[]; params: GroupsParams; seed: number }
): Promise<{ tests: Exclude<Awaited<ReturnType<typeof voxelTests>>, string>; means: number[] } | null> {
  const { first, second } = evidence
  const ids = perCase.map((one) => one.case)
  const one = await sampleOf(folder, evidence, { name: first.name, patients: ids.slice(0, first.patients) })
  const other = await sampleOf(folder, evidence, { name: second.name, patients: ids.slice(first.patients) })
  if (one === null || other === null) return null
  const tests = await voxelTests({ first: one, second: other }, { ...params, seed, pace })
  if (typeof tests === 'string') return null
  return { tests, means: [...one.patients, ...other.patients].map(({ map }) => mean(map)) }
}

async function sampleOf(
  folder: string,
  evidence: GroupEvidence,
  { name, patients }: { name: string; patients: readonly string[] }
): Promise<GroupSample | null> {
  const maps: GroupSample['patients'][number][] = []
  for (const patient of patients) {
    const volume = await readBeside(folder, evidence, `${name} ${patient}`)
    if (volume === null) return null
    maps.push({ patient, map: Float32Array.from(volume.voxels) })
  }
  if (maps.length === 0) return null
  const sums = maps.reduce((total, { map }) => withMap(total, map), emptySums(maps[0].map.length))
  return { name, images: maps.length, patients: maps, sums }
}
