import { auprcTrapezoidMetric } from '@engine/metrics/auprc-trapezoid'
import { averagePrecisionMetric } from '@engine/metrics/average-precision'
import { averageSaliencyFocusMetric } from '@engine/metrics/average-saliency-focus'
import { entropyMetric, giniMetric } from '@engine/metrics/complexity'
import { diceMetric } from '@engine/metrics/dice'
import { hogSimilarityMetric } from '@engine/metrics/hog-similarity'
import { hotAreaMetric } from '@engine/metrics/hot-area'
import { insideOutsideMetric } from '@engine/metrics/inside-outside'
import { iouMetric } from '@engine/metrics/iou'
import { kendallTauMetric } from '@engine/metrics/kendall-tau'
import { mapEnergyMetric } from '@engine/metrics/map-energy'
import { maxDiceMetric } from '@engine/metrics/max-dice'
import { meanSquaredErrorMetric } from '@engine/metrics/mean-squared-error'
import type { Metric } from '@engine/metrics/metric'
import { mutualInformationMetric } from '@engine/metrics/mutual-information'
import { normalisedMutualInformationMetric } from '@engine/metrics/normalised-mutual-information'
import { occludedRocAucMetric } from '@engine/metrics/occluded-roc-auc'
import { pearsonMetric } from '@engine/metrics/pearson'
import { pointingGameMetric } from '@engine/metrics/pointing-game'
import { prevalenceMetric } from '@engine/metrics/prevalence'
import { proportionalEnergyMetric } from '@engine/metrics/proportional-energy'
import { relevanceMassMetric } from '@engine/metrics/relevance-mass'
import { relevanceRankMetric } from '@engine/metrics/relevance-rank'
import { rocAucMetric } from '@engine/metrics/roc-auc'
import { softDiceMetric } from '@engine/metrics/soft-dice'
import { spearmanMetric } from '@engine/metrics/spearman'
import { ssimMetric } from '@engine/metrics/ssim'

/** Every metric on maps, masks and pairs of maps; `saliscope score` and the criteria know them by id. */
export const metrics: readonly Metric[] = [
  auprcTrapezoidMetric,
  averagePrecisionMetric,
  rocAucMetric,
  occludedRocAucMetric,
  prevalenceMetric,
  maxDiceMetric,
  diceMetric,
  iouMetric,
  softDiceMetric,
  proportionalEnergyMetric,
  averageSaliencyFocusMetric,
  pointingGameMetric,
  relevanceRankMetric,
  relevanceMassMetric,
  insideOutsideMetric,
  hotAreaMetric,
  mapEnergyMetric,
  entropyMetric,
  giniMetric,
  ssimMetric,
  spearmanMetric,
  pearsonMetric,
  kendallTauMetric,
  mutualInformationMetric,
  normalisedMutualInformationMetric,
  hogSimilarityMetric,
  meanSquaredErrorMetric
]
