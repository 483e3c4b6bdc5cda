import type { Profile } from '@engine/project/profile-rows'
import type { CaseEntry } from './case-shelf'
import { isReadingCase } from './reading/reading-place'

/** Whether labels, models and others' outlines are kept from a profile; null: nobody has said who is working here. */
export const isBlinded = (profile: Profile | null): boolean => profile === null || profile.role === 'reader'

/** A case as a profile may see it: a reader the outlines that were drawn in this profile alone, without the label; in a reading the study has seen to it. */
export function seenBy(profile: Profile | null, entry: CaseEntry): CaseEntry {
  if (!isBlinded(profile) || isReadingCase(entry.caseId)) return entry
  const masks = entry.masks.filter((mask) => mask.profile !== undefined && mask.profile === profile?.id)
  return { ...entry, label: null, masks, boxes: [], cues: [] }
}
