import { resolve } from 'node:path'
import { required } from '../arguments'
import type { ReadersVerb } from './verb'
import { onWorkspace, studyNamed } from './workspace'

/** `readers export`: readings, agreement and study as tables and JSON. */
export const exportVerb: ReadersVerb = {
  name: 'export',
  usage: 'saliscope readers export STUDY --workspace DIR --out DIR [--json]',
  rules: { options: ['out'] },

  async run([name], args, { console, host }) {
    const grant = resolve(required(args, 'out'))
    return onWorkspace(args, host, async (engine) => {
      const { studyId } = await studyNamed(engine, name, console)
      const { files } = await engine.call('reading.export', { studyId, grant }, console.job())
      console.result(console.json ? JSON.stringify({ studyId, files }) : files.join('\n'))
      return 0
    })
  }
}
