import { appendAudit, type AuditEvent } from '@engine/project/audit'
import type { Workbench } from '../workbench'

/** Adds to the audit trail what the current profile did; call inside the transaction that does it. */
export function tellTrail(
  { workspace, profiles }: Workbench,
  event: Pick<AuditEvent, 'what' | 'subject'> & Partial<Pick<AuditEvent, 'payload' | 'detail'>>
): void {
  const { id: who, name } = profiles.current
  appendAudit(workspace.database, { payload: '', detail: {}, ...event, who, name }, workspace.id)
}
