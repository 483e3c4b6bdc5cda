import type { Handlers } from '@engine/engine'
import { restoreJob } from './restore-job'
import type { Workbench } from './workbench'

type JobHandlers = Pick<Handlers, 'job.list' | 'job.pause' | 'job.resume' | 'job.move' | 'job.cancel' | 'job.dismiss'>

/** The jobs panel: pause, go on, stop, take off the list. */
export function jobHandlers(workbench: Workbench): JobHandlers {
  const { jobs } = workbench
  return {
    async 'job.list'() {
      return jobs.list()
    },
    async 'job.pause'({ jobId }) {
      jobs.pause(jobId)
      return {}
    },
    async 'job.resume'({ jobId }, job) {
      const offered = jobs.takeOffered(jobId)
      if (offered === undefined) jobs.resume(jobId)
      else await restoreJob(workbench, offered, job)
      return {}
    },
    async 'job.move'({ jobId, by }) {
      jobs.move(jobId, by)
      return {}
    },
    async 'job.cancel'({ jobId }) {
      jobs.cancel(jobId)
      return {}
    },
    async 'job.dismiss'({ jobId }) {
      jobs.dismiss(jobId)
      return {}
    }
  }
}
