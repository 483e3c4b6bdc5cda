/** A matrix in double precision that knows how to hand its gradient on. */
export class Matrix {
  readonly gradient: Float64Array
  readonly rows: number
  readonly columns: number

  constructor(
    [rows, columns]: readonly [number, number],
    readonly data: Float64Array,
    private readonly sources: readonly Matrix[] = [],
    private readonly spread: (gradient: Float64Array) => void = () => undefined
  ) {
    this.rows = rows
    this.columns = columns
    this.gradient = new Float64Array(data.length)
  }

  /** Hands a start on to everything this was made from, each after all that was made from it. */
  backward(start: Float64Array): void {
    this.gradient.set(start)
    const order: Matrix[] = []
    this.collect(order, new Set())
    for (const matrix of order.toReversed()) matrix.spread(matrix.gradient)
  }

  /** Sources first. */
  private collect(order: Matrix[], seen: Set<Matrix>): void {
    if (seen.has(this)) return
    seen.add(this)
    for (const source of this.sources) source.collect(order, seen)
    order.push(this)
  }

  map(value: (x: number) => number, slope: (x: number) => number): Matrix {
    return new Matrix([this.rows, this.columns], this.data.map(value), [this], (gradient) => {
      for (let index = 0; index < gradient.length; index++)
        this.gradient[index] += gradient[index] * slope(this.data[index])
    })
  }

  add(other: Matrix): Matrix {
    const data = this.data.map((value, index) => value + other.data[index])
    return new Matrix([this.rows, this.columns], data, [this, other], (gradient) => {
      for (const part of [this, other])
        for (let index = 0; index < gradient.length; index++) part.gradient[index] += gradient[index]
    })
  }

  /** x · w, with constant weights and a row added to every row. */
  linear(weights: Float64Array, bias: Float64Array): Matrix {
    const product = this.times(new Matrix([this.columns, bias.length], weights))
    return product.add(
      new Matrix(
        [this.rows, bias.length],
        Float64Array.from(product.data, (_, index) => bias[index % bias.length])
      )
    )
  }

  times(other: Matrix): Matrix {
    const [n, k, m] = [this.rows, this.columns, other.columns]
    const data = new Float64Array(n * m)
    for (let i = 0; i < n; i++)
      for (let l = 0; l < k; l++)
        for (let j = 0, x = this.data[i * k + l]; j < m; j++) data[i * m + j] += x * other.data[l * m + j]
    return new Matrix([n, m], data, [this, other], (gradient) => {
      for (let i = 0; i < n; i++)
        for (let l = 0; l < k; l++)
          for (let j = 0; j < m; j++) {
            this.gradient[i * k + l] += gradient[i * m + j] * other.data[l * m + j]
            other.gradient[l * m + j] += gradient[i * m + j] * this.data[i * k + l]
          }
    })
  }

  transposed(): Matrix {
    return this.gathered(
      this.columns,
      this.rows,
      (index) => (index % this.rows) * this.columns + Math.floor(index / this.rows)
    )
  }

  /** Columns `from … from + count`. */
  slice(from: number, count: number): Matrix {
    return this.gathered(this.rows, count, (index) => Math.floor(index / count) * this.columns + from + (index % count))
  }

  /** Elements of this one in another order; `place` says where each comes from. */
  gathered(rows: number, columns: number, place: (index: number) => number): Matrix {
    const data = Float64Array.from({ length: rows * columns }, (_, index) => this.data[place(index)])
    return new Matrix([rows, columns], data, [this], (gradient) => {
      for (let index = 0; index < gradient.length; index++) this.gradient[place(index)] += gradient[index]
    })
  }

  /** Matrices of as many rows side by side. */
  static beside(parts: readonly Matrix[]): Matrix {
    const width = parts.reduce((sum, part) => sum + part.columns, 0)
    const data = new Float64Array(parts[0].rows * width)
    const each = (visit: (part: Matrix, own: number, joint: number) => void): void => {
      let offset = 0
      for (const part of parts) {
        for (let index = 0; index < part.data.length; index++)
          visit(part, index, Math.floor(index / part.columns) * width + offset + (index % part.columns))
        offset += part.columns
      }
    }
    each((part, own, joint) => (data[joint] = part.data[own]))
    return new Matrix([parts[0].rows, width], data, parts, (gradient) =>
      each((part, own, joint) => (part.gradient[own] += gradient[joint]))
    )
  }

  /** Each row by a function of the row and its gradient. */
  perRow(
    value: (row: Float64Array) => Float64Array,
    back: (row: Float64Array, gradient: Float64Array) => Float64Array
  ): Matrix {
    const width = this.columns
    const rowOf = (data: Float64Array, row: number): Float64Array => data.subarray(row * width, (row + 1) * width)
    const data = new Float64Array(this.data.length)
    for (let row = 0; row < this.rows; row++) data.set(value(rowOf(this.data, row)), row * width)
    return new Matrix([this.rows, width], data, [this], (gradient) => {
      for (let row = 0; row < this.rows; row++) {
        const handed = back(rowOf(this.data, row), rowOf(gradient, row))
        handed.forEach((one, index) => (this.gradient[row * width + index] += one))
      }
    })
  }
}
