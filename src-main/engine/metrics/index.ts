import { auprcTrapezoidMetric } from '@engine/metrics/auprc-trapezoid'
import { averagePrecisionMetric } from '@engine/metrics/average-precision'
import { averageSaliencyFocusMetric } from '@engine/metrics/average-saliency-focus'
import { diceMetric } from '@engine/metrics/dice'
import { iouMetric } from '@engine/metrics/iou'
import { kendallTauMetric } from '@engine/metrics/kendall-tau'
import { maxDiceMetric } from '@engine/metrics/max-dice'
import { meanSquaredErrorMetric } from '@engine/metrics/mean-squared-error'
import type { Metric } from '@engine/metrics/metric'
import { mutualInformationMetric } from '@engine/metrics/mutual-information'
import { normalisedMutualInformationMetric } from '@engine/metrics/normalised-mutual-information'
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
  ssimMetric,
  spearmanMetric,
  pearsonMetric,
  kendallTauMetric,
  mutualInformationMetric,
  normalisedMutualInformationMetric,
  meanSquaredErrorMetric
]
