import { clusterSize, clusterUnit, groupScenes, kindScenes } from '@shared/cohort-evidence'
import type { GroupEvidence, MapClusters } from '@shared/group-evidence'
import { counted, decimal, decimalOr, probability } from '@shared/number-words'
import { body, dataTable } from '../data-table'
import { folded } from '../folded'
import { html, type Markup } from '../markup'
import type { Section } from '../section'
import { inlineSvg } from '../svg'

const clusterColumns = (size: string): { title: string; numeric?: boolean }[] => [
  { title: 'Cluster', numeric: true },
  { title: 'Voxels', numeric: true },
  { title: size, numeric: true },
  { title: 'Peak t', numeric: true },
  { title: 'Peak, LPS mm' },
  { title: 'p, corrected' }
]

/** So many clusters are printed; all of them are in report.json. */
const mostClusters = 20

function clusterTable({ clusters, files }: GroupEvidence): Markup {
  if (clusters.length === 0) return html`<p class="note">No cluster passes the threshold.</p>`
  const rows = clusters.slice(0, mostClusters).map(
    (one, index) =>
      html`<tr>
        <td class="n">${index + 1}</td>
        <td class="n">${one.voxels}</td>
        <td class="n">${clusterSize(one)}</td>
        <td class="n">${decimal(one.peakT)}</td>
        <td>${one.peakLpsMm.map((mm) => decimal(mm, 1)).join(', ')}</td>
        <td>${one.pCorrected === null ? 'labels were not shuffled' : probability(one.pCorrected)}</td>
      </tr>`
  )
  const more = clusters.length - mostClusters

  return html`${dataTable(clusterColumns(clusterUnit(clusters)), body(rows), { caption: 'Clusters above the threshold' })}
  ${more > 0 ? html`<p class="note">${counted(more, 'smaller cluster')} more in report.json.</p>` : null}
  ${files.length === 0 ? null : html`<p class="note">Volumes beside this report: ${files.join(', ')}.</p>`}`
}

function signWords({ signCheck }: GroupEvidence): string {
  if (signCheck === null) return ''
  const [one, other] = signCheck.outputs

  return `Sign check: the mean maps of ${one} and ${other} correlate by ${decimalOr(signCheck.correlation, 'an undefined amount')} (the two outputs of a softmax should show opposite signs; what both logits share, the softmax cancels).`
}

const members = ({ groups }: MapClusters): Markup =>
  folded(
    'Images of every kind',
    html`${groups.map((group, index) => html`<p class="note"><b>Kind ${index + 1}:</b> ${group.members.join(', ')}</p>`)}`,
    { printed: true }
  )

/** What the maps show over the cohort: groups compared voxel by voxel, and kinds of maps. */
export const cohortSection: Section = {
  id: 'cohort',
  title: 'Maps of the cohort',
  write(report) {
    const groups = groupScenes(report)
    const kinds = kindScenes(report)
    if (groups.length + kinds.length === 0) return null
    const figure = (svg: Markup, words: string): Markup =>
      html`<div class="broad">
        <figure>
          ${svg}
          <figcaption>${words}</figcaption>
        </figure>
      </div>`
    const compared = groups.map(
      ({ found, scene }) =>
        html`<h4>${scene.title}</h4>
          ${figure(inlineSvg(scene), `${scene.caption} ${signWords(found)}`)} ${clusterTable(found)}`
    )
    const kept = kinds.map(
      ({ found, scene }) =>
        html`<h4>${scene.title}</h4>
          ${figure(inlineSvg(scene), scene.caption)} ${members(found)}`
    )

    return html`<h2 id="cohort">Maps of the cohort</h2>
      ${groups.length === 0 ? null : html`<h3>Groups compared</h3>`}${compared}
      ${kinds.length === 0 ? null : html`<h3>Kinds of maps</h3>`}${kept}`
  }
}
