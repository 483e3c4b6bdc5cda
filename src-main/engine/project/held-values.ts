/** Values that a full disk keeps from being written, by name: newer than what the database has. */
export class HeldValues<T> {
  private readonly values = new Map<string, T>()

  of(name: string): T | undefined {
    return this.values.get(name)
  }

  /** Holds a value; what is answered is to be called once it is on the disk, or never will be. */
  hold(name: string, value: T): () => void {
    this.values.set(name, value)
    return () => {
      if (this.values.get(name) === value) this.values.delete(name)
    }
  }

  /** Takes a value away, for another name; undefined where none is held. */
  take(name: string): T | undefined {
    const value = this.values.get(name)
    this.values.delete(name)
    return value
  }
}
