import type { RuleFamily } from './family'
import { pointwise, type SlopeTerms } from './pointwise'

/** x² + `offset`. */
function squarePlus({ w, x, number }: SlopeTerms, offset: number): string {
  return w.op('Add', [w.op('Mul', [x, x]), number(offset)])
}

/** 1 - x². */
function oneMinusSquare({ w, x, number }: SlopeTerms): string {
  return w.op('Sub', [number(1), w.op('Mul', [x, x])])
}

/** Circular and hyperbolic functions and their inverses. */
export const trigonometry: RuleFamily = {
  Sin: pointwise(({ w, x }) => w.op('Cos', [x])),
  Cos: pointwise(({ w, x }) => w.op('Neg', [w.op('Sin', [x])])),
  Tan: pointwise(({ w, y, number }) => w.op('Add', [w.op('Mul', [y, y]), number(1)])),
  Asin: pointwise((terms) => terms.w.op('Reciprocal', [terms.w.op('Sqrt', [oneMinusSquare(terms)])])),
  Acos: pointwise((terms) => {
    const { w } = terms
    return w.op('Neg', [w.op('Reciprocal', [w.op('Sqrt', [oneMinusSquare(terms)])])])
  }),
  Atan: pointwise((terms) => terms.w.op('Reciprocal', [squarePlus(terms, 1)])),
  // Sinh and Cosh are operators from opset 9 on, as is the node itself.
  Sinh: pointwise(({ w, x }) => w.op('Cosh', [x])),
  Cosh: pointwise(({ w, x }) => w.op('Sinh', [x])),
  Asinh: pointwise((terms) => terms.w.op('Reciprocal', [terms.w.op('Sqrt', [squarePlus(terms, 1)])])),
  Acosh: pointwise((terms) => terms.w.op('Reciprocal', [terms.w.op('Sqrt', [squarePlus(terms, -1)])])),
  Atanh: pointwise((terms) => terms.w.op('Reciprocal', [oneMinusSquare(terms)]))
}
