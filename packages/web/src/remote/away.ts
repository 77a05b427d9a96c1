// Whether this browser is a paired phone, and the line to its home.
import type { HomeLink } from '../app/home-link.ts';
import { hasPairing } from './kept.ts';
import { awayHome } from './remote-link.ts';

export async function homeOfThisPhone(): Promise<HomeLink | null> {
  return (await hasPairing()) ? awayHome : null;
}
