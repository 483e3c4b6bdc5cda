import { join } from 'node:path'
import { nameOf, safeCaseName, stemOf } from '@engine/formats/datasets/cells'
import { type DatasetDraft, draftCase, type DraftCase } from '@engine/formats/datasets/dataset'
import { chosenKinds } from '@engine/formats/datasets/kind-choice'
import { byCodePoints, type DatasetPlace } from '@engine/formats/datasets/place'
import { findingKinds, type SubjectFile } from '@engine/formats/datasets/subject-names'
import type { DatasetWishes } from '@shared/dataset'

/** A file of a subject with the part of the tree it comes from. */
export interface PlacedFile extends SubjectFile {
  /** "t1_linear/T1w" in a CAPS, "T1w" in a BIDS tree, "lesions: label-lesion_mask" below derivatives. */
  readonly fullKind: string
  /** Folder of derivatives or pipeline the file is from; '' for raw data. */
  readonly pipeline: string
}

export interface SubjectImages {
  readonly images: readonly PlacedFile[]
  readonly masks: readonly PlacedFile[]
}

/** Cases of a BIDS or CAPS tree: one per image of the chosen kind, with the masks that belong to it. */
export function subjectCases(
  place: DatasetPlace,
  found: SubjectImages,
  wishes: DatasetWishes,
  draft: DatasetDraft
): void {
  const usual = usualKind(found.images)
  const [kind] = chosenKinds(
    found.images,
    { wish: wishes.image === null ? null : [wishes.image], usual, what: 'image' },
    (choice) => {
      draft.images = choice
    }
  )
  sayKind(found.images, { kind, wished: wishes.image !== null }, draft)
  const images = found.images.filter(({ fullKind }) => fullKind === kind)
  const sessions = bySession(place, images)
  for (const members of sessions.values()) draft.cases.push(...members.map(({ entry }) => entry))
  sayRuns(sessions, draft)
  addMasks(place, { masks: found.masks, sessions, wish: wishes.masks }, draft)
}

/** The kind most images are of; of equals the plainest name, T1w first. */
function usualKind(images: readonly PlacedFile[]): string[] {
  const counts = new Map<string, number>()
  for (const { fullKind, pipeline } of images) {
    // Derived images are offered, but the data as acquired come first.
    counts.set(fullKind, (counts.get(fullKind) ?? 0) + (pipeline === '' ? 1e6 : 1))
  }
  const ranked = [...counts].sort(
    ([first, one], [second, two]) =>
      two - one ||
      Number(second.endsWith('T1w')) - Number(first.endsWith('T1w')) ||
      first.length - second.length ||
      byCodePoints(first, second)
  )
  return ranked.slice(0, 1).map(([kind]) => kind)
}

function sayKind(
  images: readonly PlacedFile[],
  { kind, wished }: { kind: string | undefined; wished: boolean },
  draft: DatasetDraft
): void {
  const others = new Set(images.map(({ fullKind }) => fullKind)).size - 1
  if (kind === undefined || wished || others < 1) return
  const left = images.filter(({ fullKind }) => fullKind !== kind).length
  draft.assumptions.push(
    `Of ${others + 1} kinds of image “${kind}” is taken; ${left} images of other kinds are left out.`
  )
}

interface SessionCase {
  readonly image: PlacedFile
  readonly entry: DraftCase
}

/** Cases by subject and session. */
type Sessions = ReadonlyMap<string, readonly SessionCase[]>

const sessionOf = ({ subject, session }: SubjectFile): string => (session === null ? subject : `${subject} ${session}`)

function bySession(place: DatasetPlace, images: readonly PlacedFile[]): Sessions {
  const groups = new Map<string, PlacedFile[]>()
  for (const image of images) {
    const group = groups.get(sessionOf(image))
    if (group === undefined) groups.set(sessionOf(image), [image])
    else group.push(image)
  }
  return new Map(
    [...groups].map(([key, members]) => [
      key,
      members.map((image) => ({ image, entry: caseOf(place, image, members.length === 1) }))
    ])
  )
}

function caseOf(place: DatasetPlace, image: PlacedFile, alone: boolean): DraftCase {
  const id = alone ? sessionOf(image).replace(' ', '_') : stemOf(image.path)
  return draftCase({
    id: safeCaseName(id),
    patient: image.subject,
    session: image.session,
    image: join(place.root, image.path),
    keys: [nameOf(image.path), stemOf(image.path), id]
  })
}

/** Images of one session are several looks at one thing: figures must not count them as independent. */
function sayRuns(sessions: Sessions, draft: DatasetDraft): void {
  const several = [...sessions].filter(([, members]) => members.length > 1)
  if (several.length === 0) return
  const [first, members] = several[0]
  const many = `${first} has ${members.length} images of this kind${several.length > 1 ? `, ${several.length - 1} more sessions have several too` : ''}`
  draft.warnings.push(`${many}; each is a case of its own of the same patient.`)
}

interface MaskOrder {
  readonly masks: readonly PlacedFile[]
  readonly sessions: Sessions
  readonly wish: readonly string[] | null
}

function addMasks(place: DatasetPlace, { masks, sessions, wish }: MaskOrder, draft: DatasetDraft): void {
  const usual = findingKinds([...new Set(masks.map(({ fullKind }) => fullKind))])
  const chosen = chosenKinds(masks, { wish, usual, what: 'mask' }, (choice) => {
    draft.masks = choice
  })
  if (wish === null && chosen.length > 0) {
    draft.assumptions.push(`Reference masks are those of “${chosen.join('”, “')}”.`)
  }
  const doubt = wish === null ? 'not taken unasked: they may show anatomy, not a finding' : 'not chosen'
  for (const mask of masks) {
    const leaveOut = (why: string): void => void draft.unmatchedMasks.push({ name: mask.path, why })
    if (!chosen.includes(mask.fullKind)) {
      leaveOut(`masks of “${mask.fullKind}” are ${doubt}.`)
      continue
    }
    const session = sessions.get(sessionOf(mask)) ?? []
    const fitting = session.filter(({ image }) => belongs(mask, image))
    if (fitting.length !== 1) leaveOut(whyUnmatched(mask, session, fitting.length))
    else
      fitting[0].entry.masks.push({
        reader: readerOf(mask, chosen),
        path: join(place.root, mask.path),
        confidence: null
      })
  }
}

/** Masks of one folder are those of one reader, unless several kinds of it are taken. */
function readerOf({ pipeline, fullKind }: PlacedFile, chosen: readonly string[]): string {
  const several = chosen.filter((kind) => kind.startsWith(`${pipeline}: `)).length > 1
  return several || pipeline === '' ? fullKind : pipeline
}

/** Every entity both names state agrees; a mask drawn in another space never fits. */
function belongs(mask: PlacedFile, image: PlacedFile): boolean {
  for (const [key, value] of mask.entities) {
    if (['desc', 'label', 'space', 'res'].includes(key)) continue
    const other = image.entities.get(key)
    if (other !== undefined && other !== value) return false
  }
  return sameSpace(mask, image)
}

/** `orig`, the image's own suffix and no space at all mean: where the image lies. */
function sameSpace(mask: PlacedFile, image: PlacedFile): boolean {
  const [drawn, lies] = [mask.entities.get('space'), image.entities.get('space')]
  return drawn === undefined || drawn === 'orig' || drawn === 'individual' || drawn === image.suffix || drawn === lies
}

function whyUnmatched(mask: PlacedFile, session: readonly SessionCase[], fitting: number): string {
  if (fitting > 1) return `it could belong to ${fitting} images of ${sessionOf(mask)}; its name must state the run.`
  if (session.length === 0) return `${sessionOf(mask)} has no image of the chosen kind.`
  if (session.some(({ image }) => !sameSpace(mask, image))) {
    return `it was drawn in the space “${mask.entities.get('space')}”, the image lies in another.`
  }
  return `its name contradicts that of the image of ${sessionOf(mask)}.`
}
