import type { FaultReport } from '@shared/fault'
import { asFault, Fault } from '@engine/fault'
import { concurrently } from '@shared/concurrently'
import { fileFacts, type FileFacts } from '@engine/formats/study/file-facts'

/** Header facts of several files that go to a worker together: a message a file would cost more than the reading. */
export interface FactsRequest {
  readonly headersOf: readonly string[]
}
/** One per path, in the order asked for: what the header says, or why it says nothing. */
export type FactsAnswer = readonly (
  { readonly facts: FileFacts; readonly fault: null } | { readonly facts: null; readonly fault: FaultReport }
)[]

/** Reads the headers of some files; never rejects for a file. */
export type ReadFacts = (paths: readonly string[]) => Promise<FactsAnswer>

/** Headers read at the same time: disks and file servers answer several small reads as fast as one. */
const headersAtOnce = 8

/** Headers read in the calling thread. */
export const factsHere: ReadFacts = async (paths) => {
  const answer = new Array<FactsAnswer[number]>(paths.length)
  await concurrently(paths, headersAtOnce, async (path, index) => {
    answer[index] = await fileFacts(path).then(
      (facts) => ({ facts, fault: null }),
      (thrown: unknown) => ({ facts: null, fault: asFault(thrown).report() })
    )
  })
  return answer
}

let chosen: ReadFacts = factsHere

/** Sets where headers are read; called once when a process starts, with the reader of a pool. */
export function readFactsWith(read: ReadFacts): void {
  chosen = read
}

/** Header facts of files, where the process decided. */
export const readFacts: ReadFacts = (paths) => chosen(paths)

/** Files handed to a worker at once: their headers take some 30 ms, so that progress and cancel stay prompt. */
export const headersPerBatch = 32

/**
 * A reader through a pool. `run` reads one batch within a time limit and rejects with a Fault past it; the files of such
 * a batch are then read one by one, so that only the file that hangs is refused.
 */
export function factsThrough(run: (request: FactsRequest) => Promise<FactsAnswer>): ReadFacts {
  const alone = async (path: string): Promise<FactsAnswer[number]> =>
    run({ headersOf: [path] }).then(
      ([only]) => only,
      (thrown: unknown) => ({ facts: null, fault: asFault(thrown).report() })
    )
  return async (paths) => {
    try {
      return await run({ headersOf: paths })
    } catch (thrown) {
      if (!(thrown instanceof Fault) || thrown.code === 'internal' || paths.length < 2)
        return singleRefusal(paths, thrown)
      const answers: FactsAnswer[number][] = []
      for (const path of paths) answers.push(await alone(path))
      return answers
    }
  }
}

function singleRefusal(paths: readonly string[], thrown: unknown): FactsAnswer {
  return paths.map(() => ({ facts: null, fault: asFault(thrown).report() }))
}
