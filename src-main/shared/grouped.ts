/** Members by key, groups and members in the order in which they come. */
export function grouped<Member>(members: readonly Member[], keyOf: (member: Member) => string): [string, Member[]][] {
  const groups = new Map<string, Member[]>()
  for (const member of members) {
    const key = keyOf(member)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [member])
    else group.push(member)
  }
  return [...groups]
}
