import * as v from 'valibot'
import { Report } from '@shared/report'
import { Fault } from '@engine/fault'

/** `report.json`: the report as it is, checked against its schema first. Throws Fault `internal` when a number is not finite. */
export function reportJson(report: Report): string {
  const checked = v.safeParse(Report, report)

  if (!checked.success) {
    const where = v.getDotPath(checked.issues[0]) ?? 'the report'
    throw new Fault('internal', `The report cannot be written: ${where} is not what its schema says.`, {
      subject: where
    })
  }

  return `${JSON.stringify(checked.output, null, 2)}\n`
}
