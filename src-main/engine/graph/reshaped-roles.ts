import type { Role } from './axis-roles'

const other: Role = { kind: 'other' }

/** Roles after a change of shape: axes are matched in groups with equal products, from the front. */
export function reshapedRoles(roles: readonly Role[], from: readonly number[], to: readonly number[]): Role[] {
  const after: Role[] = []
  let i = 0
  let j = 0
  while (j < to.length) {
    const left = [i]
    const right = [j]
    let [a, b] = [from[i] ?? 1, to[j]]
    while (a !== b && (a < b ? i < from.length - 1 : j < to.length - 1)) {
      if (a < b) {
        i += 1
        left.push(i)
        a *= from[i]
      } else {
        j += 1
        right.push(j)
        b *= to[j]
      }
    }
    const old = left.filter((axis) => axis < from.length).map((axis) => ({ role: roles[axis], size: from[axis] }))
    after.push(
      ...joined(
        old,
        right.map((axis) => to[axis])
      )
    )
    i += 1
    j += 1
  }
  return after
}

interface Axis {
  readonly role: Role
  readonly size: number
}

/** Roles of a group of axes that became another group. */
function joined(old: readonly Axis[], sizes: readonly number[]): Role[] {
  const real = old.filter(({ size }) => size !== 1)
  const large = sizes.filter((size) => size !== 1)
  if (real.length === 0) return sizes.map((_, index) => old[index]?.role ?? other)
  const spread = (roles: readonly Role[]): Role[] => {
    let next = 0
    return sizes.map((size) => (size === 1 ? other : roles[next++]))
  }
  if (real.length === large.length && real.every(({ size }, index) => size === large[index]))
    return spread(real.map(({ role }) => role))
  if (large.length === 1) return spread([together(real)])
  if (real.length === 1) return spread(apart(real[0].role, large))
  return sizes.map(() => other)
}

/** Spatial axes in order, joined, are tokens. */
function together(axes: readonly Axis[]): Role {
  const isGrid = axes.every(({ role }, index) => role.kind === 'space' && role.axis === index)
  return isGrid ? { kind: 'tokens', grid: axes.map(({ size }) => size), drop: 0 } : other
}

/** Tokens taken apart into their grid are space again; a spatial axis taken apart keeps its coarse part. */
function apart(role: Role, sizes: readonly number[]): Role[] {
  if (role.kind === 'tokens' && role.drop === 0 && role.grid.join() === sizes.join())
    return sizes.map((_, axis) => ({ kind: 'space', axis }))
  if (role.kind === 'space') return sizes.map((_, index) => (index === 0 ? role : other))
  return sizes.map(() => other)
}
