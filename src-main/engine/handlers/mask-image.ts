import { basename } from 'node:path'
import { Fault } from '@engine/fault'
import { openSeries } from '@engine/formats/open-series'
import type { Job } from '@engine/job'
import type { Volume } from '@engine/geometry/volume'

/** An image that masks are laid on. */
export interface MaskImage {
  readonly name: string
  readonly image: Volume
  readonly paths: readonly string[]
  readonly warnings: readonly string[]
}

/** Objects made from images; in a folder they lie beside the image that is meant. */
const derivedModalities = new Set(['SEG', 'RTSTRUCT', 'RTDOSE', 'PR', 'SR'])

/**
 * The one image of a file or folder; segmentations and structure sets beside it are passed over.
 * Throws Fault `bad-parameter` when there are several, and what opening throws.
 */
export async function openMaskImage(path: string, job: Job): Promise<MaskImage> {
  const { series, problems } = await openSeries([path], job)
  const images = series.filter(({ tags }) => !derivedModalities.has(tags?.modality ?? ''))
  const [first] = images
  if (first === undefined) {
    const [problem] = problems
    if (problem !== undefined) {
      const { code, message, subject, hint } = problem.fault
      throw new Fault(code, message, { subject, hint })
    }
    throw new Fault('no-pixels', `There is no image in “${basename(path)}”.`, { subject: basename(path) })
  }
  if (images.length > 1 && first.part?.count !== images.length) {
    throw new Fault('bad-parameter', `“${basename(path)}” holds ${images.length} images; masks are laid on one.`, {
      subject: basename(path),
      hint: 'Name the folder or file of one series.'
    })
  }
  const several = images.length > 1 ? [`The series holds ${images.length} volumes; the first is used.`] : []
  return { name: first.name, image: await first.load(), paths: first.paths, warnings: [...first.warnings, ...several] }
}
