import { agreementOf, type Agreement } from '@engine/readers/agreement'
import type { Computed } from '@engine/metrics/metric'
import { compared, comparedOptions } from './compared'
import type { MasksVerb } from './verb'

/** `masks agreement`: how far several readers of one image agree. */
export const agreementVerb: MasksVerb = {
  name: 'agreement',
  usage:
    'saliscope masks agreement MASK MASK… [--image IMAGE] [--region whole|union[:MARGIN]] [--spacing MM[,MM[,MM]]] [--json]',
  rules: { options: comparedOptions },

  async run(paths, args, { console }) {
    const { masks, grid, region, warnings } = await compared(paths, args)
    const agreement = agreementOf(masks, grid, region)
    for (const warning of warnings) console.remark(warning)
    if (console.json) console.result(JSON.stringify({ ...asJson(agreement), warnings }))
    else for (const line of lines(agreement)) console.result(line)
    return 0
  }
}

/** A number where there is one, else the reason. */
const plain = (computed: Computed): number | { value: null; reason: string } =>
  computed.value === null ? { value: null, reason: computed.reason } : computed.value

function asJson({ pairs, fleissKappa, krippendorffAlpha, icc, region, voxels }: Agreement): object {
  return {
    pairs: pairs.map((pair) => ({
      ...pair,
      hd95Mm: plain(pair.hd95Mm),
      hdMm: plain(pair.hdMm),
      assdMm: plain(pair.assdMm),
      hd95PooledMm: plain(pair.hd95PooledMm),
      assdPooledMm: plain(pair.assdPooledMm),
      kappa: plain(pair.kappa)
    })),
    fleissKappa: plain(fleissKappa),
    krippendorffAlpha: plain(krippendorffAlpha),
    icc: plain(icc),
    region,
    voxels
  }
}

const words = (computed: Computed, unit = ''): string =>
  computed.value === null ? `undefined, ${computed.reason}` : `${computed.value.toFixed(3)}${unit}`

function lines({ pairs, fleissKappa, krippendorffAlpha, icc, region, voxels }: Agreement): string[] {
  return [
    ...pairs.map(
      ({ a, b, dice, iou, hd95Mm, assdMm }) =>
        `${a} and ${b}: Dice ${dice.toFixed(3)}, IoU ${iou.toFixed(3)}, HD95 ${words(hd95Mm, ' mm')}, ASSD ${words(assdMm, ' mm')}`
    ),
    `Scored in: ${region} (${voxels} voxels)`,
    `Fleiss κ: ${words(fleissKappa)}`,
    `Krippendorff α: ${words(krippendorffAlpha)}`,
    `ICC(2,1) over voxels: ${words(icc)}`
  ]
}
