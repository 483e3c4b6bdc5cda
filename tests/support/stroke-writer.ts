import { number } from '@engine/project/database'
import { claimLease } from '@engine/project/lease'
import { openWorkspace } from '@engine/project/workspace'
import { actionOf } from './drawing-actions'
import { openJournal } from './journal-in-folder'

// A program that draws without end (or so many actions) and says the number of each that was acknowledged. It goes on
// where the one before it was killed: every action is an entry of the audit trail.
const [folder, reader, most] = [process.argv[2], process.argv[3], Number(process.argv[4] ?? Infinity)]
const workspace = openWorkspace({ folder, tell: () => undefined })
if (workspace.problem !== null) throw workspace.problem
const { journal, claim } = openJournal(workspace, reader)
const other = claimLease(workspace.database, claim)
if (other !== null) throw new Error(`held by ${other.name}`)

const done = workspace.database.one(
  'SELECT count(*) AS n FROM audit WHERE subject = ? AND what <> ?',
  journal.drawing.id,
  'drawing begun'
)
const first = done === undefined ? 1 : number(done, 'n') + 1
for (let step = first; step < first + most; step++) {
  const action = actionOf(step, { cursor: journal.cursor, length: journal.history.length })
  if (action.kind === 'commit') journal.commit(action.entry)
  else journal.go(journal.cursor + (action.kind === 'undo' ? -1 : 1))
  while (workspace.saver.state.held > 0) workspace.saver.flush()
  // Pipes are written at once: when the line is out, the action was acknowledged.
  process.stdout.write(`${step}\n`)
}
if (process.argv[5] === 'stay') setInterval(() => undefined, 1000)
else workspace.close()
