import type { ReadersVerb } from './verb'
import { onWorkspace, studyNamed } from './workspace'

/** `readers verify`: audit trails and outlines of a study; exit status 3 where something was changed. */
export const verifyVerb: ReadersVerb = {
  name: 'verify',
  usage: 'saliscope readers verify STUDY --workspace DIR [--json]',
  rules: {},

  async run([name], args, { console, host }) {
    return onWorkspace(args, host, async (engine) => {
      const { studyId } = await studyNamed(engine, name, console)
      const verified = await engine.call('reading.verify', { studyId }, console.job())
      console.result(console.json ? JSON.stringify(verified) : verified.sentence)
      return verified.whole ? 0 : 3
    })
  }
}
