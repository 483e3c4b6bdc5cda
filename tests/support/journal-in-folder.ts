import { findDrawing, newDrawing } from '@engine/project/drawing-rows'
import { Journal } from '@engine/project/journal'
import type { Claim } from '@engine/project/lease'
import { saveProfile } from '@engine/project/profile-rows'
import type { Workspace } from '@engine/project/workspace'
import { side, slices } from './drawing-actions'

const affine = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]

/** The drawing of one reader on one image of a workspace, without the layers above. */
export function openJournal(workspace: Workspace, reader: string): { journal: Journal; claim: Claim } {
  const { database, blobs, saver, id, holder } = workspace
  const key = { image: 'a-image', reader, study: null, reading: 1 }
  const known = findDrawing(database, key)
  if (known === null) saveProfile(database, { id: reader, name: reader, role: 'reader', pin: null })
  const drawing = known ?? newDrawing(key, 'case', { size: [side, side, slices], affine, spacingMm: [1, 1, 1] })
  const claim = { scope: `drawing ${drawing.id}`, holder, window: 'main', name: reader }
  const hands = {
    database,
    blobs,
    saver,
    claim,
    signer: { id: reader, name: reader },
    workspaceId: id,
    lost: () => undefined
  }
  return { journal: new Journal(drawing, hands, known !== null), claim }
}
