import { volumeEdgeLetters } from '@engine/geometry/orientation'
import type { Volume } from '@engine/geometry/volume'
import { valueRange } from '@engine/preprocessing/scale-values'
import type { DisplayImage } from '@shared/vocabulary'
import type { CaseEntry } from './case-shelf'

type Window = DisplayImage['window']
type Preset = DisplayImage['presets'][number]

/** Window presets in Hounsfield units as radiologists use them (centre, width). */
const hounsfieldPresets: readonly Preset[] = [
  { name: 'Soft tissue', center: 40, width: 400 },
  { name: 'Lung', center: -600, width: 1500 },
  { name: 'Bone', center: 480, width: 2500 },
  { name: 'Brain', center: 40, width: 80 },
  { name: 'Liver', center: 60, width: 160 },
  { name: 'Mediastinum', center: 50, width: 350 }
]

/** A volume with everything the screen says about it: letters, window, presets, corner text. */
export function displayImage(entry: CaseEntry, volume: Volume): DisplayImage {
  const [min, max] = valueRange(volume.voxels)
  const window = volume.window ?? automaticWindow(volume)
  return {
    caseId: entry.caseId,
    size: [...volume.size],
    samples: volume.samples,
    voxels: volume.voxels,
    min,
    max,
    affine: [...volume.affine],
    spacingMm: volume.spacingMm === null ? null : [...volume.spacingMm],
    oriented: volume.oriented,
    frameOfReference: volume.frameOfReference,
    letters: { ...volumeEdgeLetters(volume) },
    projection: isProjection(entry),
    unit: volume.unit,
    photometric: volume.photometric,
    window: { ...window },
    presets: presets(volume, { window, full: fullWindow(min, max) }),
    corner: cornerLines(entry)
  }
}

/** True for radiographs that project the body: sizes are those at the detector. */
export const isProjection = ({ modality }: Pick<CaseEntry, 'modality'>): boolean =>
  ['CR', 'DX', 'MG', 'XA', 'RF'].includes(modality)

function presets(volume: Volume, { window, full }: { window: Window; full: Window }): Preset[] {
  const own: Preset[] = [
    { name: volume.window === null ? 'Automatic' : 'From the file', ...window },
    { name: 'Full range', ...full }
  ]
  return volume.unit === 'HU' ? [...own, ...hounsfieldPresets] : own
}

function fullWindow(min: number, max: number): Window {
  return { center: (min + max) / 2, width: Math.max(max - min, 1e-6) }
}

/** Window between the 1st and the 99th percentile of a sample of voxels: outliers such as metal do not darken the rest. */
export function automaticWindow(volume: Pick<Volume, 'voxels' | 'photometric'>): Window {
  const { voxels } = volume
  const step = Math.max(1, Math.floor(voxels.length / 50_000))
  const sample: number[] = []
  for (let i = 0; i < voxels.length; i += step) if (Number.isFinite(voxels[i])) sample.push(voxels[i])
  if (sample.length === 0) return { center: 0, width: 1 }
  sample.sort((a, b) => a - b)
  const at = (share: number): number => sample[Math.round(share * (sample.length - 1))]
  const [low, high] = at(0.01) < at(0.99) ? [at(0.01), at(0.99)] : [sample[0], sample[sample.length - 1]]
  return fullWindow(low, high)
}

function cornerLines(entry: CaseEntry): string[] {
  return [
    entry.title,
    entry.subtitle,
    [entry.modality, entry.date ?? ''].filter((text) => text !== '').join(' · ')
  ].filter((line) => line !== '')
}
