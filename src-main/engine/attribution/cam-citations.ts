import { cite } from '@engine/attribution/citations'

export const chattopadhay2018 = cite({
  type: 'inproceedings',
  key: 'chattopadhay2018gradcampp',
  authors: ['Chattopadhay, Aditya', 'Sarkar, Anirban', 'Howlader, Prantik', 'Balasubramanian, Vineeth N.'],
  title: 'Grad-CAM++: Generalized Gradient-Based Visual Explanations for Deep Convolutional Networks',
  venue: 'IEEE Winter Conference on Applications of Computer Vision',
  year: 2018
})

export const draelos2020 = cite({
  type: 'misc',
  key: 'draelos2020hirescam',
  authors: ['Draelos, Rachel Lea', 'Carin, Lawrence'],
  title: 'Use HiResCAM Instead of Grad-CAM for Faithful Explanations of Convolutional Neural Networks',
  venue: 'arXiv 2011.08891',
  year: 2020
})

export const fu2020 = cite({
  type: 'inproceedings',
  key: 'fu2020axiom',
  authors: ['Fu, Ruigang', 'Hu, Qingyong', 'Dong, Xiaohu', 'Guo, Yulan', 'Gao, Yinghui', 'Li, Biao'],
  title: 'Axiom-Based Grad-CAM: Towards Accurate Visualization and Explanation of CNNs',
  venue: 'British Machine Vision Conference',
  year: 2020
})

export const jiang2021 = cite({
  type: 'misc',
  key: 'jiang2021layercam',
  authors: ['Jiang, Peng-Tao', 'Zhang, Chang-Bin', 'Hou, Qibin', 'Cheng, Ming-Ming', 'Wei, Yunchao'],
  title: 'LayerCAM: Exploring Hierarchical Class Activation Maps for Localization',
  venue: 'IEEE Transactions on Image Processing 30:5875–5888',
  year: 2021
})

export const gildenblat2021 = cite({
  type: 'misc',
  key: 'gildenblat2021pytorchcam',
  authors: ['Gildenblat, Jacob', 'others'],
  title: 'PyTorch Library for CAM Methods',
  venue: 'https://github.com/jacobgil/pytorch-grad-cam',
  year: 2021
})

export const muhammad2020 = cite({
  type: 'inproceedings',
  key: 'muhammad2020eigencam',
  authors: ['Muhammad, Mohammed Bany', 'Yeasin, Mohammed'],
  title: 'Eigen-CAM: Class Activation Map Using Principal Components',
  venue: 'International Joint Conference on Neural Networks',
  year: 2020
})

export const wang2020 = cite({
  type: 'inproceedings',
  key: 'wang2020scorecam',
  authors: [
    'Wang, Haofan',
    'Wang, Zifan',
    'Du, Mengnan',
    'Yang, Fan',
    'Zhang, Zijian',
    'Ding, Sirui',
    'Mardziel, Piotr',
    'Hu, Xia'
  ],
  title: 'Score-CAM: Score-Weighted Visual Explanations for Convolutional Neural Networks',
  venue: 'IEEE/CVF Conference on Computer Vision and Pattern Recognition Workshops',
  year: 2020
})

export const desai2020 = cite({
  type: 'inproceedings',
  key: 'desai2020ablationcam',
  authors: ['Desai, Saurabh', 'Ramaswamy, Harish G.'],
  title: 'Ablation-CAM: Visual Explanations for Deep Convolutional Network via Gradient-Free Localization',
  venue: 'IEEE Winter Conference on Applications of Computer Vision',
  year: 2020
})

export const srinivas2019 = cite({
  type: 'inproceedings',
  key: 'srinivas2019fullgrad',
  authors: ['Srinivas, Suraj', 'Fleuret, François'],
  title: 'Full-Gradient Representation for Neural Network Visualization',
  venue: 'Advances in Neural Information Processing Systems',
  year: 2019
})
