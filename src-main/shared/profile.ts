import * as v from 'valibot'
import { command } from './command'

/** Profiles: who draws, organises or measures in a workspace. The current one signs every outline and audit entry. */
const Id = v.pipe(v.string(), v.minLength(1), v.maxLength(512))
/** A name or a pseudonym. */
const Name = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(80))
const Pin = v.pipe(v.string(), v.minLength(4), v.maxLength(64))

/**
 * What a profile is for, and so what its screens show: a reader sees images and the own outlines, an organiser also who
 * has read what and how they agree, a researcher everything.
 */
export const Role = v.picklist(['reader', 'organiser', 'researcher'])
export type Role = v.InferOutput<typeof Role>

export const ProfileSummary = v.object({
  profile: v.string(),
  name: v.string(),
  role: Role,
  hasPin: v.boolean(),
  /** Was in the middle of a reading when the program ended; it goes on once the profile is chosen. */
  hasReading: v.boolean()
})
export type ProfileSummary = v.InferOutput<typeof ProfileSummary>

export const ProfileList = v.object({
  profiles: v.array(ProfileSummary),
  /** null until somebody has chosen: nothing can be drawn before. */
  current: v.nullable(ProfileSummary)
})
export type ProfileList = v.InferOutput<typeof ProfileList>

export const profileCommands = {
  'profile.list': command(v.object({}), ProfileList),
  /** Readers cannot make profiles. */
  'profile.create': command(
    v.object({ name: Name, role: Role, pin: v.optional(v.nullable(Pin), null) }),
    ProfileSummary
  ),
  /** Open drawings are closed: they are signed by whoever began them. */
  'profile.choose': command(v.object({ profile: Id, pin: v.optional(v.nullable(v.string()), null) }), ProfileSummary),
  /** The own name and PIN; an organiser or researcher also changes others. `pin` null takes it away. */
  'profile.change': command(
    v.object({
      profile: Id,
      name: v.optional(Name),
      role: v.optional(Role),
      pin: v.optional(v.nullable(Pin)),
      /** The PIN as it is: asked for when a profile changes its own. */
      currentPin: v.optional(v.nullable(v.string()), null)
    }),
    ProfileSummary
  )
} as const

export const profileEvents = {
  /** Another profile was chosen, or the current one was changed. */
  profile: ProfileList
} as const
