/** Paths of all leaves of a JSON value; items of an array share the path `name[]`. */
export function leafPaths(value: unknown): string[] {
  const paths = new Set<string>()
  const walk = (node: unknown, path: string): void => {
    if (Array.isArray(node)) node.forEach((item) => walk(item, `${path}[]`))
    else if (typeof node === 'object' && node !== null) {
      for (const [key, child] of Object.entries(node)) walk(child, path === '' ? key : `${path}.${key}`)
    } else paths.add(path)
  }
  walk(value, '')
  return [...paths]
}
