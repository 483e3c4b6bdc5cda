import { join } from 'node:path'
import type { Job } from '@engine/job'
import { type Feeds, InferenceHost, type OpenModel, type RunResult } from '@engine/runtime/inference-host'
import { forkInference } from '@engine/runtime/node-channel'

/** A host that adds up the time spent inside ONNX Runtime, without the way there and back. */
export class MeasuredHost extends InferenceHost {
  secondsInside = 0

  /** The inference process of the build, found from the repository root: npm scripts run there. */
  constructor() {
    super({ spawn: forkInference(join(process.cwd(), 'out', 'main', 'inference-process.js')) })
  }

  override async run(model: OpenModel, feeds: Feeds, fetches: readonly string[], job: Job): Promise<RunResult> {
    const result = await super.run(model, feeds, fetches, job)
    this.secondsInside += result.seconds
    return result
  }
}
