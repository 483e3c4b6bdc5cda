/** dcmjs carries no types; what is used of it is declared here. */
declare module 'dcmjs' {
  type Denaturalised = Record<string, { vr: string; Value: unknown[] }>
  interface DicomDict {
    dict: Denaturalised
    write(options?: { allowInvalidVRLength?: boolean; fragmentMultiframe?: boolean }): ArrayBuffer
  }
  interface DicomMetaDictionary {
    nameMap: Readonly<Record<string, { tag: string; vr: string; name: string } | undefined>>
    denaturalizeDataset(dataset: object): Denaturalised
  }
  const dcmjs: {
    data: { DicomDict: new (meta: Denaturalised) => DicomDict; DicomMetaDictionary: DicomMetaDictionary }
    log: { setLevel(level: 'error' | 'warn' | 'silent'): void }
  }
  export default dcmjs
}
