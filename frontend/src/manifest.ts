/** What the service publishes of a round, checked against the pin in the link before it is believed. */

import { type Bytes, fromBase64url, sameBytes, sha256 } from "./encoding";

export type Text = Readonly<Record<string, string>>;

export interface Manifest {
  readonly v: number;
  readonly k: number;
  /** The higher threshold of the round before; absent where it was not lowered. */
  readonly k_before?: number;
  readonly invited_band: string;
  readonly closes: readonly string[];
  readonly cells: readonly { readonly id: string }[];
  readonly audience: readonly string[];
  readonly pad: number;
  readonly rsa_spki: string;
  readonly hpke_pub: string;
  readonly form_sha256: string;
}

export interface Choice {
  readonly id: string;
  readonly text: Text;
}

export interface Item {
  readonly id: string;
  readonly type: "scale" | "single" | "multiple" | "comment";
  readonly text: Text;
  readonly required?: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly labels?: readonly Choice[];
  readonly options?: readonly Choice[];
  readonly max_length?: number;
  readonly cant_say?: boolean;
}

export interface Form {
  readonly v: number;
  readonly title: Text;
  readonly items: readonly Item[];
  readonly support?: readonly { readonly label: Text; readonly contact: string }[];
  /** What has to be told of the questions' source. */
  readonly notice?: Text;
}

/** Return the closing times that are ahead, earliest first; the last one where all have passed. */
export function closesAhead(manifest: Manifest, now = Date.now()): readonly string[] {
  const ahead = manifest.closes.filter((moment) => Date.parse(moment) > now);
  return ahead.length > 0 ? ahead : manifest.closes.slice(-1);
}

export class ForeignPageError extends Error {}

/** Return the manifest and its hash; throw ForeignPageError unless its bytes are the ones that were pinned. */
export async function readManifest(bytes: Bytes, pin: Bytes): Promise<{ manifest: Manifest; manifestHash: Bytes }> {
  const manifestHash = await sha256(bytes);
  if (!sameBytes(manifestHash.slice(0, pin.length), pin)) {
    throw new ForeignPageError("The round differs from the one in the link.");
  }
  const manifest = JSON.parse(new TextDecoder().decode(bytes)) as Manifest;
  if (manifest.v !== 1) throw new ForeignPageError("The round is of a version that this page does not know.");
  return { manifest, manifestHash };
}

/** Return the form; throw ForeignPageError unless its hash stands in the manifest. */
export async function readForm(bytes: Bytes, manifest: Manifest): Promise<Form> {
  const hash = await sha256(bytes);
  if (!sameBytes(fromBase64url(manifest.form_sha256), hash)) throw new ForeignPageError("The questions differ from the ones in the round.");
  return JSON.parse(new TextDecoder().decode(bytes)) as Form;
}
