/** Activations and other bounded functions of single elements, as relevance propagation and DeepLIFT know them. */
export const activationOperators: readonly string[] = [
  'Relu',
  'LeakyRelu',
  'PRelu',
  'Elu',
  'Celu',
  'Selu',
  'Gelu',
  'Mish',
  'HardSwish',
  'ThresholdedRelu',
  'Sigmoid',
  'HardSigmoid',
  'Tanh',
  'Softplus',
  'Softsign',
  'Clip'
]
