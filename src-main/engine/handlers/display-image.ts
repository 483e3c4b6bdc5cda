import { volumeEdgeLetters } from '@engine/geometry/orientation'
import type { Volume } from '@engine/geometry/volume'
import { valueRange } from '@engine/preprocessing/scale-values'
import type { DisplayImage } from '@shared/vocabulary'
import type { CaseEntry } from './case-shelf'
import { modalityPresets, sampledValues, windowBetween, windowOfShares } from './window-presets'

type Window = DisplayImage['window']
type Preset = DisplayImage['presets'][number]

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
    uptake: volume.uptake ?? null,
    photometric: volume.photometric,
    window: { ...window },
    presets: presets(volume, { window, full: windowBetween(min, max) }, entry.modality),
    corner: cornerLines(entry)
  }
}

/** True for radiographs that project the body: sizes are those at the detector. */
export const isProjection = ({ modality }: Pick<CaseEntry, 'modality'>): boolean =>
  ['CR', 'DX', 'MG', 'XA', 'RF'].includes(modality)

function presets(volume: Volume, { window, full }: { window: Window; full: Window }, modality: string): Preset[] {
  return [
    { name: volume.window === null ? 'Automatic' : 'From the file', ...window },
    { name: 'Full range', ...full },
    // The list of CT is as long as there are keys.
    ...(volume.window === null || volume.unit === 'HU' ? [] : [{ name: 'Automatic', ...automaticWindow(volume) }]),
    ...modalityPresets(volume, modality)
  ]
}

/** Window between the 1st and the 99th percentile of a sample of voxels: outliers such as metal do not darken the rest. */
export function automaticWindow(volume: Pick<Volume, 'voxels'>): Window {
  return windowOfShares(sampledValues(volume), 0.01, 0.99)
}

function cornerLines(entry: CaseEntry): string[] {
  return [
    entry.title,
    entry.subtitle,
    [entry.modality, entry.date ?? ''].filter((text) => text !== '').join(' · ')
  ].filter((line) => line !== '')
}
