/**
 * Solves a square system for several right-hand sides by elimination with row pivoting; null where the matrix is singular to working
 * precision. Rows of numbers, changed in place. Meant for the tens of equations that landmarks give.
 */
export function solveSquare(matrix: number[][], right: number[][]): number[][] | null {
  const size = matrix.length
  const largest = Math.max(...matrix.flat().map(Math.abs))
  for (let column = 0; column < size; column++) {
    let pivot = column
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(matrix[row][column]) > Math.abs(matrix[pivot][column])) pivot = row
    }
    if (!(Math.abs(matrix[pivot][column]) > 1e-12 * largest)) return null
    ;[matrix[column], matrix[pivot]] = [matrix[pivot], matrix[column]]
    ;[right[column], right[pivot]] = [right[pivot], right[column]]
    for (let row = column + 1; row < size; row++) {
      const factor = matrix[row][column] / matrix[column][column]
      if (factor === 0) continue
      for (let other = column; other < size; other++) matrix[row][other] -= factor * matrix[column][other]
      for (let side = 0; side < right[row].length; side++) right[row][side] -= factor * right[column][side]
    }
  }
  for (let row = size - 1; row >= 0; row--) {
    for (let side = 0; side < right[row].length; side++) {
      let value = right[row][side]
      for (let other = row + 1; other < size; other++) value -= matrix[row][other] * right[other][side]
      right[row][side] = value / matrix[row][row]
    }
  }
  return right
}
