/** Work that has begun and not ended, for whoever must wait for all of it. */
export class UnderWay {
  readonly #works = new Set<Promise<unknown>>()

  add<T>(work: Promise<T>): Promise<T> {
    const kept: Promise<unknown> = work.then(
      () => this.#works.delete(kept),
      () => this.#works.delete(kept)
    )
    this.#works.add(kept)

    return work
  }

  /** When nothing is under way, also nothing that began meanwhile. */
  async ended(): Promise<void> {
    while (this.#works.size > 0) await Promise.all([...this.#works])
  }
}
