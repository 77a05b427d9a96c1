// Card and picture as they are printed: drawings that the home makes, the same that it prints.
import type { EmergencyInfo } from '@hale/home';
import { base64Decode } from '@hale/kernel';
import { useEffect, useState } from 'preact/hooks';
import { useAsked } from '../../app/asking.ts';
import { isRefusedAway } from '../../app/failure-text.ts';
import { pictureOf, saveBlob } from '../../app/saving.ts';
import { call, ofSubject } from '../../app/state.ts';
import { Button } from '../../ui/button.tsx';
import { Answer } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import { Matter } from '../settings-safety.tsx';

export function Preview({ info }: { info: EmergencyInfo }) {
  const { ownCard } = words.value;
  const asked = useAsked(() => call('emergency.print', ofSubject(), { isIdle: true }));
  // A phone that is lost must not have shown what opens the card.
  if (asked.value.state === 'failed' && isRefusedAway(asked.value.error))
    return (
      <Matter title={ownCard.preview} text={words.value.settings.onlyAtHome}>
        <FactLines info={info} />
      </Matter>
    );
  return (
    <Matter title={ownCard.preview} text={ownCard.previewText}>
      <Answer asked={asked.value} again={asked.again} rows={1}>
        {({ faces: [front, back], hasCode, picture }) => (
          <>
            <div class="card-faces">
              <Drawing svg={front} label={ownCard.previewFront} />
              <Drawing svg={back} label={ownCard.previewBack} />
            </div>
            {!hasCode && <p class="small quiet">{ownCard.noCode}</p>}
            <details class="fold">
              <summary class="small">{ownCard.previewPicture}</summary>
              <div class="lock-picture">
                <Drawing svg={picture} label={ownCard.previewPicture} />
              </div>
            </details>
            {hasCode && <Saving />}
          </>
        )}
      </Answer>
    </Matter>
  );
}

function FactLines({ info }: { info: EmergencyInfo }) {
  const { sections } = words.value.emergency;
  return (
    <dl class="facts">
      {info.facts.map(({ section, lines }) => [
        <dt key={section}>{sections[section]}</dt>,
        <dd key={`${section}-lines`}>
          {lines.map((line) => (
            <div key={line}>{line}</div>
          ))}
        </dd>,
      ])}
    </dl>
  );
}

function Drawing({ svg, label }: { svg: string; label: string }) {
  const [url, setUrl] = useState('');
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [svg]);
  return url === '' ? null : <img src={url} alt={label} />;
}

function Saving() {
  const { ownCard } = words.value;
  const savePdf = async () => {
    const { pdf } = await call('emergency.print', { ...ofSubject(), withPdf: true });
    if (pdf !== null)
      saveBlob(new Blob([base64Decode(pdf) as BlobPart], { type: 'application/pdf' }), 'emergency-card.pdf');
  };
  // Asked for anew: what stood here may have been drawn before the card was made, and have no code.
  const savePicture = async () => {
    const { picture } = await call('emergency.print', ofSubject());
    saveBlob(await pictureOf(picture), 'emergency-lock-screen.png');
  };
  return (
    <div class="stack tight">
      <div class="actions">
        <Button icon="print" kind="main-action" onPress={savePdf}>
          {ownCard.savePdf}
        </Button>
        <Button icon="image" onPress={savePicture}>
          {ownCard.savePicture}
        </Button>
      </div>
      <p class="small quiet">
        {ownCard.pictureHint} {ownCard.notProtected}
      </p>
    </div>
  );
}
