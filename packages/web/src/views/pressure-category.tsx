// A blood pressure and its category in words, wherever one is shown.
import { categoryOf, isolated, type Scheme, type Setting } from '../clinical/blood-pressure.ts';
import { Icon } from '../ui/icon.tsx';
import { words } from '../words/index.ts';
import { number } from '../words/numbers.ts';

/** '118/76'. */
export const pairFigures = ({ systolic, diastolic }: { systolic: number; diastolic: number }): string =>
  `${number(Math.round(systolic))}/${number(Math.round(diastolic))}`;

export const pairText = (of: { systolic: number; diastolic: number }): string => `${pairFigures(of)} mmHg`;

export function categoryText(
  of: { systolic: number; diastolic: number },
  scheme: Scheme,
  setting: Setting,
): string | null {
  const { pressure } = words.value;
  const category = categoryOf(of, scheme, setting);
  if (!category) return null;
  const only = scheme === 'esh2023' ? isolated(of) : null;
  const text = pressure.categories[category.key as 'normal'];
  return only ? `${text} (${pressure.isolated[only]})` : text;
}

const ICONS = { good: 'check', caution: 'info', alert: 'alert' } as const;

export function CategoryChip(props: { of: { systolic: number; diastolic: number }; scheme: Scheme; setting: Setting }) {
  const category = categoryOf(props.of, props.scheme, props.setting);
  if (!category) return null;
  return (
    <span class={`chip ${category.tone}`}>
      <Icon name={ICONS[category.tone]} />
      {categoryText(props.of, props.scheme, props.setting)}
    </span>
  );
}
