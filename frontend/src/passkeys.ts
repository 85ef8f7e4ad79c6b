/** Signing in with a passkey, and adding one. What is said to people comes from the page and the service. */

import { type Bytes, fromBase64url, toBase64url } from "./encoding";

interface Described {
  readonly id: string;
  readonly type: "public-key";
}

/** What the service asks for: WebAuthn's options, with base64url where a browser wants bytes. */
interface Asked {
  readonly challenge: string;
  readonly user?: { readonly id: string; readonly name: string; readonly displayName: string };
  readonly excludeCredentials?: readonly Described[];
  readonly allowCredentials?: readonly Described[];
}

const described = (each: Described): PublicKeyCredentialDescriptor => ({ type: each.type, id: fromBase64url(each.id) });
const text = (bytes: ArrayBuffer): string => toBase64url(new Uint8Array(bytes) as Bytes);

/** Return the service's answer; throw its sentence when it refuses. */
async function ask<Answer>(path: string, token: string, body: object): Promise<Answer> {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(body),
  });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.message);
  return told;
}

/** Return a signature by a key that some device keeps, as the service reads it. */
async function sign(asked: Asked): Promise<object> {
  const publicKey = {
    ...asked,
    challenge: fromBase64url(asked.challenge),
    allowCredentials: (asked.allowCredentials ?? []).map(described),
  };
  const got = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential;
  const response = got.response as AuthenticatorAssertionResponse;
  return {
    id: got.id,
    rawId: text(got.rawId),
    type: got.type,
    response: {
      clientDataJSON: text(response.clientDataJSON),
      authenticatorData: text(response.authenticatorData),
      signature: text(response.signature),
      userHandle: response.userHandle && text(response.userHandle),
    },
  };
}

/** Return the public half of a key that a device has just made, as the service reads it. */
async function make(asked: Asked): Promise<object> {
  const publicKey = {
    ...asked,
    challenge: fromBase64url(asked.challenge),
    user: { ...asked.user, id: fromBase64url(asked.user?.id ?? "") },
    excludeCredentials: (asked.excludeCredentials ?? []).map(described),
  } as unknown as PublicKeyCredentialCreationOptions;
  const made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
  const response = made.response as AuthenticatorAttestationResponse;
  return {
    id: made.id,
    rawId: text(made.rawId),
    type: made.type,
    response: {
      clientDataJSON: text(response.clientDataJSON),
      attestationObject: text(response.attestationObject),
    },
  };
}

/** Let a form of the page ask for a passkey, where the browser knows them; it stays hidden elsewhere. */
function serve(form: HTMLFormElement): void {
  const { dataset } = form;
  const status = form.querySelector<HTMLElement>("[role=status]");
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const fields = new FormData(form);
    const token = String(fields.get("csrf_token"));
    const finish = async (): Promise<void> => {
      const asked = await ask<Asked>(`${form.action}/options`, token, {});
      let credential: object;
      try {
        credential = await (dataset.passkey === "add" ? make(asked) : sign(asked));
      } catch {
        throw new Error(dataset.failed); // what browsers say of it is for developers
      }
      const done = await ask<{ to: string }>(form.action, token, { credential, name: fields.get("name") });
      location.assign(done.to);
    };
    if (status) status.textContent = "";
    finish().catch((error: unknown) => {
      if (status) status.textContent = (error instanceof Error && error.message) || (dataset.failed ?? "");
    });
  });
}

if ("PublicKeyCredential" in window) document.querySelectorAll<HTMLFormElement>("form[data-passkey]").forEach(serve);
