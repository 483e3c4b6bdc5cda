import { readIn } from '@shared/uptake'
import type { CaseSummary, MapSummary } from '@shared/vocabulary'
import { call, on } from '../engine/client'
import { toFaultReport } from '../engine/fault'
import {
  isCovered,
  linkedCamera,
  linkedSlice,
  positionRefused,
  sameVoxel,
  type Anchor,
  type LinkKind,
  type NoPosition,
  type SeenImage
} from '../viewport/linked-views'
import { images, type Loaded } from './images.svelte'
import { matching, wantedOf } from './map-wanted'
import { maps } from './maps.svelte'
import { isDrawable } from './map-kinds'
import { Pane, type Spot } from './pane.svelte'
import { session } from './session.svelte'
import { shell } from './shell.svelte'
import { viewer } from './viewer.svelte'

export type Side = 'first' | 'second'

/** A second study beside the one that is open: its pane, how both are linked, and its map. */
class Beside {
  caseId = $state<string | null>(null)
  readonly pane = new Pane()
  /** The study the keys act on. */
  focused = $state<Side>('first')
  /** null: whatever the two allow. */
  wish = $state<LinkKind | null>(null)
  windows = $state<'own' | 'linked'>('own')
  /** The case that was looked at last: what another is put beside. */
  viewedId: string | null = null
  #anchor = $state.raw<Anchor>({ from: 0, to: 0 })
  #list = $state.raw<readonly MapSummary[]>([])

  get case(): CaseSummary | null {
    return session.cases.find((one) => one.caseId === this.caseId) ?? null
  }

  get shown(): boolean {
    return viewer.layout === 'side-by-side' && this.case !== null
  }

  get loaded(): Loaded<unknown> | null {
    return images.of(this.caseId)
  }

  /** The pane the keys act on. */
  get active(): Pane {
    return this.shown && this.focused === 'second' ? this.pane : viewer
  }

  /** Why there is no link by position; null: there is one, or nothing to link. */
  get refused(): NoPosition | null {
    const [one, other] = [viewer.image, this.pane.image]

    return one === null || other === null ? null : positionRefused(one, other)
  }

  /** How they are linked: as wished where that can be, else by position where it is known, else by share of the stack. */
  get kind(): LinkKind {
    const { refused } = this
    if (this.wish === 'position' && (refused === 'no geometry' || refused === 'other plane')) return 'none'
    if (this.wish !== null) return this.wish
    if (refused === 'other plane') return 'none'

    return refused === null ? 'position' : 'relative'
  }

  get kinds(): readonly LinkKind[] {
    const { refused } = this
    const never = refused === 'no geometry' || refused === 'other plane'

    return never ? ['relative', 'here', 'none'] : ['position', 'relative', 'here', 'none']
  }

  /** Windows can be one for both where the values mean the same. */
  get alikeValues(): boolean {
    const [one, other] = [viewer.image, this.pane.image]

    return (
      one !== null &&
      other !== null &&
      one.unit === other.unit &&
      one.samples === other.samples &&
      readIn(one).factor === readIn(other).factor
    )
  }

  /** The map of the other case that answers to the one that leads here; null: none is there. */
  get map(): MapSummary | null {
    const lead = maps.selected

    return lead === null ? null : matching(this.#list, wantedOf(lead))
  }

  /** Slices of the link lead outside the other study. */
  get outside(): boolean {
    const [one, other] = [viewer.image, this.pane.image]
    if (one === null || other === null || this.kind === 'none') return false
    const slice = linkedSlice(this.kind, { from: one, to: other, anchor: this.#anchor }, viewer.slice)

    return slice !== null && !isCovered(slice, other.size[2])
  }

  /** Puts a case beside another, by default beside the one that was looked at last. False: it is the same one. */
  show(caseId: string, first: string | null = this.viewedId ?? session.currentCaseId): boolean {
    if (first === null || first === caseId) return false
    session.currentCaseId = first
    this.caseId = caseId
    this.wish = null
    this.focused = 'first'
    this.#list = []
    images.held = caseId
    viewer.holdsLayout = true
    viewer.chooseLayout('side-by-side')
    shell.show('view')
    void this.refreshMaps()

    return true
  }

  close(): void {
    this.caseId = null
    this.focused = 'first'
    this.#list = []
    this.pane.close()
    images.held = null
    viewer.holdsLayout = false
  }

  /** The other study leads, and the one that led stands beside it; what is seen of both stays. */
  swap(): void {
    const [first, second] = [session.currentCaseId, this.caseId]
    if (first !== null && second !== null) this.show(first, second)
  }

  link(kind: LinkKind): void {
    this.wish = kind
    if (kind === 'here') this.#anchor = { from: viewer.slice, to: this.pane.slice }
  }

  /** Brings the other study to where one of them was moved. */
  follow(leader: Side): void {
    const { kind } = this
    const [from, to] = leader === 'first' ? [viewer, this.pane] : [this.pane, viewer]
    if (from.image === null || to.image === null) return
    if (this.windows === 'linked' && this.alikeValues) {
      to.window = from.window
      to.inverted = from.inverted
    }
    const anchor = leader === 'first' ? this.#anchor : { from: this.#anchor.to, to: this.#anchor.from }
    const slice = linkedSlice(kind, { from: from.image, to: to.image, anchor }, from.slice)
    if (slice === null) return
    to.goTo(slice)
    const [seen, other] = [seenIn(from), seenIn(to)]
    if (seen !== null && other !== null && from.cell.width > 0 && to.cell.width > 0) {
      to.camera = linkedCamera(kind, seen, other)
    }
  }

  /** Where the voxel under the pointer of one study lies in the other; null outside, and where position is not linked. */
  spotIn(side: Side): Spot | null {
    const [from, to] = side === 'second' ? [viewer, this.pane] : [this.pane, viewer]
    const { spot } = from
    if (this.kind !== 'position' || !viewer.linkedCursor || spot === null) return null
    if (from.image === null || to.image === null) return null
    const place = sameVoxel(from.image.affine, to.image.affine, [spot.column, spot.row, spot.slice])
    if (place === null) return null
    const [column, row, slice] = place.map(Math.round)
    const inside = [column, row, slice].every((at, axis) => at >= 0 && at < (to.image?.size[axis] ?? 0))

    return inside ? { column, row, slice } : null
  }

  /** Follows the maps of the other case; returns the function that stops it. */
  listen(): () => void {
    return on('map', (map) => {
      if (map.caseId !== this.caseId) return
      this.#list = [...this.#list.filter(({ mapId }) => mapId !== map.mapId), map]
    })
  }

  async refreshMaps(): Promise<void> {
    const { caseId } = this
    if (caseId === null) return
    try {
      const list = await call('map.list', { caseId })
      if (this.caseId === caseId) this.#list = list
    } catch (thrown) {
      shell.report(toFaultReport(thrown))
    }
  }

  /** The map that leads here, for the other case too. */
  async compute(): Promise<void> {
    const lead = maps.selected
    if (lead === null || this.caseId === null || !isDrawable(lead)) return
    const { modelId, expression, params, target } = lead
    const methods = [{ expression, params }]
    await maps.compute({ cases: [this.caseId], models: [modelId], methods, target: target.label })
  }
}

function seenIn({ image, grid, camera, cell, slice }: Pane): SeenImage | null {
  return image === null || grid === null ? null : { image, grid, camera, cell, slice }
}

export const beside = new Beside()
