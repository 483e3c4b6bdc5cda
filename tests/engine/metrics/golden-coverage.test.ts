import { describe, expect, test } from 'vitest'
import { golden, present } from '../../support/golden-metric'
import { leafPaths } from '../../support/leaf-paths'

/** Leaves of metrics.json that other layers or a later batch reproduce, by prefix, with the reason. */
const elsewhere: Readonly<Record<string, string>> = {
  versions: 'package versions of the peers, not a value',
  maps: 'file names',
  masks: 'file names',
  'ssim.definitions': 'prose',
  'localisation.definitions': 'prose',
  'similarity.definitions': 'prose',
  'ssim.pairs[].a': 'names',
  'ssim.pairs[].b': 'names',
  'ssim.volume.a': 'file name',
  'ssim.volume.b': 'file name',
  'ssim.pairs[].default_no_data_range': 'how scikit-image fails without a data range; ours is always stated',
  'localisation.entries[].map': 'names',
  'localisation.entries[].mask': 'names',
  'similarity.entries[].a': 'names',
  'similarity.entries[].b': 'names',
  visualize: 'map reduction: attribution layer',
  'reader_agreement.definitions': 'prose',
  'reader_agreement.entries[].a': 'names',
  'reader_agreement.entries[].b': 'names',
  'reader_agreement.entries[].spacing': 'input',
  road: 'batch 5: completeness',
  deletion_insertion: 'batch 5: completeness',
  fidelity: 'batch 5: fidelity',
  felzenszwalb: 'batch 2: XRAI segmentation (attribution layer)',
  'statistics.scores': 'file name',
  'statistics.big': 'file name',
  'statistics.big_ties': 'file name',
  'statistics.p_values': 'input',
  'statistics.bootstrap.indices': 'file name',
  'statistics.bootstrap.statistic': 'prose',
  'statistics.bootstrap.definition': 'prose',
  'mprt.model_case': 'input',
  'mprt.target': 'input',
  'mprt.explanation': 'prose',
  'mprt.order': 'input',
  'mprt.seed': 'input',
  'mprt.original_map': 'file name',
  'mprt.steps[].layer': 'name',
  'mprt.steps[].model': 'file name',
  'mprt.steps[].map': 'file name',
  'mprt.steps_note': 'prose',
  'mprt.definition': 'prose',
  'mprt.ssim_absFalse': 'the peer failed',
  'mprt.ssim_absTrue': 'the peer failed'
}

/** Leaves that the golden tests beside this file reproduce. */
const reproduced = [
  // tests/engine/readers/golden-agreement.test.ts
  'reader_agreement.entries[]',
  'ssim.pairs[].qtim',
  'ssim.pairs[].uniform7_range1',
  'ssim.pairs[].gaussian11_range1',
  'ssim.pairs[].quantus',
  'ssim.full_map_a_b_qtim',
  'ssim.volume.uniform7_range2_3d',
  'ssim.volume.uniform7_range1_3d',
  'localisation.entries[].average_precision',
  'localisation.entries[].auprc_trapezoid',
  'localisation.entries[].roc_auc',
  'localisation.entries[].prevalence',
  'localisation.entries[].max_dice_percentile',
  'localisation.entries[].max_dice_topk',
  'localisation.entries[].max_dice_fraction_of_max',
  'localisation.entries[].dice_curves',
  'localisation.entries[].pointing_game',
  'localisation.entries[].at_half_max',
  'localisation.entries[].relevance_mass_accuracy_positive',
  'localisation.entries[].relevance_rank_accuracy',
  'localisation.entries[].soft_dice_qtim',
  'similarity.entries[].pearson',
  'similarity.entries[].spearman',
  'similarity.entries[].kendall_tau_b',
  'similarity.entries[].mi_nats_32bins',
  'similarity.entries[].mi_nats_64bins',
  'similarity.entries[].nmi_skimage_100bins',
  'similarity.entries[].mse',
  'statistics.wilcoxon_0_1_auto',
  'statistics.wilcoxon_0_1_approx',
  'statistics.wilcoxon_big_auto',
  'statistics.wilcoxon_bigties_auto',
  'statistics.holm',
  'statistics.wilcoxon_0_1_approx_cc',
  'statistics.wilcoxon_0_1_greater',
  'statistics.wilcoxon_bigties_pratt',
  'statistics.wilcoxon_bigties_zsplit',
  'statistics.mannwhitney_0_2_auto',
  'statistics.mannwhitney_0_2_asymptotic',
  'statistics.mannwhitney_small_exact',
  'statistics.mannwhitney_ties_4_0r',
  'statistics.kruskal_5',
  'statistics.friedman_5',
  'statistics.ttest_rel_0_1',
  'statistics.bonferroni',
  'statistics.hochberg',
  'statistics.bh',
  'statistics.by',
  'statistics.bootstrap.basic95',
  'statistics.bootstrap.bca95',
  'statistics.bootstrap.percentile95',
  'statistics.bootstrap.se',
  'statistics.bootstrap.paired_difference_0_1_percentile95',
  'mprt.spearman_absFalse',
  'mprt.spearman_absTrue',
  'mprt.steps[].ssim_qtim',
  'mprt.steps[].spearman_abs',
  'mprt.steps[].pearson_abs'
]

describe.skipIf(!present)('golden metrics', () => {
  test('every entry of metrics.json is reproduced by a test beside this one or named with the reason', () => {
    const known = [...reproduced, ...Object.keys(elsewhere)]
    const covered = (path: string): boolean =>
      known.some((prefix) => path === prefix || path.startsWith(`${prefix}.`) || path.startsWith(`${prefix}[]`))
    const paths = leafPaths(golden)
    expect(paths.filter((path) => !covered(path))).toEqual([])
    expect(known.filter((prefix) => !paths.some((path) => path.startsWith(prefix)))).toEqual([])
  })
})
