// The little of `pg` that the benchmarks use; the package brings no types.
declare module 'pg' {
  export interface Connection {
    query(text: string): void;
    sendCopyFromChunk(chunk: Uint8Array): void;
    endCopyFrom(): void;
    sendCopyFail(message: string): void;
  }

  /** What `Client.query` takes besides text: it gets the messages of the server. */
  export interface Submittable {
    submit(connection: Connection): void;
    handleError(error: Error): void;
    handleReadyForQuery(connection: Connection): void;
    handleCommandComplete(): void;
    handleCopyInResponse(connection: Connection): void;
  }

  export class Client {
    connect(): Promise<void>;
    end(): Promise<void>;
    query(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
    query(query: { text: string; values?: unknown[]; rowMode: 'array' }): Promise<{ rows: unknown[][] }>;
    query(query: Submittable): void;
  }

  const pg: { Client: typeof Client };
  export default pg;
}
