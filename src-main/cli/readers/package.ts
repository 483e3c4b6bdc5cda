import { resolve } from 'node:path'
import { Fault } from '@engine/fault'
import { required } from '../arguments'
import type { ReadersVerb } from './verb'
import { onWorkspace, studyNamed } from './workspace'

/** `readers package`: the file a reader carries to another computer. */
export const packageVerb: ReadersVerb = {
  name: 'package',
  usage: 'saliscope readers package STUDY --workspace DIR --reader ID|NAME --out DIR [--json]',
  rules: { options: ['reader', 'out'] },

  async run([name], args, { console, host }) {
    const wanted = required(args, 'reader')
    const grant = resolve(required(args, 'out'))
    return onWorkspace(args, host, async (engine) => {
      const { studyId, readers } = await studyNamed(engine, name, console)
      const reader = readers.find((one) => one.readerId === wanted || one.name === wanted)
      if (reader === undefined) {
        const hint = `Readers: ${readers.map((one) => one.name).join(', ')}.`
        throw new Fault('not-found', `There is no reader "${wanted}" in this study.`, { subject: wanted, hint })
      }
      const { files } = await engine.call(
        'reading.package',
        { studyId, readerId: reader.readerId, grant },
        console.job()
      )
      console.result(console.json ? JSON.stringify({ studyId, reader: reader.readerId, files }) : files.join('\n'))
      return 0
    })
  }
}
