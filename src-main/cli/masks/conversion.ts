import { resolve } from 'node:path'
import { Fault } from '@engine/fault'
import { convertMasks, type MaskDone, type MaskOutput } from '@engine/handlers/convert-masks'
import { segmentationFormats } from '@engine/handlers/exports/segmentation-formats'
import { openMaskImage } from '@engine/handlers/mask-image'
import { prepareFolder } from '@engine/handlers/output-folder'
import { type Arguments, oneOf, required } from '../arguments'
import { type CommandConsole, faultLines } from '../console'
import type { VerbSurroundings } from './verb'

/** Ids for `--as`. */
export const maskFormatIds = segmentationFormats.map(({ id }) => id)

/** Rules of the verbs that read mask files for an image. */
export const conversionRules = {
  options: ['image', 'out', 'as', 'creator', 'identity', 'fractional'],
  lists: ['mask'],
  flags: ['combine']
} as const

/** Options both verbs share, for the usage text. */
export const conversionUsage = [
  '    [--combine: all masks as segments of one file] [--creator NAME: who drew them]',
  '    [--identity pseudonym|source: who DICOM outputs say they are of]',
  '    [--fractional probability|occupancy: what shares of a fractional SEG mean]'
].join('\n')

/** Where and how to write, null for nothing. Throws Fault `usage`. */
export function maskOutput(args: Arguments, as: string | undefined, version: string): MaskOutput | null {
  const out = args.option('out')
  if (out === undefined) {
    if (args.option('as') !== undefined) throw new Fault('usage', '--as needs --out, the folder to write to.')
    return null
  }
  return {
    folder: resolve(out),
    formats: readFormats(as ?? 'nifti'),
    identity: oneOf(args, 'identity', ['pseudonym', 'source']),
    creator: args.option('creator') ?? '',
    fractional: oneOf(args, 'fractional', ['probability', 'occupancy']) === 'occupancy' ? 'OCCUPANCY' : 'PROBABILITY',
    version,
    combine: args.flag('combine')
  }
}

/**
 * Reads the masks named, each said by `say`; returns the exit status: 0, 3 when the only mask failed, 5 when some did.
 * Throws Fault `usage` and what opening the image throws.
 */
export async function converted(
  { args, paths, output }: { args: Arguments; paths: readonly string[]; output: MaskOutput | null },
  { console }: VerbSurroundings,
  say: (done: MaskDone) => void
): Promise<number> {
  const masks = [...args.list('mask'), ...paths].map((path) => resolve(path))
  if (masks.length === 0) throw new Fault('usage', 'No mask file is named.', { hint: 'Name them after --mask.' })
  const path = resolve(required(args, 'image'))
  if (output !== null) prepareFolder(output.folder)
  const job = console.job()
  const image = await openMaskImage(path, job)
  for (const warning of image.warnings) console.remark(warning)
  const done = await convertMasks({ image, masks, output }, job)
  for (const entry of done) sayOrRefuse(entry, console, say)
  const failed = done.filter(({ fault }) => fault !== null).length
  if (failed === 0) return 0
  return done.length === 1 ? 3 : 5
}

function sayOrRefuse(done: MaskDone, console: CommandConsole, say: (done: MaskDone) => void): void {
  const { file, warnings, fault } = done
  for (const warning of warnings) console.remark(warning)
  if (fault === null) {
    say(done)
    return
  }
  for (const line of faultLines(new Fault(fault.code, fault.message, { hint: fault.hint }))) console.remark(line)
  if (console.json) console.result(JSON.stringify({ file, fault }))
}

/** The formats of `--as`. Throws Fault `usage`. */
export function readFormats(text: string): MaskOutput['formats'] {
  return text.split(',').map((name) => {
    const found = segmentationFormats.find(({ id }) => id === name.trim())
    if (found === undefined) throw new Fault('usage', `--as takes ${maskFormatIds.join(', ')}; not "${name}".`)
    return found
  })
}
