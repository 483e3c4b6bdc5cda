import { cite } from '@engine/attribution/citations'

export const bach2015 = cite({
  type: 'misc',
  key: 'bach2015pixel',
  authors: [
    'Bach, Sebastian',
    'Binder, Alexander',
    'Montavon, Grégoire',
    'Klauschen, Frederick',
    'Müller, Klaus-Robert',
    'Samek, Wojciech'
  ],
  title: 'On Pixel-Wise Explanations for Non-Linear Classifier Decisions by Layer-Wise Relevance Propagation',
  venue: 'PLOS ONE 10(7):e0130140',
  year: 2015
})

export const montavon2017 = cite({
  type: 'misc',
  key: 'montavon2017explaining',
  authors: [
    'Montavon, Grégoire',
    'Lapuschkin, Sebastian',
    'Binder, Alexander',
    'Samek, Wojciech',
    'Müller, Klaus-Robert'
  ],
  title: 'Explaining Nonlinear Classification Decisions with Deep Taylor Decomposition',
  venue: 'Pattern Recognition 65:211-222',
  year: 2017
})

export const montavon2019 = cite({
  type: 'misc',
  key: 'montavon2019layer',
  authors: [
    'Montavon, Grégoire',
    'Binder, Alexander',
    'Lapuschkin, Sebastian',
    'Samek, Wojciech',
    'Müller, Klaus-Robert'
  ],
  title: 'Layer-Wise Relevance Propagation: An Overview',
  venue: 'Explainable AI: Interpreting, Explaining and Visualizing Deep Learning, LNCS 11700:193-209',
  year: 2019
})

export const lapuschkin2019 = cite({
  type: 'misc',
  key: 'lapuschkin2019unmasking',
  authors: [
    'Lapuschkin, Sebastian',
    'Wäldchen, Stephan',
    'Binder, Alexander',
    'Montavon, Grégoire',
    'Samek, Wojciech',
    'Müller, Klaus-Robert'
  ],
  title: 'Unmasking Clever Hans Predictors and Assessing What Machines Really Learn',
  venue: 'Nature Communications 10:1096',
  year: 2019
})

export const anders2021 = cite({
  type: 'misc',
  key: 'anders2021software',
  authors: [
    'Anders, Christopher J.',
    'Neumann, David',
    'Samek, Wojciech',
    'Müller, Klaus-Robert',
    'Lapuschkin, Sebastian'
  ],
  title: 'Software for Dataset-wide XAI: From Local Explanations to Global Insights with Zennit, CoRelAy, and ViRelAy',
  venue: 'arXiv 2106.13200',
  year: 2021
})

export const zhang2016 = cite({
  type: 'inproceedings',
  key: 'zhang2016top',
  authors: ['Zhang, Jianming', 'Lin, Zhe', 'Brandt, Jonathan', 'Shen, Xiaohui', 'Sclaroff, Stan'],
  title: 'Top-Down Neural Attention by Excitation Backprop',
  venue: 'European Conference on Computer Vision',
  year: 2016
})

export const dombrowski2019 = cite({
  type: 'inproceedings',
  key: 'dombrowski2019explanations',
  authors: [
    'Dombrowski, Ann-Kathrin',
    'Alber, Maximilian',
    'Anders, Christopher J.',
    'Ackermann, Marcel',
    'Müller, Klaus-Robert',
    'Kessel, Pan'
  ],
  title: 'Explanations Can Be Manipulated and Geometry Is to Blame',
  venue: 'Advances in Neural Information Processing Systems',
  year: 2019
})
