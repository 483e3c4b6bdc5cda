import type { MaskDone } from '@engine/handlers/convert-masks'
import { conversionRules, conversionUsage, converted, maskOutput } from './conversion'
import type { MasksVerb } from './verb'

/** `masks import`: what mask files hold on the grid of an image, a line for each segment. */
export const importVerb: MasksVerb = {
  name: 'import',
  usage: [
    'saliscope masks import --image IMAGE --mask FILE[#SEGMENT]… [--out DIR [--as FORMAT,…, usually nifti]] [--json]',
    '    for each segment: number, name, code, voxels, volume, frames, SHA-256 of its voxels',
    conversionUsage
  ].join('\n'),
  rules: conversionRules,

  async run(paths, args, tools) {
    const { console, host } = tools
    const output = maskOutput(args, args.option('as'), host.version)
    return converted({ args, paths, output }, tools, ({ file, from, segments, files, warnings }) => {
      for (const segment of segments) {
        if (console.json) console.result(JSON.stringify({ file, from, ...segment, warnings }))
        else console.result(`${file}: ${inWords(segment)}`)
      }
      if (!console.json) for (const name of files) console.result(name)
    })
  }
}

function inWords({ number, name, code, voxels, ml, mm2, frames }: MaskDone['segments'][number]): string {
  const coded = code === null ? '' : ` (${code.scheme} ${code.value} ${code.meaning})`
  const size = ml !== null ? `, ${ml.toPrecision(4)} ml` : mm2 !== null ? `, ${mm2.toPrecision(4)} mm²` : ''
  return `segment ${number}, ${name}${coded}: ${voxels} voxels${size} on ${frames} slices`
}
