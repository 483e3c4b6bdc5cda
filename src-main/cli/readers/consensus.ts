import { resolve } from 'node:path'
import { consensusMethods } from '@shared/reading-results'
import { oneOf } from '../arguments'
import type { ReadersVerb } from './verb'
import { onWorkspace, studyNamed } from './workspace'

/** `readers consensus`: the consensus of every case, and with `--out` the experiment whose reference standard it is. */
export const consensusVerb: ReadersVerb = {
  name: 'consensus',
  usage:
    'saliscope readers consensus STUDY --workspace DIR [--method staple|majority|soft] [--replace: also what was accepted] [--out DIR: outlines and experiment.json] [--json]',
  rules: { options: ['method', 'out'], flags: ['replace'] },

  async run([name], args, { console, host }) {
    const method = oneOf(args, 'method', consensusMethods)
    const out = args.option('out')
    return onWorkspace(args, host, async (engine) => {
      const { studyId } = await studyNamed(engine, name, console)
      const order = { studyId, method, replace: args.flag('replace') }
      const { consensus } = await engine.call('reading.consensus', order, console.job())
      const grant = out === undefined ? null : resolve(out)
      const written = grant === null ? null : await engine.call('reading.reference', { studyId, grant }, console.job())
      if (console.json) console.result(JSON.stringify({ consensus, files: written?.files ?? [] }))
      else {
        for (const { code, voxels, adjudicate } of consensus)
          console.result(`${code}: ${voxels} voxels${adjudicate ? ', readers differ: look at it' : ''}`)
        if (written !== null) console.result(written.sentence)
      }
      return 0
    })
  }
}
