import type { Handlers } from '@engine/engine'
import { quietJob } from '@engine/job'
import { type ProviderLine, surveyProviders, systemTitle, thisSystem } from './provider-survey'
import type { Workbench } from './workbench'

/** What the window says about the program itself. */
export function appHandlers(workbench: Workbench): Pick<Handlers, 'app.info' | 'app.providers'> {
  const { options, session, models } = workbench
  let survey: Promise<ProviderLine[]> | null = null
  return {
    async 'app.info'() {
      return {
        version: options.version,
        threads: options.threads,
        runtime: `Node ${process.versions.node}`,
        firstStart: session.firstStart
      }
    },

    async 'app.providers'() {
      const { spawn, cudaFolder = null } = options
      // Not the request's own job: whoever asks next waits for the same answer.
      survey ??= surveyProviders({ spawn, cudaFolder, job: quietJob() }).catch((thrown: unknown) => {
        survey = null
        throw thrown
      })
      return { system: systemTitle(thisSystem()), providers: await survey, models: models.computedOn() }
    }
  }
}
