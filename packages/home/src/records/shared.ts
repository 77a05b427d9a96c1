// Records that are shared: kept as the owner's rule says while they, their labels and the rule change.
import { RecordGrants } from '@hale/vault';
import type { Home } from '../home.ts';
import { recordTools } from './tools.ts';

export function grantsOfRecords(home: Home): RecordGrants {
  const { vault, grants, records, labels } = home;
  const shared = new RecordGrants(vault, grants, records, recordTools, labels);
  let isDue = false;
  let isClosed = false;
  home.whenClosing.add(() => {
    isClosed = true;
  });
  // As soon as the change that said so is kept.
  shared.whenUrgent = () => {
    if (!isDue)
      setImmediate(() => {
        isDue = false;
        if (!isClosed) home.guard('records-shared', () => shared.takeAway());
      });
    isDue = true;
  };
  return shared;
}
