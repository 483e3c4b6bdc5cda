import { resolve } from 'node:path'
import { asFault, Fault } from '@engine/fault'
import { faultLines } from '../console'
import type { ReadersVerb } from './verb'
import { onWorkspace } from './workspace'

/** `readers merge`: files that readers bring back; a second time they change nothing. */
export const mergeVerb: ReadersVerb = {
  name: 'merge',
  usage: 'saliscope readers merge FILE.reading… --workspace DIR [--json]',
  rules: {},

  async run(paths, args, { console, host }) {
    if (paths.length === 0) throw new Fault('usage', 'No file is named.', { hint: mergeVerb.usage })
    return onWorkspace(args, host, async (engine) => {
      let failed = 0
      for (const path of paths) {
        try {
          const merged = await engine.call('reading.merge', { grant: resolve(path) }, console.job())
          console.result(console.json ? JSON.stringify(merged) : merged.sentence)
        } catch (thrown) {
          const fault = asFault(thrown)
          if (paths.length === 1 || fault.code === 'cancelled') throw fault
          failed++
          for (const line of faultLines(fault)) console.remark(line)
          if (console.json) console.result(JSON.stringify({ fault: fault.report() }))
        }
      }
      return failed > 0 ? 5 : 0
    })
  }
}
