import type { Handlers } from '@engine/engine'
import type { Workbench } from './workbench'

/** What the window says about the program itself. */
export function appHandlers(workbench: Workbench): Pick<Handlers, 'app.info'> {
  const { options, session } = workbench
  return {
    async 'app.info'() {
      return {
        version: options.version,
        provider: 'cpu',
        threads: options.threads,
        runtime: `Node ${process.versions.node}`,
        firstStart: session.firstStart
      }
    }
  }
}
