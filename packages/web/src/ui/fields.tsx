// Several fields that are filled in together.
import type { ComponentChildren } from 'preact';

/** Fields of which Enter leads on, as the button below does. Nothing of them is remembered by the browser. */
export function Fields({ onEnter, children }: { onEnter: () => unknown; children: ComponentChildren }) {
  return (
    <form
      class="stack wide"
      autocomplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        void onEnter();
      }}
    >
      {children}
      <button type="submit" hidden aria-hidden="true" tabIndex={-1} />
    </form>
  );
}
