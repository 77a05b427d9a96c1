// Reads a code with the camera where the browser can do it by itself; where it cannot, there is nothing to see and the code is typed.
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { words } from '../words/index.ts';
import { Button } from './button.tsx';
import { Notice } from './states.tsx';

interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}

type DetectorClass = new (options: { formats: string[] }) => Detector;

const LOOK_MILLIS = 200;

function newDetector(): Detector | null {
  const { BarcodeDetector } = globalThis as { BarcodeDetector?: DetectorClass };
  try {
    return BarcodeDetector && 'mediaDevices' in navigator ? new BarcodeDetector({ formats: ['qr_code'] }) : null;
  } catch {
    return null;
  }
}

export const canScan = (): boolean => newDetector() !== null;

/** @param onCode is told each code that the camera sees, until this goes away */
export function Scan({ onCode }: { onCode: (text: string) => void }) {
  const isOn = useSignal(false);
  const isRefused = useSignal(false);
  const { room } = words.value;
  if (!canScan()) return null;
  if (isRefused.value) return <Notice tone="caution">{room.cameraRefused}</Notice>;
  if (!isOn.value)
    return (
      <Button
        kind="main-action"
        icon="eye"
        onPress={() => {
          isOn.value = true;
        }}
      >
        {room.camera}
      </Button>
    );
  return (
    <Camera
      onCode={onCode}
      onRefused={() => {
        isRefused.value = true;
      }}
    />
  );
}

function Camera({ onCode, onRefused }: { onCode: (text: string) => void; onRefused: () => void }) {
  const video = useRef<HTMLVideoElement>(null);
  const { room } = words.value;
  useEffect(() => {
    const detector = newDetector();
    let stream: MediaStream | null = null;
    let isOver = false;
    const look = async () => {
      if (!detector || !video.current || video.current.readyState < 2) return;
      const [found] = await detector.detect(video.current).catch(() => []);
      if (found && !isOver) onCode(found.rawValue);
    };
    navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: false }).then(
      (given) => {
        stream = given;
        if (isOver || !video.current) return stopAll(given);
        video.current.srcObject = given;
        void video.current.play();
      },
      () => onRefused(),
    );
    const timer = setInterval(() => void look(), LOOK_MILLIS);
    return () => {
      isOver = true;
      clearInterval(timer);
      if (stream) stopAll(stream);
    };
  }, []);
  return <video class="scan-view" ref={video} muted playsInline aria-label={room.cameraLabel} />;
}

function stopAll(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
