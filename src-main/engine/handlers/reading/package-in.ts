import { randomUUID } from 'node:crypto'
import { Fault } from '@engine/fault'
import { packedVoxels, readReadingPackage, type ReadingPackage } from '@engine/formats/reader-package/read-package'
import { throwIfCancelled, type Job } from '@engine/job'
import { listProfiles, saveProfile, type Profile } from '@engine/project/profile-rows'
import { findStudy, insertStudy, takePlace, type StudyRow } from '@engine/project/reading-rows'
import { carriedStudyId } from '@engine/project/verify-readings'
import type { StudyReader } from '@shared/reading-study'
import type { Workbench } from '../workbench'
import type { KeptAssignment } from './reading-cases'
import { tellTrail } from './trail'

type Assignment = Extract<ReadingPackage, { kind: 'assignment' }>

/**
 * Takes a reader's file into the workspace, so that the stick may be pulled out, and makes its reader the profile. Returns the
 * study and the reader to be opened. Throws Fault `usage` for a file that brings outlines back or belongs to a study of this
 * workspace, and what `readReadingPackage` throws.
 */
export async function takePackage(
  bench: Workbench,
  path: string,
  job: Job
): Promise<{ study: string; reader: string }> {
  const opened = await readReadingPackage(path)
  if (opened.kind === 'return') {
    throw new Fault('usage', `“${opened.zip.name}” brings outlines back to the organiser of the study.`, {
      subject: opened.zip.name,
      hint: 'Take it in where the study was made: Read, Studies, Take in a returned file.'
    })
  }
  const { workspace } = bench
  const { study, reader } = opened.manifest
  const own = findStudy(workspace.database, study.id)
  if (own !== null) {
    throw new Fault(
      'usage',
      `“${study.title}” is organised in this workspace: ${reader.name} can read here without a file.`,
      {
        subject: study.title,
        hint: 'Open the study in Read.'
      }
    )
  }
  // Two readers may share a computer: each file is a study of its own here.
  const id = carriedStudyId(study.id, reader.id)
  const profile = await profileFor(bench, reader)
  const known = findStudy(workspace.database, id)
  if (known === null) await keepPackage(bench, { id, opened }, job)
  else requireSame(known, opened)
  workspace.database.transaction(() => takePlace(workspace.database, { study: id, reader: reader.id }, profile.id))
  return { study: id, reader: reader.id }
}

async function keepPackage(
  bench: Workbench,
  { id, opened }: { id: string; opened: Assignment },
  job: Job
): Promise<void> {
  const { workspace } = bench
  const { manifest, zip } = opened
  const blobs: string[] = []
  for (const [index, image] of manifest.images.entries()) {
    throwIfCancelled(job)
    job.progress('Taking in images', index, manifest.images.length)
    blobs.push(workspace.blobs.write(packedVoxels(zip, image, index)))
    // Unpacking is synchronous: others get their turn in between.
    await new Promise((resolve) => setImmediate(resolve))
  }
  const kept: KeptAssignment = { ...manifest, blobs, sha256: zip.sha256 }
  const { segments, listedOnly, askCertainty, idleSeconds, seed, reader } = manifest
  const row: StudyRow = {
    study: {
      version: 1,
      id,
      title: manifest.study.title,
      created: new Date().toISOString(),
      seed,
      cases: manifest.images.map((_, index) => ({
        caseId: `packed:${id}:${index}`,
        patient: String(index),
        paths: [],
        source: 'own'
      })),
      readers: [reader],
      blinded: { label: true, prediction: true, map: true, readers: true },
      repeats: 0,
      reveal: null,
      askCertainty,
      segments,
      listedOnly,
      idleSeconds
    },
    secret: '',
    package: JSON.stringify(kept),
    reference: null
  }
  workspace.database.transaction(() => {
    insertStudy(workspace.database, row)
    tellTrail(bench, { what: 'package opened', subject: `${manifest.study.id} ${reader.id}`, payload: zip.sha256 })
  })
}

/** The same study may be packed again; another list of images or another order would mix two readings. */
function requireSame({ package: packed }: StudyRow, { manifest, zip }: Assignment): void {
  const kept = JSON.parse(packed ?? '{}') as KeptAssignment
  const images = (list: KeptAssignment['images']): string => list.map(({ sha256 }) => sha256).join()
  if (images(kept.images) === images(manifest.images) && kept.readings.join() === manifest.readings.join()) return
  throw new Fault('bad-file', `“${zip.name}” has other images than the file of this reading that was opened before.`, {
    subject: zip.name,
    hint: 'Open it in another workspace, or ask the organiser which file is the right one.'
  })
}

/**
 * The reader of that name; one with a PIN is not taken without it. Somebody of that name who is no reader here is somebody
 * else: what is shown to him would be shown in a blinded reading. Throws Fault `blinded`.
 */
async function profileFor({ workspace, profiles }: Workbench, reader: StudyReader): Promise<Profile> {
  const all = listProfiles(workspace.database)
  const names = [reader.name, `${reader.name} (reader)`]
  const known = all.find((profile) => profile.role === 'reader' && names.includes(profile.name))
  if (known !== undefined && profiles.orNobody?.id === known.id) return known
  if (known?.pin) {
    throw new Fault('blinded', `${known.name} has a PIN here.`, {
      subject: known.name,
      hint: 'Choose that profile first, then open the file.'
    })
  }
  const name = all.some((profile) => profile.name === reader.name) ? names[1] : names[0]
  const profile = known ?? { id: randomUUID(), name, role: 'reader' as const, pin: null }
  if (known === undefined) saveProfile(workspace.database, profile)
  return profiles.choose(profile.id, null)
}
