// A table that may be wider than the screen: what scrolls can be reached and moved by keys as well.
import type { ComponentChildren } from 'preact';

export function TableScroll({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <section class="table-scroll" tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
