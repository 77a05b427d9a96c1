// What went wrong, for a person: the home's own sentence, but for what a phone may not do from away.
import { sentence } from '../ui/states.tsx';
import { words } from '../words/index.ts';
import { asHomeError } from './asking.ts';
import { ownNode } from './home-link.ts';
import { link } from './state.ts';

export const isRefusedAway = (error: unknown): boolean =>
  link.value !== ownNode && asHomeError(error).code === 'not-permitted';

export const failureText = (error: unknown): string =>
  isRefusedAway(error) ? words.value.settings.onlyAtHome : sentence(asHomeError(error).message);
