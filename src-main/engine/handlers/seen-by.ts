import type { Profile } from '@engine/project/profile-rows'
import type { CaseEntry } from './case-shelf'
import { isReadingCase } from './reading/reading-place'

/** A case as a profile may see it: a reader the own outlines alone, without the label; in a reading the study has seen to it. */
export function seenBy(profile: Profile | null, entry: CaseEntry): CaseEntry {
  if (profile?.role !== 'reader' || isReadingCase(entry.caseId)) return entry
  const masks = entry.masks.filter(({ reader }) => reader === profile.name)
  return { ...entry, label: null, masks, boxes: [], cues: [] }
}
