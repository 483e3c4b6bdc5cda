import { resolve } from 'node:path'
import { Fault } from '@engine/fault'
import { writeConsensus } from '@engine/handlers/write-consensus'
import { consensusMethods, consensusOf, type ConsensusMethod } from '@engine/readers/consensus'
import { regionText } from '@engine/readers/scored-region'
import { required } from '../arguments'
import { compared, comparedOptions } from './compared'
import type { MasksVerb } from './verb'

/** `masks consensus`: one mask, or one probability, out of several readers'. */
export const consensusVerb: MasksVerb = {
  name: 'consensus',
  usage:
    'saliscope masks consensus --method staple|majority|soft MASK MASK… --out FILE.npy|.nii.gz [--image IMAGE] [--region whole|union[:MARGIN]] [--json]',
  rules: { options: [...comparedOptions, 'method', 'out'] },

  async run(paths, args, { console }) {
    const method = methodOf(required(args, 'method'))
    const out = required(args, 'out')
    const { masks, grid, region, image, warnings } = await compared(paths, args)
    const consensus = consensusOf(masks, grid, { method, region })
    await writeConsensus(resolve(out), consensus, image)
    for (const warning of [...warnings, ...consensus.warnings]) console.remark(warning)
    const inside = Array.from<number>(consensus.voxels).filter((value) => value >= 0.5).length
    const performance = masks.map(({ reader }, index) => ({
      reader,
      sensitivity: consensus.sensitivity?.[index] ?? null,
      specificity: consensus.specificity?.[index] ?? null
    }))
    if (console.json)
      console.result(
        JSON.stringify({
          method,
          region: regionText(region),
          voxels: inside,
          readers: performance,
          warnings: consensus.warnings
        })
      )
    else {
      console.result(`${method}, region ${regionText(region)}: ${inside} voxels at or above one half`)
      if (method === 'staple' && consensus.sensitivity !== null)
        for (const { reader, sensitivity, specificity } of performance)
          console.result(`${reader}: sensitivity ${sensitivity!.toFixed(4)}, specificity ${specificity!.toFixed(4)}`)
    }
    return 0
  }
}

function methodOf(text: string): ConsensusMethod {
  const method = consensusMethods.find((known) => known === text)
  if (method === undefined)
    throw new Fault('usage', `There is no consensus "${text}".`, {
      subject: text,
      hint: `Use ${consensusMethods.join(', ')}.`
    })
  return method
}
