import { type CaseInput, makes, type RuleCase } from './rule-case'

const equations: readonly (readonly [string, ...CaseInput['dims'][]])[] = [
  ['bij,bjk->bik', ['N', 2, 3], ['N', 3, 2]],
  ['bhqd,bhkd->bhqk', ['N', 2, 3, 2], ['N', 2, 2, 2]],
  ['nc,kc->nk', ['N', 3], [4, 3]],
  ['nchw->nc', ['N', 2, 2, 3]],
  ['bij->bji', ['N', 2, 3]],
  ['bii->bi', ['N', 3, 3]],
  ['bii->b', ['N', 3, 3]],
  ['bi,bi->b', ['N', 3], ['N', 3]],
  ['bi,bj->bij', ['N', 3], ['N', 2]],
  ['bi,ij,bj->b', ['N', 3], [3, 2], ['N', 2]],
  ['...ij,jk->...ik', ['N', 2, 2, 3], [3, 2]],
  ['b...d,...d->b...', ['N', 2, 3], [2, 3]],
  ['bij, jk', ['N', 2, 3], [3, 2]],
  ['b...,b...->b...', ['N', 1, 3], ['N', 2, 3]]
]

export const einsumCases: readonly RuleCase[] = equations.map(([equation, ...operands]) => ({
  op: 'Einsum',
  title: equation,
  opsets: [12, 17],
  inputs: Object.fromEntries(operands.map((dims, index) => [`x${index}`, { dims }])),
  nodes: [
    makes(
      'Einsum',
      operands.map((_, index) => `x${index}`),
      { equation }
    )
  ]
}))
