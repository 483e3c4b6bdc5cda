/** Labels by which datasets say that nothing was found: chest radiographs, ADNI and OASIS, case-control studies. */
const inUse = [
  'none',
  'normal',
  'no finding',
  'no findings',
  'healthy',
  'control',
  'controls',
  'healthy control',
  'cn',
  'hc',
  'nc'
]

const plain = (label: string): string =>
  label
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, ' ')

/** Whether a label means that there is no finding; `stated` are the experiment's own labels for it, which then count alone. */
export function meansNoFinding(label: string, stated: readonly string[] | null = null): boolean {
  return (stated ?? inUse).map(plain).includes(plain(label))
}
