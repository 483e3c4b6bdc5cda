import { asFault } from '@engine/fault'
import type { Job } from '@engine/job'
import type { Report } from '@shared/report'
import type { PanelTools } from './case-panel'
import { illustrate } from './illustrations'
import { methodGrids } from './method-grid'

/** What a report says of pictures that it does not have. */
export const noPictures = 'The pictures of maps could not be drawn:'

/**
 * The report with its pictures. One that cannot be drawn costs no figure: it is said among what the report cannot say.
 * Throws Fault `cancelled`, after `job.partial` was given the report without them.
 */
export async function withPictures(report: Report, tools: PanelTools, job: Job): Promise<Report> {
  try {
    const drawn = { ...report, illustrations: await illustrate(report, tools, job) }
    return { ...drawn, methodGrids: await methodGrids(drawn, tools, job) }
  } catch (thrown) {
    const fault = asFault(thrown)
    if (fault.code === 'cancelled') {
      job.partial?.(report)
      throw thrown
    }
    return { ...report, limits: [...report.limits, `${noPictures} ${fault.message}`] }
  }
}
