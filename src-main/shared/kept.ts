/**
 * A memory of answers by key, bounded by weight: the least recently asked for leave first. Promises are kept from the
 * moment they are asked for, so the same thing is never computed twice at once; failures are not kept.
 */
export class Kept<Value> {
  private readonly entries = new Map<string, { promise: Promise<Value>; weight: number }>()
  private total = 0

  constructor(
    private readonly limit: number,
    private readonly weigh: (value: Value) => number,
    /** Told when a value leaves: to free what it holds. */
    private readonly dropped: (value: Value) => void = () => undefined
  ) {}

  get(key: string, compute: () => Promise<Value>): Promise<Value> {
    const known = this.entries.get(key)
    if (known !== undefined) {
      this.entries.delete(key)
      this.entries.set(key, known)
      return known.promise
    }
    const promise = compute()
    const entry = { promise, weight: 0 }
    this.entries.set(key, entry)
    promise.then(
      (value) => {
        // It may have had to leave before it was there: then it weighs nothing here.
        if (this.entries.get(key) !== entry) return
        entry.weight = this.weigh(value)
        this.total += entry.weight
        this.makeRoom()
      },
      () => this.entries.delete(key)
    )
    return promise
  }

  has(key: string): boolean {
    return this.entries.has(key)
  }

  private makeRoom(): void {
    for (const [key, entry] of this.entries) {
      if (this.total <= this.limit || this.entries.size === 1) return
      this.total -= entry.weight
      this.entries.delete(key)
      void entry.promise.then(this.dropped)
    }
  }
}
