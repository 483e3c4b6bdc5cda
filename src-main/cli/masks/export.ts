import { required } from '../arguments'
import { conversionRules, conversionUsage, converted, maskFormatIds, maskOutput } from './conversion'
import type { MasksVerb } from './verb'

/** `masks export`: mask files of any kind written in other formats on the grid of their image. */
export const exportVerb: MasksVerb = {
  name: 'export',
  usage: [
    `saliscope masks export --image IMAGE --mask FILE[#SEGMENT]… --as ${maskFormatIds.join(',')} --out DIR [--json]`,
    conversionUsage
  ].join('\n'),
  rules: conversionRules,

  async run(paths, args, tools) {
    const { console, host } = tools
    required(args, 'out')
    const output = maskOutput(args, required(args, 'as'), host.version)
    return converted({ args, paths, output }, tools, ({ file, from, files, segments, warnings }) => {
      if (console.json) console.result(JSON.stringify({ file, from, files, segments, warnings }))
      else for (const name of files) console.result(name)
    })
  }
}
