import type { CaseSummary } from '@shared/vocabulary'

/** A small radiograph, with a label or without. */
export const aCase = (caseId: string, label: string | null = null): CaseSummary => ({
  caseId,
  title: caseId,
  subtitle: '',
  modality: 'DX',
  date: null,
  label,
  size: [8, 8, 1],
  spacingMm: null,
  study: null,
  part: null,
  attached: [],
  source: caseId.startsWith('sample') ? 'sample' : 'own',
  masks: 0,
  cues: 0,
  variants: [],
  warnings: []
})
