import { maskArea } from '@engine/metrics/mask-area'
import { defined, type Metric } from '@engine/metrics/metric'
import { noParams } from '@engine/metrics/no-params'

/** Share of the image inside the mask: the floor of average precision. */
export const prevalenceMetric: Metric<object> = {
  id: 'prevalence',
  title: 'Prevalence: share of the image inside the reference',
  citation: 'Davis J, Goadrich M. The relationship between precision-recall and ROC curves. ICML 2006.',
  needs: ['mask'],
  range: [0, 1],
  better: 'none',
  params: noParams,
  compute({ mask }) {
    return defined(maskArea(mask!) / mask!.length, 'the mask has no pixels')
  }
}
