import { decimal, interval } from './number-words'
import type { AnswerKey, Conclusion, MatrixCell, ResultRow } from './report'
import type { Area, VerdictState } from './verdict'

/** The wording of verdicts, used by the report screen and by the report file alike. */

export const researchUse = 'Research use. Not for diagnosis.'

/** A recipe's hash in few signs, enough to tell recipes apart on paper. */
export const shortRecipe = (id: string): string => (/^[0-9a-f]{16,}$/u.test(id) ? id.slice(0, 12) : id)

export const stateWords: Record<VerdictState, string> = {
  pass: 'passes',
  fail: 'fails',
  inconclusive: 'unclear',
  'not-assessable': 'not assessable'
}

/** The legend under the matrix. */
export const stateMeaning: Record<VerdictState, string> = {
  pass: 'passes: the whole interval is on the right side of the limit',
  fail: 'fails: the whole interval is on the wrong side',
  inconclusive: 'unclear: the interval crosses the limit; this is no pass',
  'not-assessable': 'not assessable: something is missing, and it is named'
}

export const conclusionWords: Record<Conclusion, string> = {
  rely: 'may be relied on',
  'rely-this-model': 'may be relied on for this model only',
  'do-not-rely': 'should not be relied on',
  unclear: 'unclear',
  'not-assessed': 'could not be assessed'
}

export const conclusionState: Record<Conclusion, VerdictState> = {
  rely: 'pass',
  'rely-this-model': 'pass',
  'do-not-rely': 'fail',
  unclear: 'inconclusive',
  'not-assessed': 'not-assessable'
}

export const conclusionRule =
  'A map may be relied on when every assessed question passes, for this model only when just the comparison with another model fails, ' +
  'and should not be relied on when pointing to the finding or dependence on training fails.'

/** The questions of the first layer, in a clinician's words. */
export const areaQuestion: Record<Area, string> = {
  localisation: 'Points to the finding',
  randomisation: 'Depends on training',
  repeatability: 'Same after retraining',
  reproducibility: 'Same in another model',
  completeness: 'Drives the prediction',
  fidelity: 'Follows the prediction',
  robustness: 'Steady under small changes',
  human: 'Agrees with readers',
  regions: 'Highlights the expected regions',
  groups: 'Differs between groups',
  cues: 'Keeps off what must not matter'
}

/** What the figure under the mark is, said at the head of its column. */
export const areaMeasure: Record<Area, string> = {
  localisation: 'average precision',
  randomisation: 'similarity, scrambled',
  repeatability: 'similarity, runs',
  reproducibility: 'similarity, models',
  completeness: 'extra drop',
  fidelity: 'mean fall',
  robustness: 'change of the map',
  human: 'overlap',
  regions: 'area under the ROC curve',
  groups: 'largest |t|',
  cues: 'share on the marker'
}

export const usesWords: Record<AnswerKey['uses'], string> = {
  finding: 'uses the finding',
  cue: 'uses the marker, not the finding',
  unclear: 'unclear what it uses',
  'not-assessable': 'not assessable'
}

export const usesState: Record<AnswerKey['uses'], VerdictState> = {
  finding: 'pass',
  cue: 'fail',
  unclear: 'inconclusive',
  'not-assessable': 'not-assessable'
}

/** `Points to the finding: passes`, what a mark says when it stands alone. */
export const markLabel = (area: Area, state: VerdictState): string => `${areaQuestion[area]}: ${stateWords[state]}`

/** The title of the limit when it is the same for all cells of a column: it then stands at the head, once. */
export function commonLimit(cells: readonly MatrixCell[]): string | null {
  const titles = new Set(cells.flatMap((cell) => (cell.limit === null ? [] : [cell.limit.title])))

  return titles.size === 1 ? [...titles][0] : null
}

export interface CellWords {
  /** Empty where the question could not be assessed. */
  value: string
  /** The 95 % interval, beside the value. */
  interval: string
  /** The limit below it, by name unless that stands at the head of the column; without a value the reason in few words. */
  below: string
}

/** What stands beside a mark of the matrix. */
export function cellWords(cell: MatrixCell, limitAtHead: string | null = null): CellWords {
  if (cell.value === null) return { value: '', interval: '', below: shortReason(cell.reason) }

  const limit =
    cell.limit === null || cell.limit.value === null
      ? ''
      : `${limitAtHead === null ? cell.limit.title : 'limit'} ${decimal(cell.limit.value)}`

  return { value: decimal(cell.value), interval: cell.ci95 === null ? '' : interval(cell.ci95), below: limit }
}

/** What is missing, without what would help: that stands on the first page and in the tables. */
const shortReason = (reason: string): string => reason.split(/ \(|: |; /u)[0]

const metricTitles: Record<string, string> = {
  'average-precision': 'average precision',
  'auprc-trapezoid': 'area under the precision–recall curve (trapezoid)',
  'roc-auc': 'area under the ROC curve',
  'pointing-game': 'hottest point inside the outline',
  'proportional-energy': 'share of the map inside the outline',
  'average-saliency-focus': 'average saliency focus',
  prevalence: 'share of the image outlined',
  ssim: 'similarity (SSIM)',
  'energy-share': 'share of the map on the marker',
  enrichment: 'share of the map on the marker, over its share of the image',
  'dice-at-equal-area': 'overlap with a reader (Dice), as many pixels as the reader outlined',
  'iou-at-equal-area': 'overlap with a reader (IoU), as many pixels as the reader outlined',
  'before-against-after': 'overlap of outlines before and after the reveal',
  'move-towards-map': 'change of the overlap with the map after the reveal',
  'outside-energy-share': 'share of the map outside the body',
  'outside-enrichment': 'share of the map outside the body, over its share of the image',
  'border-energy-share': 'share of the map on the border',
  'border-enrichment': 'share of the map on the border, over its share of the image',
  'text-energy-share': 'share of the map on burned-in text',
  'text-enrichment': 'share of the map on burned-in text, over its share of the image',
  'logit-drop-finding-removed': 'fall of the logit when the finding is removed',
  'relevance-rank': 'share of the hottest pixels inside the outline',
  'relevance-mass': 'share of the positive map inside the outline',
  'max-dice': 'best overlap with the outline (Dice)',
  'max-dice-percentile': 'percentile of the best overlap',
  'iou-otsu': 'overlap with the outline (IoU), Otsu’s threshold',
  'iou-percentile-95': 'overlap with the outline (IoU), hottest 5 %',
  'occluded-roc-auc': 'area under the ROC curve over occluded percentages',
  'hit-rate': 'hottest point inside or near the outline',
  'soft-dice': 'soft Dice inside the outline',
  'soft-dice-outside': 'soft Dice outside the outline',
  'inside-outside': 'mean inside the outline less the mean outside',
  'hot-area': 'share of the image marked, at half of the maximum',
  'map-energy': 'mean of the map over the image',
  spearman: 'rank correlation of the signed maps (Spearman)',
  'spearman-absolute': 'rank correlation of the absolute maps (Spearman)',
  pearson: 'correlation of the maps (Pearson)',
  'mutual-information': 'mutual information of the maps, nats',
  'hog-similarity': 'correlation of gradient histograms (HOG)',
  'road-combined': 'extra fall of the answer (ROAD, combined)',
  'road-morf': 'change of the answer without the hottest pixels (ROAD, MoRF)',
  'road-lerf': 'change of the answer without the coolest pixels (ROAD, LeRF)',
  'deletion-area': 'area under the deletion curve',
  'insertion-area': 'area under the insertion curve',
  aopc: 'mean fall over the steps of deletion (AOPC)',
  'average-drop': 'fall of the answer when only the map’s pixels are kept, percent',
  'average-increase': 'images whose answer rises when only the map’s pixels are kept',
  infidelity: 'infidelity, squared logits',
  'convergence-delta': 'what the map’s sum misses of the logit’s change',
  'fidelity-area': 'mean fall of the answer',
  'fidelity-area-zero': 'mean fall of the answer, replaced by zero',
  'fidelity-area-mean': 'mean fall of the answer, replaced by the mean',
  'fidelity-area-blur': 'mean fall of the answer, replaced by the blurred image',
  'fidelity-area-road': 'mean fall of the answer, imputed (ROAD)',
  'max-sensitivity': 'largest change of the map under small changes',
  'local-lipschitz': 'steepest change of the map a unit of the input',
  entropy: 'complexity (entropy, nats)',
  gini: 'sparseness (Gini index)',
  'region-auc': 'area under the ROC curve of region scores',
  'region-rank-correlation': 'rank correlation of region scores with the expected ones',
  'largest-t': 'largest |t| of all voxels',
  'mean-of-the-map': 'mean of the whole map',
  'correlation-of-the-two-outputs': 'correlation of the maps of both outputs',
  auc: 'area under the ROC curve'
}

/** A metric's id in words; ids that nobody has worded are shown with spaces. */
export function metricTitle(metric: string): string {
  const [, base, margin] = /^(.*)-margin-(\d+)$/u.exec(metric) ?? [null, metric, '0']
  const around = margin === '0' ? '' : `, ${margin} pixels around it`

  return `${metricTitles[base] ?? base.replaceAll('-', ' ')}${around}`
}

/** The area of a criterion id `AREA.name`. */
export const areaOf = (row: Pick<ResultRow, 'criterion'>): Area => row.criterion.split('.')[0] as Area
