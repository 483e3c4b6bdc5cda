import { required } from '../arguments'
import { conversionRules, conversionUsage, converted, maskFormatIds, maskOutput } from './conversion'
import { exportStudy } from './export-study'
import type { MasksVerb } from './verb'

/** `masks export`: mask files of any kind, or the outlines of a reading study, written in other formats on the grid of their image. */
export const exportVerb: MasksVerb = {
  name: 'export',
  usage: [
    `saliscope masks export --image IMAGE --mask FILE[#SEGMENT]… --as ${maskFormatIds.join(',')} --out DIR [--json]`,
    conversionUsage,
    `saliscope masks export --workspace DIR --study STUDY [--readers: each reader's own beside the consensus] --as ${maskFormatIds.join(',')} --out DIR [--identity pseudonym|source] [--json]`
  ].join('\n'),
  rules: {
    ...conversionRules,
    options: [...conversionRules.options, 'workspace', 'study'],
    flags: [...conversionRules.flags, 'readers']
  },

  async run(paths, args, tools) {
    const { console, host } = tools
    required(args, 'out')
    if (args.option('study') !== undefined) return exportStudy(args, tools)
    const output = maskOutput(args, required(args, 'as'), host.version)
    return converted({ args, paths, output }, tools, ({ file, from, files, segments, warnings }) => {
      if (console.json) console.result(JSON.stringify({ file, from, files, segments, warnings }))
      else for (const name of files) console.result(name)
    })
  }
}
