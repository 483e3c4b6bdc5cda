import { parseSpacing } from '@engine/formats/raster/stated-spacing'
import { readReport } from '@engine/formats/read-report'
import { writeReadImages } from '@engine/handlers/write-read'
import { Fault } from '@engine/fault'
import type { CliCommand } from '../command'
import { filesBelow, givenPaths } from '../paths'

/** `read PATH…`: one line per file, with a hash of its pixels. */
export const readCommand: CliCommand = {
  name: 'read',
  summary: 'what image files hold: shape, geometry, values, hash of the pixels, warnings',
  usage: 'saliscope read PATH… [--npy FILE] [--nifti FILE] [--spacing X,Y[,Z]] [--json]',
  rules: { options: ['npy', 'nifti', 'spacing'], lists: ['input'], flags: ['json'], positional: ['PATH…'] },

  async run(args, console, host) {
    const paths = filesBelow(await givenPaths([...args.positional, ...args.list('input')], host))
    const outputs = { npy: args.option('npy'), nifti: args.option('nifti') }
    if (paths.length > 1 && (outputs.npy !== undefined || outputs.nifti !== undefined)) {
      throw new Fault('usage', `--npy and --nifti take one input file; ${paths.length} are named.`)
    }
    const spacing = args.option('spacing')
    const options = spacing === undefined ? {} : { spacingMm: parseSpacing(spacing) }
    const job = console.job()
    let refused = 0
    for (const [index, path] of paths.entries()) {
      const result = await readReport(path, options)
      if (result.report.fault === undefined) await writeReadImages(result, outputs)
      else refused += 1
      console.result(console.json ? JSON.stringify(result.report) : readable(result.report))
      job.progress('files', index + 1, paths.length)
    }
    if (refused === 0) return 0
    return paths.length === 1 ? 3 : 5
  }
}

function readable(report: Awaited<ReturnType<typeof readReport>>['report']): string {
  if (report.fault !== undefined) {
    return `${report.path}: ${report.fault.message}${report.fault.hint === undefined ? '' : ` ${report.fault.hint}`}`
  }
  const figures = `${report.shape?.join(' × ') ?? ''}, values ${report.min ?? '–'} to ${report.max ?? '–'}, mean ${report.mean?.toPrecision(6) ?? '–'}`
  return [
    `${report.path}: ${report.kind === 'other' ? 'NRRD' : report.kind}, ${figures}`,
    ...report.warnings.map((warning) => `  ${warning}`)
  ].join('\n')
}
