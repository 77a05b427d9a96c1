/** Sensitivity labels of records, computed on the owner's home. specs/labels.md */
export { type ResourceLabels, resourceLabels } from './label.ts';
export { Labels, type LabelsListener, type Worth } from './labels.ts';
export {
  isLabelName,
  type LabelName,
  type OwnerLabels,
  ownerLabelEntries,
  ownerLabels,
  withoutOwnerLabels,
} from './owner.ts';
