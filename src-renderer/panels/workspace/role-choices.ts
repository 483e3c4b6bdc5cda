import { workspaceWords } from '../../state/catalogue-workspace'

const { roles, roleHints } = workspaceWords.profiles

/** The roles as a choice offers them. */
export const roleChoices = (['reader', 'organiser', 'researcher'] as const).map((role) => ({
  value: role,
  label: roles[role],
  hint: roleHints[role]
}))
