import { adjustedPart, comparisonsPart } from './adjusted'
import { answerKeyPart } from './answer-key'
import { classifiersPart } from './classifiers'
import { curvesPart } from './curves'
import { evidencePart } from './evidence'
import { groupsPart } from './groups'
import { kindsPart } from './kinds'
import type { ReportPart } from './part'
import { presetPart } from './preset'
import { regionsPart } from './regions'

/** Everything beside rows, table and first page that is drawn again from the values of a report. */
export const reportParts: readonly ReportPart[] = [
  adjustedPart,
  comparisonsPart,
  classifiersPart,
  answerKeyPart,
  curvesPart,
  regionsPart,
  groupsPart,
  kindsPart,
  evidencePart,
  presetPart
]
