import { codeProblem, codeSystems, codeWords, type CodeSystem, type FindingCode } from '@shared/finding-code'
import type { ExpectedRegions } from '@shared/region-set'
import { undoWords } from './catalogue-undo'
import { session } from './session.svelte'
import { viewChanges } from './undoing.svelte'

/** What an expert expects of one set: by finding, the regions in which a map of it should be high. */
class Expectations {
  /** By set; a set that nobody touched stands as its file says. */
  #changed = $state.raw<ReadonlyMap<string, readonly ExpectedRegions[]>>(new Map())
  #written = $state.raw<ReadonlyMap<string, readonly ExpectedRegions[]>>(new Map())
  /** Whether regions are being marked. */
  open = $state(false)
  /** The finding that is marked. */
  label = $state('')
  /** As it is being typed. */
  system = $state<CodeSystem | 'none'>('none')
  value = $state('')
  /** Name of the file that was written last. */
  file = $state('')

  /** What is marked for a set, by hand or in its file. */
  of(set: string, inFile: readonly ExpectedRegions[]): readonly ExpectedRegions[] {
    return this.#changed.get(set) ?? inFile
  }

  /** What was marked by hand for a set; null where nobody touched it. */
  changed(set: string): ExpectedRegions[] | null {
    const marked = this.#changed.get(set)

    return marked === undefined ? null : [...marked]
  }

  /** True where something was marked that its file does not say yet. */
  isChanged(set: string): boolean {
    return this.#changed.get(set) !== this.#written.get(set)
  }

  /** Takes a finding to mark, with the code it was given before. */
  choose(label: string, marked: readonly ExpectedRegions[]): void {
    this.label = label
    const code = entryOf(marked, label)?.code ?? null
    this.system = code === null ? 'none' : typeof code === 'string' ? 'own' : code.system
    this.value = code === null ? '' : typeof code === 'string' ? code : code.value
  }

  /** What is wrong with the code as it is typed; null where it is right, or there is none. */
  get problem(): string | null {
    const value = this.value.trim()

    return this.system === 'none' || value === '' ? null : codeProblem({ system: this.system, value })
  }

  flip(set: string, marked: readonly ExpectedRegions[], region: string): void {
    const regions = entryOf(marked, this.label)?.regions ?? []
    const next = regions.includes(region) ? regions.filter((name) => name !== region) : [...regions, region]
    this.#put(set, { marked, words: undoWords.expected(this.label.trim()) }, next)
  }

  /** Puts the typed code in force where it is right. */
  putCode(set: string, marked: readonly ExpectedRegions[]): void {
    const entry = entryOf(marked, this.label)
    if (entry === undefined || this.problem !== null || wordsOf(entry.code) === wordsOf(this.#code)) return
    this.#put(set, { marked, words: undoWords.code(this.label.trim()) }, entry.regions)
  }

  /** What was marked stands in the file now. */
  saved(set: string, marked: readonly ExpectedRegions[], file: string): void {
    this.file = file
    this.#changed = new Map([...this.#changed, [set, marked]])
    this.#written = new Map([...this.#written, [set, marked]])
  }

  get #code(): FindingCode | null {
    const value = this.value.trim()

    return this.system === 'none' || value === '' ? null : { system: this.system, value }
  }

  #put(
    set: string,
    { marked, words }: { marked: readonly ExpectedRegions[]; words: string },
    regions: readonly string[]
  ): void {
    const label = this.label.trim()
    if (label === '') return
    const others = marked.filter((one) => !isSame(one.label, label))
    const code = this.problem === null ? this.#code : (entryOf(marked, label)?.code ?? null)
    // A finding for which nothing is expected is not marked at all.
    const own = regions.length === 0 ? [] : [{ label, regions: [...regions], code }]
    const before = this.#changed.get(set)
    viewChanges.change({ words }, { before, after: [...others, ...own] }, (marks) => this.#become(set, marks))
  }

  #become(set: string, marked: readonly ExpectedRegions[] | undefined): void {
    const rest = [...this.#changed].filter(([key]) => key !== set)
    this.#changed = new Map(marked === undefined ? rest : [...rest, [set, marked]])
  }
}

const isSame = (left: string, right: string): boolean => left.trim().toLowerCase() === right.trim().toLowerCase()

const wordsOf = (code: ExpectedRegions['code']): string => (code === null ? '' : codeWords(code))

export const entryOf = (marked: readonly ExpectedRegions[], label: string): ExpectedRegions | undefined =>
  marked.find((one) => isSame(one.label, label))

/** Findings that are offered: marked ones first, then labels of open cases and of the model. */
export function findingsOffered(marked: readonly ExpectedRegions[]): string[] {
  const ofModel = session.models.find(({ modelId }) => modelId === session.currentModelId)?.card.outputs[0].labels ?? []
  const all = [...marked.map(({ label }) => label), ...session.cases.map(({ label }) => label ?? ''), ...ofModel]

  return all.filter(
    (label, index) => label !== '' && !isSame(label, 'none') && all.findIndex((other) => isSame(other, label)) === index
  )
}

/** Vocabularies, after “no code”. */
export const systemChoices: readonly (CodeSystem | 'none')[] = ['none', ...codeSystems]

export const expectations = new Expectations()
