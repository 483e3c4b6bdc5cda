import { identityWords } from './clean-text'
import type { TreeElement, TreeItem } from './element-tree'
import { latinText, localValue } from './value-text'

/** What a file says about who and where, gathered before anything is changed. */
export interface SubjectFacts {
  /** What tells this patient from others: issuer and id, else name and birth date, else the study. */
  readonly key: string
  /** Words of all persons, ids and institutions of the file, lower case, three letters and more. */
  readonly words: ReadonlySet<string>
  readonly characterSets: readonly string[]
}

const nameTags: ReadonlySet<number> = new Set([
  0x00100020, 0x00101000, 0x00101001, 0x00080050, 0x00080080, 0x00080081, 0x00081010, 0x00081040, 0x00100021,
  0x00101040, 0x00101005, 0x00101060, 0x00321032, 0x00380010
])

export function subjectFacts(root: TreeItem): SubjectFacts {
  const value = (tag: number): string =>
    latinText(root.elements.find((element) => element.tag === tag)?.value ?? new Uint8Array()).trim()
  const characterSets = value(0x00080005).split('\\')
  const words = new Set<string>()
  for (const element of everyElement(root)) {
    if (element.meaning !== 'PN' && !nameTags.has(element.tag)) continue
    for (const word of identityWords(localValue(element.value, characterSets))) if (word.length > 2) words.add(word)
  }
  const id = value(0x00100020)
  const name = `${value(0x00100010)} ${value(0x00100030)}`.trim()
  const key = id !== '' ? `id ${value(0x00100021)}|${id}` : name !== '' ? `name ${name}` : `study ${value(0x0020000d)}`
  return { key, words, characterSets }
}

function* everyElement(item: TreeItem): Generator<TreeElement> {
  for (const element of item.elements) {
    yield element
    for (const inner of element.items ?? []) yield* everyElement(inner)
  }
}
