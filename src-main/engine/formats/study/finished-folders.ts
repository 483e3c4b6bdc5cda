import { dirname } from 'node:path'

/** Tells which groups are whole: none of their folders has a file that is still to be read. */
export class FinishedFolders<Member> {
  private readonly waiting = new Map<string, number>()
  private readonly groups = new Map<string, { members: Member[]; folders: Set<string> }>()

  constructor(paths: readonly string[]) {
    for (const path of paths) this.waiting.set(dirname(path), (this.waiting.get(dirname(path)) ?? 0) + 1)
  }

  /** A file of a group was read. */
  add(group: string, path: string, member: Member): void {
    const known = this.groups.get(group)
    if (known === undefined) this.groups.set(group, { members: [member], folders: new Set([dirname(path)]) })
    else {
      known.members.push(member)
      known.folders.add(dirname(path))
    }
  }

  /** A file was read, whatever it was. */
  done(path: string): void {
    const folder = dirname(path)
    this.waiting.set(folder, (this.waiting.get(folder) ?? 1) - 1)
  }

  /** Members of the groups that are whole now; each group is handed out once. */
  take(): Member[] {
    const whole: Member[] = []
    for (const [group, { members, folders }] of this.groups) {
      if ([...folders].some((folder) => (this.waiting.get(folder) ?? 0) > 0)) continue
      whole.push(...members)
      this.groups.delete(group)
    }
    return whole
  }
}
