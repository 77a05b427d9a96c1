// It is shared: the link with its code, or to whom it went; and how it is stopped.
import type { RefObject } from 'preact';
import { Copied, CopyText } from '../../ui/copy.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Qr } from '../../ui/qr.tsx';
import { Notice } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import type { Shared } from './check.tsx';

export function Done({ shared, heading }: { shared: Shared; heading: RefObject<HTMLHeadingElement | null> }) {
  const { share } = words.value;
  const { link, grant } = shared;
  const pending = grant.relays
    .filter(({ state }) => state === 'pending')
    .map(({ url }) => url.replace(/^wss?:\/\//, ''));
  const warning = shared.isPickup ? share.pickup : grant.lock?.claim ? share.claimWarning : share.linkWarning;
  return (
    <>
      <header class="page-head">
        <div>
          <h1 ref={heading} tabIndex={-1}>
            {link !== null && !shared.isPickup ? share.doneLink : share.doneSent(shared.to)}
          </h1>
        </div>
      </header>
      <section class="card stack wide">
        <p class="share-sentence">{shared.sentence}</p>
        {link !== null && <LinkToHandOver link={link} warning={warning} />}
        {shared.pin !== null && (
          <div class="stack tight">
            <Copied label={share.pinLabel} text={shared.pin} />
            <p class="small quiet">{share.pinText}</p>
          </div>
        )}
        {pending.length > 0 && <Notice tone="caution">{share.pendingRelays(pending.join(', '))}</Notice>}
        <Notice tone="sharing" icon="stop">
          {share.howToStop}
        </Notice>
        <div class="actions">
          <a class="button main-action" href="#/sharing">
            <Icon name="eye" />
            {share.toSharing}
          </a>
        </div>
      </section>
    </>
  );
}

export function LinkToHandOver({ link, warning }: { link: string; warning: string }) {
  const { share } = words.value;
  return (
    <div class="hand-over">
      <Qr text={link} label={share.qrLabel} />
      <div class="stack">
        <p>{warning}</p>
        <CopyText label={share.linkLabel} text={link} button={share.copyLink} />
      </div>
    </div>
  );
}
