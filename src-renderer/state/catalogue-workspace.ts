import type { FaultReport } from '@shared/fault'
import type { Role } from '@shared/profile'

const reasons: Partial<Record<FaultReport['code'], string>> = {
  'disk-full': 'the disk is full',
  'not-writable': 'the workspace folder cannot be written to',
  locked: 'another program is writing to the workspace',
  'read-only': 'somebody else is drawing this case now',
  'bad-workspace': 'the workspace is damaged'
}

const changes = (held: number): string => (held === 1 ? '1 change' : `${held} changes`)

/** Words of the workspace: saving, profiles, the folder and its audit trail. */
export const workspaceWords = {
  savedAt: (time: string): string => `All saved ${time}`,
  /** The end of "Not saved: …" in the status line. */
  why: ({ code, message }: FaultReport, held: number): string => `${reasons[code] ?? message} · ${changes(held)} held`,
  held: (held: number): string =>
    held === 1 ? 'Your last change is held in memory.' : `Your last ${held} changes are held in memory.`,
  notKept: 'Nothing is kept: the workspace could not be opened.',
  quit: {
    title: 'Close Saliscope and lose what is not saved?',
    text: (held: number): string =>
      `${changes(held)} could not be written to the workspace and would be lost. Free some space on its drive, then close.`,
    stay: 'Stay',
    leave: 'Close and lose them'
  },
  profiles: {
    title: 'Who is working here?',
    lead: 'Outlines and the audit trail are signed by this profile.',
    button: (name: string): string => `Profile: ${name}. Switch…`,
    nobody: 'Choose a profile',
    roles: {
      reader: 'Reader',
      organiser: 'Organiser',
      researcher: 'Researcher'
    } satisfies Record<Role, string>,
    roleHints: {
      reader: 'sees images and own outlines',
      organiser: 'also who has read what, and how they agree',
      researcher: 'everything'
    } satisfies Record<Role, string>,
    pin: 'PIN',
    pinOf: (name: string): string => `PIN of ${name}`,
    optionalPin: 'PIN, if you want one (4 characters or more)',
    name: 'Name or pseudonym',
    role: 'Role',
    add: 'Add a profile…',
    create: 'Add profile',
    choose: 'Continue',
    current: 'working now',
    reading: 'in the middle of a reading: it goes on',
    back: 'Back',
    changing: 'Your profile',
    changeLead: 'Name, role and PIN of the profile that works here. Each change stands in the audit trail.',
    currentPin: 'PIN as it is now',
    newPin: 'New PIN (4 characters or more); empty leaves it as it is',
    noPin: 'Without a PIN from now on',
    save: 'Change profile',
    keep: 'Keep it'
  },
  settings: {
    head: 'Workspace',
    folder: 'Folder',
    holds: 'Holds',
    counts: (drawings: number, entries: number): string =>
      `${drawings === 1 ? '1 drawing' : `${drawings} drawings`}, ${entries === 1 ? '1 audit entry' : `${entries} audit entries`}`,
    size: (bytes: number): string =>
      bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`,
    network: 'On a network drive: one program at a time may write here.',
    profile: 'Profile',
    switch: 'Switch…',
    openOther: 'Open another…',
    verify: 'Verify',
    verifying: 'Verifying…',
    compact: 'Compact',
    backup: 'Back up to one file…',
    restore: 'Restore from a backup…',
    restored: (drawings: number): string =>
      `Restored, ${drawings === 1 ? '1 drawing' : `${drawings} drawings`}. Open the folder with “Open another…”.`,
    change: 'Change…',
    whole: (checked: string): string => `Whole, as it was written: ${checked}`,
    freed: (size: string): string => `${size} given back to the disk.`,
    backedUp: (file: string): string => `Written: ${file}`,
    hint: 'Drawings, reading studies and their audit trail lie in this folder and nowhere else; it opens on any computer.'
  }
} as const
