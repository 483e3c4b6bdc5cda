/** What the data dictionary (PS3.6) says of one attribute. */
export interface DictionaryEntry {
  /** Keyword, such as "PatientName". */
  readonly keyword: string
  /** Two letters; choices such as "US or SS" are given as "ox" (binary). */
  readonly vr: string
}

export type AttributeDictionary = ReadonlyMap<number, DictionaryEntry>

let loaded: Promise<AttributeDictionary> | null = null

/** All standard attributes by tag as a number (0xggggeeee), loaded once when first asked for. */
export function attributeDictionary(): Promise<AttributeDictionary> {
  loaded ??= load()
  return loaded
}

async function load(): Promise<AttributeDictionary> {
  const { default: dcmjs } = await import('dcmjs')
  const entries = new Map<number, DictionaryEntry>()
  for (const entry of Object.values(dcmjs.data.DicomMetaDictionary.nameMap)) {
    const found = /^\(([0-9A-F]{4}),([0-9A-F]{4})\)$/i.exec(entry?.tag ?? '')
    if (entry === undefined || found === null) continue
    const tag = Number.parseInt(found[1] + found[2], 16)
    if (!entries.has(tag)) entries.set(tag, { keyword: entry.name, vr: /^[A-Z]{2}$/.test(entry.vr) ? entry.vr : 'ox' })
  }
  return entries
}
