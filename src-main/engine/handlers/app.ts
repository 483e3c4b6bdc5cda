import { join } from 'node:path'
import type { Handlers } from '@engine/engine'
import { Fault } from '@engine/fault'
import { quietJob } from '@engine/job'
import { type InstallationReport, installationCsv } from '@shared/installation'
import { checkInstallation } from './installation-check/check-installation'
import { prepareFolder, writeWhole } from './output-folder'
import { type ProviderLine, surveyProviders, systemTitle, thisSystem } from './provider-survey'
import type { Workbench } from './workbench'

/** What the window says about the program itself. */
export function appHandlers(
  workbench: Workbench
): Pick<Handlers, 'app.info' | 'app.providers' | 'app.check' | 'app.check-save'> {
  const { options, session, models } = workbench
  let survey: Promise<ProviderLine[]> | null = null
  let checked: InstallationReport | null = null
  return {
    async 'app.info'() {
      return {
        version: options.version,
        threads: options.threads,
        runtime: `Node ${process.versions.node}`,
        firstStart: session.firstStart
      }
    },

    async 'app.check'(_input, job) {
      const { spawn, cudaFolder = null, sampleFolder, threads, version } = options
      checked = await checkInstallation({ spawn, cudaFolder, sampleFolder, threads, version }, job)
      return checked
    },

    async 'app.check-save'({ grant }) {
      if (checked === null)
        throw new Fault('not-found', 'Nothing has been checked yet.', { hint: 'Check this installation first.' })
      const folder = options.resolveGrant(grant)
      prepareFolder(folder)
      const files: [string, string][] = [
        ['installation-check.json', `${JSON.stringify(checked, null, 2)}\n`],
        ['installation-check.csv', installationCsv(checked)]
      ]
      for (const [name, content] of files) writeWhole(join(folder, name), content)
      return { files: files.map(([name]) => name) }
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
