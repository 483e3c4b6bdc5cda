export interface Citation {
  /** Authors, title, venue, year. */
  readonly text: string
  readonly bibtex: string
}

interface Entry {
  readonly type: 'inproceedings' | 'misc'
  readonly key: string
  readonly authors: readonly string[]
  readonly title: string
  readonly venue: string
  readonly year: number
}

const venueField = { inproceedings: 'booktitle', misc: 'howpublished' } as const

/** A citation as text and as BibTeX. */
export function cite({ type, key, authors, title, venue, year }: Entry): Citation {
  const bibtex = [
    `@${type}{${key},`,
    `  author = {${authors.join(' and ')}},`,
    `  title = {${title}},`,
    `  ${venueField[type]} = {${venue}},`,
    `  year = {${year}}`,
    '}'
  ].join('\n')
  // BibTeX keeps the name of an institution whole by braces.
  const names = authors.map((name) => name.replace(/^\{|\}$/gu, ''))
  return { text: `${names.join('; ')}. ${title}. ${venue}, ${year}.`, bibtex }
}

export const simonyan2014 = cite({
  type: 'inproceedings',
  key: 'simonyan2014deep',
  authors: ['Simonyan, Karen', 'Vedaldi, Andrea', 'Zisserman, Andrew'],
  title: 'Deep Inside Convolutional Networks: Visualising Image Classification Models and Saliency Maps',
  venue: 'International Conference on Learning Representations, Workshop Track',
  year: 2014
})

export const shrikumar2017 = cite({
  type: 'inproceedings',
  key: 'shrikumar2017learning',
  authors: ['Shrikumar, Avanti', 'Greenside, Peyton', 'Kundaje, Anshul'],
  title: 'Learning Important Features Through Propagating Activation Differences',
  venue: 'International Conference on Machine Learning',
  year: 2017
})

export const sundararajan2017 = cite({
  type: 'inproceedings',
  key: 'sundararajan2017axiomatic',
  authors: ['Sundararajan, Mukund', 'Taly, Ankur', 'Yan, Qiqi'],
  title: 'Axiomatic Attribution for Deep Networks',
  venue: 'International Conference on Machine Learning',
  year: 2017
})

export const springenberg2015 = cite({
  type: 'inproceedings',
  key: 'springenberg2015striving',
  authors: ['Springenberg, Jost Tobias', 'Dosovitskiy, Alexey', 'Brox, Thomas', 'Riedmiller, Martin'],
  title: 'Striving for Simplicity: The All Convolutional Net',
  venue: 'International Conference on Learning Representations, Workshop Track',
  year: 2015
})

export const zeiler2014 = cite({
  type: 'inproceedings',
  key: 'zeiler2014visualizing',
  authors: ['Zeiler, Matthew D.', 'Fergus, Rob'],
  title: 'Visualizing and Understanding Convolutional Networks',
  venue: 'European Conference on Computer Vision',
  year: 2014
})

export const selvaraju2017 = cite({
  type: 'inproceedings',
  key: 'selvaraju2017gradcam',
  authors: [
    'Selvaraju, Ramprasaath R.',
    'Cogswell, Michael',
    'Das, Abhishek',
    'Vedantam, Ramakrishna',
    'Parikh, Devi',
    'Batra, Dhruv'
  ],
  title: 'Grad-CAM: Visual Explanations from Deep Networks via Gradient-Based Localization',
  venue: 'IEEE International Conference on Computer Vision',
  year: 2017
})

export const smilkov2017 = cite({
  type: 'misc',
  key: 'smilkov2017smoothgrad',
  authors: ['Smilkov, Daniel', 'Thorat, Nikhil', 'Kim, Been', 'Viégas, Fernanda', 'Wattenberg, Martin'],
  title: 'SmoothGrad: Removing Noise by Adding Noise',
  venue: 'arXiv 1706.03825',
  year: 2017
})

export const hooker2019 = cite({
  type: 'inproceedings',
  key: 'hooker2019benchmark',
  authors: ['Hooker, Sara', 'Erhan, Dumitru', 'Kindermans, Pieter-Jan', 'Kim, Been'],
  title: 'A Benchmark for Interpretability Methods in Deep Neural Networks',
  venue: 'Advances in Neural Information Processing Systems',
  year: 2019
})

export const adebayo2018local = cite({
  type: 'misc',
  key: 'adebayo2018local',
  authors: ['Adebayo, Julius', 'Gilmer, Justin', 'Goodfellow, Ian', 'Kim, Been'],
  title: 'Local Explanation Methods for Deep Neural Networks Lack Sensitivity to Parameter Values',
  venue: 'arXiv 1810.03307',
  year: 2018
})

export const adebayo2018sanity = cite({
  type: 'inproceedings',
  key: 'adebayo2018sanity',
  authors: ['Adebayo, Julius', 'Gilmer, Justin', 'Muelly, Michael', 'Goodfellow, Ian', 'Hardt, Moritz', 'Kim, Been'],
  title: 'Sanity Checks for Saliency Maps',
  venue: 'Advances in Neural Information Processing Systems',
  year: 2018
})

export const arun2021 = cite({
  type: 'misc',
  key: 'arun2021assessing',
  authors: ['Arun, Nishanth', 'Gaw, Nathan', 'Singh, Praveer', 'others'],
  title: 'Assessing the Trustworthiness of Saliency Maps for Localizing Abnormalities in Medical Imaging',
  venue: 'Radiology: Artificial Intelligence 3(6):e200267',
  year: 2021
})

export const suemer2023 = cite({
  type: 'inproceedings',
  key: 'suemer2023region',
  authors: ['Sümer, Ömer', 'Waikel, Rebekah L.', 'Hanchard, Suzanna E. Ledgister', 'others'],
  title: 'Region-Based Saliency Explanations on the Recognition of Facial Genetic Syndromes',
  venue: 'Machine Learning for Healthcare Conference, PMLR 219:712-736',
  year: 2023
})

export const erion2021 = cite({
  type: 'misc',
  key: 'erion2021improving',
  authors: ['Erion, Gabriel', 'Janizek, Joseph D.', 'Sturmfels, Pascal', 'Lundberg, Scott M.', 'Lee, Su-In'],
  title: 'Improving Performance of Deep Learning Models with Axiomatic Attribution Priors and Expected Gradients',
  venue: 'Nature Machine Intelligence 3:620–631',
  year: 2021
})

export const xu2020 = cite({
  type: 'inproceedings',
  key: 'xu2020attribution',
  authors: ['Xu, Shawn', 'Venugopalan, Subhashini', 'Sundararajan, Mukund'],
  title: 'Attribution in Scale and Space',
  venue: 'IEEE/CVF Conference on Computer Vision and Pattern Recognition',
  year: 2020
})

export const kapishnikov2021 = cite({
  type: 'inproceedings',
  key: 'kapishnikov2021guided',
  authors: [
    'Kapishnikov, Andrei',
    'Venugopalan, Subhashini',
    'Avci, Besim',
    'Wedin, Ben',
    'Terry, Michael',
    'Bolukbasi, Tolga'
  ],
  title: 'Guided Integrated Gradients: An Adaptive Path Method for Removing Noise',
  venue: 'IEEE/CVF Conference on Computer Vision and Pattern Recognition',
  year: 2021
})

export const petsiuk2018 = cite({
  type: 'inproceedings',
  key: 'petsiuk2018rise',
  authors: ['Petsiuk, Vitali', 'Das, Abir', 'Saenko, Kate'],
  title: 'RISE: Randomized Input Sampling for Explanation of Black-box Models',
  venue: 'British Machine Vision Conference',
  year: 2018
})

export const kapishnikov2019 = cite({
  type: 'inproceedings',
  key: 'kapishnikov2019xrai',
  authors: ['Kapishnikov, Andrei', 'Bolukbasi, Tolga', 'Viégas, Fernanda', 'Terry, Michael'],
  title: 'XRAI: Better Attributions Through Regions',
  venue: 'IEEE International Conference on Computer Vision',
  year: 2019
})

export const brocki2022 = cite({
  type: 'inproceedings',
  key: 'brocki2022evaluation',
  authors: [
    'Brocki, Lennart',
    'Marchadour, Wistan',
    'Maison, Jonas',
    'Badic, Bogdan',
    'Papadimitroulas, Panagiotis',
    'Hatt, Mathieu',
    'Vermet, Franck',
    'Chung, Neo Christopher'
  ],
  title: 'Evaluation of Importance Estimators in Deep Learning Classifiers for Computed Tomography',
  venue: 'Explainable and Transparent AI and Multi-Agent Systems (EXTRAAMAS), arXiv 2209.15398',
  year: 2022
})

export const thibeauSutre2022 = cite({
  type: 'misc',
  key: 'thibeausutre2022clinicadl',
  authors: ['Thibeau-Sutre, Elina', 'Díaz, Mauricio', 'Hassanaly, Ravi', 'others'],
  title: 'ClinicaDL: An Open-Source Deep Learning Software for Reproducible Neuroimaging Processing',
  venue: 'Computer Methods and Programs in Biomedicine 220:106818',
  year: 2022
})

export const gildenblat2021 = cite({
  type: 'misc',
  key: 'gildenblat2021pytorchcam',
  authors: ['Gildenblat, Jacob', 'others'],
  title: 'PyTorch Library for CAM Methods',
  venue: 'GitHub, jacobgil/pytorch-grad-cam',
  year: 2021
})

export const mednet2024 = cite({
  type: 'misc',
  key: 'mednet2024',
  authors: ['{Idiap Research Institute}'],
  title: 'mednet: Multi-task Library to Develop Computer-Aided Tools for Medical Data Analysis',
  venue: 'Software, versions 1.0.2 and 2.1.0',
  year: 2024
})
