import type { Job } from '@engine/job'

/**
 * Maps that are computed while others are scored, a few at a time and in the order they were asked for: begun all at once,
 * they would all be finished at the end, and held in memory until then.
 */
export class MapsAhead {
  private readonly waiting: (() => Promise<unknown>)[] = []
  private underWay = 0

  constructor(private readonly atOnce: number) {}

  /**
   * Not waited for: who needs a map asks for it himself, is told of its failure, and does not wait for its turn here. What has not
   * begun when the job is stopped reads no image any more.
   */
  add(works: readonly (() => Promise<unknown>)[], { signal }: Pick<Job, 'signal'>): void {
    this.waiting.push(...works.map((work) => () => (signal.aborted ? Promise.resolve() : work())))
    this.begin()
  }

  private begin(): void {
    while (this.underWay < this.atOnce) {
      const work = this.waiting.shift()
      if (work === undefined) return
      this.underWay += 1
      void this.one(work)
    }
  }

  private async one(work: () => Promise<unknown>): Promise<void> {
    try {
      await work()
    } catch {
      // Its own request reports a failure and computes again.
    } finally {
      this.underWay -= 1
      this.begin()
    }
  }
}
