/** Everything that the command touches of the machine it runs on, so that a test can be a transcript without processes. */
export interface Io {
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown };
  stdin: NodeJS.ReadableStream & { setRawMode?(on: boolean): unknown };
  /** stdout is a terminal: colour, progress bars, QR codes, questions. */
  isTTY: boolean;
  /** stdin is a terminal as well, so a question can be answered. Taken from `isTTY` when absent. */
  canAsk?: boolean;
  /** stdin and stderr are a terminal: a passphrase can be asked for even where the result goes into a file. Taken from `canAsk` when absent. */
  canUnlock?: boolean;
  /** Width of the terminal in characters. */
  columns: number;
  /** Milliseconds since 1970. */
  now(): number;
  env: Record<string, string | undefined>;
  /** IANA name of the time zone of this machine. */
  zone: string;
  /** Folder that relative file names are meant in. Taken from the process when absent. */
  cwd?: string;
  /** Calls the listener on Ctrl-C ('SIGINT') and on a request to end ('SIGTERM'); returns what stops that. */
  onInterrupt?(listener: (signal: 'SIGINT' | 'SIGTERM') => void): () => void;
}

/** The Io of the running process. */
export function processIo(): Io {
  const { stdout, stderr, stdin } = process;
  return {
    stdout,
    stderr,
    stdin,
    isTTY: stdout.isTTY === true,
    canAsk: stdout.isTTY === true && stdin.isTTY === true,
    canUnlock: stderr.isTTY === true && stdin.isTTY === true,
    columns: stdout.columns ?? (Number(process.env.COLUMNS) || 80),
    now: () => Date.now(),
    env: process.env,
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    cwd: process.cwd(),
    onInterrupt(listener) {
      const onInt = () => listener('SIGINT');
      const onTerm = () => listener('SIGTERM');
      process.on('SIGINT', onInt);
      process.on('SIGTERM', onTerm);
      return () => {
        process.off('SIGINT', onInt);
        process.off('SIGTERM', onTerm);
      };
    },
  };
}
