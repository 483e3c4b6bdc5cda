import type { FileProblem } from '@shared/vocabulary'

/** Files that were refused for the same reason. */
export interface RefusalGroup {
  /** The reason with the file's own name and figures taken out: equal for all of them. */
  readonly key: string
  readonly reason: string
  readonly hint: string
  readonly problems: readonly FileProblem[]
}

/** `“a.txt” is not an image` and `“b.txt” is not an image` are one reason. */
function reasonOf({ file, fault }: FileProblem): string {
  const withoutName = [file, fault.subject ?? '']
    .filter((name) => name !== '')
    .reduce((text, name) => text.replaceAll(`“${name}”`, 'The file').replaceAll(`"${name}"`, 'The file'), fault.message)

  return withoutName.charAt(0).toUpperCase() + withoutName.slice(1)
}

/** Numbers differ from file to file and make no other reason. */
const keyOf = (problem: FileProblem): string => `${problem.fault.code} ${reasonOf(problem).replace(/\d+/gu, 'n')}`

/** The refused files by reason, the most frequent first; linear in their number. */
export function groupRefusals(problems: readonly FileProblem[]): RefusalGroup[] {
  const groups = new Map<string, FileProblem[]>()
  for (const problem of problems) {
    const key = keyOf(problem)
    const known = groups.get(key)
    if (known === undefined) groups.set(key, [problem])
    else known.push(problem)
  }

  return [...groups]
    .map(([key, members]) => ({
      key,
      reason: reasonOf(members[0]),
      hint: members[0].fault.hint ?? '',
      problems: members
    }))
    .sort((a, b) => b.problems.length - a.problems.length)
}

/** The refused files as text with tabs, one line a file: name, cause, what would work. */
export const refusalsAsText = (problems: readonly FileProblem[]): string =>
  problems.map(({ file, fault }) => [file, fault.message, fault.hint ?? ''].join('\t')).join('\n')
