// A view that stands at the newest reading goes along with what comes in; one that looks at the past stays.
import { useEffect, useState } from 'preact/hooks';
import { type Bounds, isAtNewest, newest, type View } from './view.ts';

/** @param bounds may grow while they are looked at */
export function useFollowingView(bounds: Bounds, initial: View): [View, (view: View) => void] {
  const [view, setView] = useState(initial);
  const [before, setBefore] = useState(bounds.last);
  useEffect(() => {
    if (bounds.last === before) return;
    setBefore(bounds.last);
    if (isAtNewest(view, { ...bounds, last: before }) && bounds.last > view.to)
      setView(newest(bounds, view.to - view.from));
  }, [bounds.last]);
  return [view, setView];
}
