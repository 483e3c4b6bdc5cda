import type { AttributeDictionary } from '@engine/formats/dicom/attribute-dictionary'

/**
 * Words that may stay in descriptions: anatomy, views, contrast, sequences, findings, makers of scanners and their products.
 * Together with the words of DICOM's own attribute names they are all that a cleaned text may say.
 */
const words = `
abdomen abdominal acetabulum achilles acromioclavicular acute adenoid adnexa adrenal airspace airway airways amygdala anal angio angiogram
angiography ankle anterior anteroposterior antrum aorta aortic apex apical aponeurosis appendix arch arm arterial artery arteries arthrogram
articular ascending atelectasis atlas atrial atrium atrophy auditory auricle axial axilla axillary axis back basal base basilar benign bicep
biceps bifurcation bilateral bile biliary biopsy biparietal bladder blood body bone bones bony bowel brachial brain brainstem breast breasts
bronchi bronchial bronchus bulb bursa caecum calcaneus calcification calcified calf callosum calvarium canal capitate carcinoma cardiac
cardiomegaly caries carotid carpal carpus cartilage cauda caudal caudate cava cavernous cavity cecum celiac central cephalic cerebellar
cerebellum cerebral cerebrospinal cerebrum cervical cervix chest chiasm cholangiogram choroid chronic ciliary cingulate clavicle clivus coccyx
cochlea colon colonic column common condyle congenital consolidation contralateral cornea coronal coronary corpus cortex cortical costal
cranial craniocaudal cranium csf cuboid cuff cyst cystic decubitus deep deltoid dental dentition dermis descending diaphragm diastole diastolic
diffuse digit digits disc disk distal dorsal dorsum duct duodenum dural ear edema effusion elbow embolism emphysema endometrium enlarged
enterography epidural epididymis epigastric epigastrium esophagus oesophagus ethmoid expiration expiratory extension external extremity eye
eyes face facet facial fallopian falx fascia fat fatty femoral femur fetal fetus fibrosis fibula finding findings finger fingers fissure
flexion fluid focal foot feet foramen forearm forefoot forehead fornix fossa fracture free frontal fundus gallbladder ganglia ganglion gastric
genitalia gland glands glenoid glenohumeral globe globus glottis gluteal great ground-glass groin gyrus hand hands head healed heart heel
hematoma haematoma hemisphere hemispheres hemorrhage haemorrhage hepatic hernia hilar hilum hindfoot hip hips hippocampal hippocampus humerus
hyoid hypodense hyperdense hypophysis hypothalamus ileum iliac ilium incidental incus inferior infiltrate infiltration inflammation infundibulum
inguinal inspiration inspiratory insula intercostal intermediate internal interstitial interventricular intestine intestinal intestines
intracranial intrahepatic intraparietal intravascular intravenous ipsilateral iris ischium ischemia islet isthmus jaw jejunum joint joints
jugular kidney kidneys knee knees kub labral labrum labyrinth lacrimal larynx lateral laterality latency left leg legs lens lesion lesions
ligament limb limbs lingula lip lips liver lobe lobes lobule long lordotic low lower lumbar lumbosacral lumen lunate lung lungs lymph lymphatic
lymphoma lymphnode malignant malleolus mammary mammogram mammography mandible mandibular manubrium marrow mass masses mastoid maxilla maxillary
maximum meatus medial median mediastinal mediastinum medulla membrane meningeal meninges meniscus mesenteric mesentery metacarpal metastasis
metastases metatarsal microcalcification midbrain middle midfoot midline minimum minor mitral molar mouth mucosa mucosal multiple muscle muscles
musculoskeletal myelin myelogram myocardial myocardium nasal nasopharynx navicular neck necrosis necrotic neoplasm nerve nerves nipple nodal
node nodes nodule nodules normal nose nostril nucleus oblique obliques obstruction occipital occiput ocular odontoid olfactory omentum opacity
opacities optic oral orbit orbital orbits oropharynx os osseous ovarian ovaries ovary pacemaker palate pallidus palm palmar pancreas pancreatic
panoramic papilla paranasal parathyroid parenchyma parenchymal parietal parotid patella patellar patellofemoral pectoral pedicle pelvic pelvis
penis perfusion perianal pericardial pericardium perineum peripheral peritoneal peritoneum peroneal petrous phalanges phalanx pharynx phrenic
pineal pituitary placenta plantar plate pleura pleural plexus pneumonia pneumothorax pole pons pontine popliteal porta portal posterior
posteroanterior precentral postcentral premolar prefrontal primary prone prostate prostatic proximal psoas pubic pubis pulmonary pulp putamen
pylorus quadrant quadriceps radial radius ramus rectal rectum rectus recumbent region renal retina retinal retrocardiac retroperitoneal
retroperitoneum rhinopharynx rib ribs right root roots rotator sacral sacroiliac sacrum sagittal salivary saphenous scalp scan scaphoid scapula
sciatic sclera scoliosis scrotum sella seminal septal septum serosa shaft shin shoulder shoulders sigmoid sinus sinuses skeletal skeleton skin
skull small soft sole spermatic sphenoid sphincter spinal spine spleen splenic stenosis sternal sternum stomach structure structures subclavian
subcutaneous subdural sublingual submandibular substantia sulcus superficial superior supine suprasternal supraclavicular sural surface
surgical symphysis syndrome synovial systole systolic talus tarsal tarsus teeth temple temporal temporomandibular tendon tendons testicle
testicular testis thalamus thigh thoracic thoracolumbar thorax throat thrombus thumb thymus thyroid tibia tibial tibiofibular tissue toe toes
tomogram tongue tonsil tooth torso total trachea tracheal transverse trapezium trapezoid triceps tricuspid trigeminal triquetrum trochanter
trunk tube tubes tumor tumour tympanic ulna ulnar umbilical umbilicus upper ureter ureteral ureters urethra urinary urogram uterine uterus uvula
vagina vaginal vagus valve vascular vein veins vena venogram venous ventral ventricle ventricles ventricular vertebra vertebrae vertebral
vesicle vessel vessels vestibular vestibule viscera visceral vitreous vocal vomer vulva wall whole white grey gray matter wrist wrists xiphoid
zygoma zygomatic gtv ctv ptv itv oar roi tumorbed isocenter couch external contour contours avoid ring boost necrosis
adc adult ap pa lat ll rl bw cap cine cube ce cect nect nativ native dce dti dwi dyn dynamic early late delay delayed enhanced enhancement
epi fast fatsat fid field fiesta flair flash fov fs fse gd gre haste hires high hr hrct ir kvp lava localizer localiser loc scout topogram
topo surview tscout medic mip minip mpr mprage mra mri mr ct cta ctpa dx cr xr dr us nm pt pet spect mg rf xa io px gp op sc ot seg sr pr rwv
rtstruct rtplan rtdose reg ko mrs multi multiphase neg nonfat opposed out in phase phases pd pdw plain post pre prep propeller blade radiant
recon reconstruction res resolution rest stress stir susceptibility sag cor ax tra obl sequence series set se short sms space spgr spin gradient
spoiled echo echoes ssfse ssfp ssd survey sw swi t1 t1w t2 t2w t2star te ti tr tfe tse tof bold asl trufi ultrasound venc vibe vol volume
volumetric vr vrt water with without wo w wi x xray x-ray radiograph radiographs iv po oral kv ma mas thick thin slice slices slab stack standard
std sharp smooth medium detail edge kernel lungs window windowed wide narrow filter filtered mono monochrome dual energy single spectral virtual
unenhanced contrast non noncontrast contrasted agent bolus iodine iodinated gadolinium barium saline omnipaque iopamidol iohexol isovue ultravist visipaque
gadavist dotarem magnevist multihance prohance primovist eovist gadobutrol gadoterate fdg fluorodeoxyglucose dotatate psma tracer uptake
average averaged mean median mode motion corrected correction map maps mask masks model image images derived original secondary other
screening diagnostic follow followup baseline test phantom quality assurance control study routine protocol exam examination view views
projection portable mobile bedside erect upright sitting standing lying weight bearing wb stereo tomosynthesis tomo magnification spot compression
mlo cc ml lm xcc lao rao lpo rpo swimmers skyline sunrise mortise open frogleg trauma emergency inpatient outpatient neonatal infant
child children pediatric paediatric adult elderly male female man woman years year months month weeks week days day hours hour minutes minute min
sec second seconds first third fourth left-right superior-inferior l r a p h f i s lt rt bi u v y z d t n no yes not and or of the to for from by
on at is was are none nil new old prior previous same different more less than large tiny moderate mild severe likely unlikely possible probable
probably suspicious suspected seen present absent stable increased decreased unchanged improved worse positive negative unremarkable
unknown removed anonymous anonymized deidentified
siemens healthineers healthcare ge medical systems system philips canon toshiba hitachi fujifilm fuji agfa carestream kodak konica minolta
hologic shimadzu samsung mindray united imaging neusoft esaote varian elekta accuray brainlab bruker planmeca sirona dentsply vatech
carl zeiss topcon heidelberg olympus lorad fischer planar sectra picker marconi elscint adac acuson aloka medison
somatom definition flash drive force edge go emotion sensation perspective scope magnetom aera avanto prisma skyra trio verio vida sola symphony espree
essenza biograph axiom artis ysio mobilett lightspeed brightspeed optima discovery revolution signa excite hdx hdxt artist architect premier pioneer
voyager definium innova brilliance ingenuity ingenia achieva intera panorama gyroscan icct iqon allura digitaldiagnost bucky azurion epiq
aquilion one prime genesis vantage titan galan aplio infinix alexion activion eclos scenaria supria fcr dx-d drx dimension selenia senographe
inspiration mammomat novation luminos axiom multix saliscope dcmtk gdcm mevislab slicer osirix horos itk plastimatch dcmjs highdicom pydicom
norm nd mosaic mfsplit tracew csa ffe dis dis2d dis3d som spi spo resampled vpct fm sub add diff fil pca phasemap phase_map filtered_phase
inphase outphase opposed water_only fat_only reformatted average bruker dose screen save capture projection_image stack_of result table graph
attribution saliency relevance gradient heatmap occlusion map parametric percent probability logit class classifier network neural learning deep
algorithm automatic semiautomatic manual segmentation segment annotation label region interest measurement distance area diameter density
attenuation intensity signal noise ratio value values unit units hounsfield standardized suv suvbw maximal minimal deviation variance sum count
number length width height depth angle ellipse polygon polyline point circle line arrow box rectangle text
`

/** Convolution kernels such as B30f, H31s, Br40. */
const kernel = /^[bhituqs][rfsvhl]?\d{2}[a-z]?$/
/** Numbers no longer than a measure with its unit: "5", "2.5mm", "120kv", "1.5t"; longer digit strings may be identifiers or dates. */
const measure = /^\d{1,3}(\.\d{1,3})?(mm|cm|m|ml|mg|g|kg|kv|kvp|ma|mas|t|hu|s|ms|h|x|d|%|st|nd|rd|th)?$/

/** Answers whether one word may stay in a text. */
export function knownWords(dictionary: AttributeDictionary): (word: string) => boolean {
  const known = new Set(words.trim().split(/\s+/))
  for (const { keyword } of dictionary.values()) {
    for (const part of keyword.split(/(?=[A-Z][a-z])|_|(?<=[a-z])(?=[A-Z])/)) known.add(part.toLowerCase())
  }
  return (word) => {
    const lower = word.toLowerCase()
    return known.has(lower) || kernel.test(lower) || measure.test(lower)
  }
}
