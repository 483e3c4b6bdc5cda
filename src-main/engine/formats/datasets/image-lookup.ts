import { hasImageName, nameOf, stemOf } from '@engine/formats/datasets/cells'
import { foldName } from '@engine/formats/datasets/place'

/** Images of a dataset found by the name a table or an annotation file calls them. */
export class ImageLookup {
  private readonly byName = new Map<string, string[]>()
  private readonly used = new Set<string>()

  constructor(private readonly files: readonly string[]) {
    for (const file of files) {
      for (const name of new Set([file, nameOf(file), stemOf(file)].map(foldName))) {
        const others = this.byName.get(name)
        if (others === undefined) this.byName.set(name, [file])
        else others.push(file)
      }
    }
  }

  /** The image of that path, file name or stem, or the reason why there is none. */
  find(name: string): { readonly file: string } | { readonly refused: string } {
    const asked = name.replaceAll('\\', '/').replace(/^(\.\/)+/, '')
    // A table may name the picture where the folder has the array of the same stem.
    const spellings = [asked, nameOf(asked), stemOf(asked)].map(foldName)
    const found = spellings.map((spelling) => this.byName.get(spelling)).find((files) => files !== undefined) ?? []
    if (found.length === 0) return { refused: `there is no image “${name}”` }
    if (found.length > 1)
      return { refused: `“${name}” could be ${found.length} images (${found.slice(0, 3).join(', ')})` }
    this.used.add(found[0])
    return { file: found[0] }
  }

  /** Images nobody asked for. */
  unused(): string[] {
    return this.files.filter((file) => !this.used.has(file))
  }
}

/** Files that may be images: by their ending, or DICOM without one. */
export function possibleImages(files: readonly string[]): string[] {
  return files.filter((file) => hasImageName(file) || !/\.[A-Za-z]/.test(nameOf(file)))
}
