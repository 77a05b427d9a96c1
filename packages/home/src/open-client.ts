// What the `hale` command needs from this room besides the operations: making, restoring, starting and reaching a home.
// (Signatures first; the bodies live in compose.ts.)
import type { HomeClient } from './api.ts';
import type { RelayOperation } from './relay/operation.ts';
import type { RelayCommandLine } from './relay/settings.ts';
import type { Warning } from './warnings.ts';

export interface CreatedHome {
  dir: string;
  /** Shown once, never stored. */
  words: string;
  relayUrls: string[];
  npub: string;
  /** Set when the keys lie beside the data (no passphrase): said to the person. */
  diskUnprotected: boolean;
}

export interface NodeHandle {
  url: string;
  relayUrl: string;
  /** False: the node collects sealed deliveries and opens nothing until a command gives the passphrase. */
  unlocked?: boolean;
  /** Where devices connect by MQTT, if at all. */
  mqttUrl?: string;
  /** Where a browser opens this node: with a one-use code, which is good for ten minutes. Absent where only the passphrase opens it. */
  openUrl?: string;
  close(): Promise<void>;
}

/** What an operator decides about a relay beyond its address. Keys: npub1… or hex. @throws (where it is used) HaleError 'usage' */
export interface RelayWishes {
  /** Whoever may let members in and out over the network. */
  owner?: string;
  /** Organisations whose vouches let people in, and how many each in 30 days. */
  clinics?: { key: string; perEpoch?: number }[];
  /** ISO 3166-1 alpha-2 codes of the countries whose law holds where the disks stand. */
  jurisdiction?: readonly string[];
  /** How to reach whoever runs it: mailto: or https:. */
  contact?: string;
  /** Where the privacy notice stands: https:. */
  privacy?: string;
  /** Seconds by class, what is not named until deleted; `provider`: tiles as long as a provider of these countries keeps records. */
  keep?: { tiles?: number; access?: number; wraps?: number; people?: number; other?: number; provider?: true };
}

export interface HomeEntry {
  createHome(options: {
    dir: string;
    passphrase?: string;
    keyFile?: string;
    relay?: string;
    invite?: string;
    words12?: boolean;
  }): Promise<CreatedHome>;
  restoreHome(options: {
    dir: string;
    words: string;
    relay: string;
    passphrase?: string;
    keyFile?: string;
    /** A line for a terminal, and how many series of how many have been fetched. */
    emit?: (line: string, progress?: { done: number; total: number }) => void;
  }): Promise<{ streams: number; samples: number; generation: number; notices: Warning[] }>;
  restoreBackup(options: {
    dir: string;
    words: string;
    file: string;
    passphrase?: string;
    keyFile?: string;
  }): Promise<{ streams: number; samples: number; generation: number; notices: Warning[] }>;
  startNode(options: {
    dir: string;
    port: number;
    host?: string;
    /** Further addresses under which others reach it: behind a proxy with TLS, `wss://relay.example.org`. The first is put into links. */
    addresses?: readonly string[];
    /** Proxies on other machines that are believed when they say that a request came by TLS; those on this one are anyhow. */
    proxies?: readonly string[];
    passphrase?: string;
    keyFile?: string;
    log?: 'quiet' | 'info';
    /** Devices may connect by MQTT on this port, on the same address; 0 lets the machine choose. Absent: no MQTT. */
    mqttPort?: number;
    /** Where there is no vault yet: start all the same, and let the browser of this machine make or restore one. */
    maySetUp?: boolean;
    /** Start without the passphrase: only collect until a command unlocks. Otherwise its absence throws 'locked'. */
    mayStayLocked?: boolean;
  }): Promise<NodeHandle>;
  /** The relay alone, by its file of settings; what is said here counts more. */
  startRelayAlone(options: RelayCommandLine): Promise<
    NodeHandle & {
      readonly private: boolean;
      /** Resolves when it stopped serving by itself, with why. */
      readonly halted: Promise<Error>;
      invite(): string;
    }
  >;
  relay(): Promise<RelayOperation>;
  /** In process when no node runs on `dir`, over HTTP to it when one does. Throws HaleError 'locked' when a passphrase is needed. */
  connectHome(options: { dir: string; passphrase?: string; keyFile?: string }): Promise<HomeClient>;
  /** A client without a vault that can only `open` links and keeps nothing on disk: whoever gets a link needs no home of their own. */
  connectReader?(): Promise<HomeClient>;
  homeExists(dir: string): boolean;
  /** A shorter passphrase is refused. */
  readonly passphraseCharactersMin: number;
}
