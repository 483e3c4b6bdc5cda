/** Values of the window's own storage under one name; what cannot be read is the default again. */
export function kept<T extends object>(name: string, defaults: T): { read(): T; write(values: T): void } {
  return {
    read: () => {
      try {
        const stored: unknown = JSON.parse(localStorage.getItem(name) ?? '{}')

        return { ...defaults, ...(typeof stored === 'object' ? stored : {}) }
      } catch {
        return defaults
      }
    },
    write: (values) => {
      try {
        localStorage.setItem(name, JSON.stringify(values))
      } catch {
        // A window without storage keeps the choice until it closes.
      }
    }
  }
}
