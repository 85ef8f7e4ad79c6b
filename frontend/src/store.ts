/**
 * An unfinished send, kept on the device until it is done and no longer.
 *
 * One record for each link, so that two people at one computer never finish each other's ballot.
 */

import { sha256, toBase64url, utf8 } from "./encoding";

/** Before `signature` is there the paper is still to be taken, which needs the link too. */
export interface Unfinished {
  readonly receipt: string;
  /** Of the manifest, so that the round can be checked again without the link. */
  readonly pin: string;
  readonly serial: string;
  readonly prefix: string;
  readonly inverse: string;
  readonly blinded: string;
  readonly sealed: string;
  readonly signature?: string;
}

export class Store {
  private constructor(
    private readonly prefix: string,
    /** By which this link's send is found again; it leads back to no code. */
    readonly mark: string | undefined,
    private readonly storage: Storage | undefined,
  ) {}

  /**
   * Return the store of a pool, for the link with this code, or for whoever comes without one.
   *
   * Where the code has gone from the address, `kept` is what stands in its place: `mark`.
   */
  static async of(poolId: string, code: string | undefined, kept: unknown): Promise<Store> {
    const before = typeof kept === "string" ? kept : undefined;
    const mark = code ? toBase64url((await sha256(utf8(code))).slice(0, 9)) : before;
    return new Store(`chorus/${poolId}/`, mark, usableStorage());
  }

  /** Return whether anything can be kept on this device. */
  get works(): boolean {
    return this.storage !== undefined;
  }

  /** Return this link's unfinished send. */
  mine(): Unfinished | undefined {
    return this.own === undefined ? undefined : this.read(this.own);
  }

  /** Return any send of this pool that only has to be cast, and so needs no link; whose it is, nobody can tell. */
  anySigned(): { key: string; unfinished: Unfinished } | undefined {
    const keys = Array.from({ length: this.storage?.length ?? 0 }, (_, index) => this.storage?.key(index) ?? "");
    for (const key of keys.filter((name) => name.startsWith(this.prefix))) {
      const unfinished = this.read(key);
      if (unfinished?.signature !== undefined) return { key, unfinished };
    }
    return undefined;
  }

  /** Keep this link's send. */
  keep(unfinished: Unfinished): void {
    if (this.own === undefined) return;
    try {
      this.storage?.setItem(this.own, JSON.stringify(unfinished));
    } catch {
      // A full store is the same as none: the send goes on from memory.
    }
  }

  /** Forget a send; this link's own unless another is named. */
  forget(key: string | undefined = this.own): void {
    if (key !== undefined) this.storage?.removeItem(key);
  }

  private get own(): string | undefined {
    return this.mark && this.prefix + this.mark;
  }

  private read(key: string): Unfinished | undefined {
    try {
      return (JSON.parse(this.storage?.getItem(key) ?? "null") as Unfinished | null) ?? undefined;
    } catch {
      return undefined;
    }
  }
}

function usableStorage(): Storage | undefined {
  try {
    const storage = globalThis.localStorage;
    storage.setItem("chorus/try", "1");
    storage.removeItem("chorus/try");
    return storage;
  } catch {
    return undefined;
  }
}
