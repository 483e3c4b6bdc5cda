import type { CaseShelf } from './case-shelf'
import { safeName } from './safe-name'

const lastPart = (caseId: string): string => safeName(caseId.replace(/^.*:/, ''))

/** The name the files of a case go by: never a patient's, and different from that of every other open case. */
export function caseFileName(cases: Pick<CaseShelf, 'list'>, caseId: string): string {
  const name = lastPart(caseId)
  const alike = cases.list().filter((other) => lastPart(other.caseId) === name)
  const place = alike.findIndex((other) => other.caseId === caseId)
  return place > 0 ? `${name}-${place + 1}` : name
}
