/** Does one thing after the other; what fails holds nothing up. */
export class InOrder {
  #tail: Promise<unknown> = Promise.resolve()

  run(work: () => Promise<unknown>): Promise<unknown> {
    const next = this.#tail.then(work, work)
    this.#tail = next.catch(() => undefined)

    return this.#tail
  }
}
