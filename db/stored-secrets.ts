/** What this process never writes, whoever writes it: keys join when the configuration is read, and none ever leaves. */
import { createSecretHider, type HiddenIn, type SecretHider } from '#domain/secrets.ts';

const known = new Set<string>();
let hider: SecretHider = createSecretHider([]);

export function neverStore(secrets: readonly string[]): void {
  for (const secret of secrets) known.add(secret);
  hider = createSecretHider([...known]);
}

/** The value as it may be stored, and how many of its fields had something to hide. */
export function hideSecrets<Value>(value: Value): HiddenIn<Value> {
  return hider.value(value) as HiddenIn<Value>;
}

/** The value as it may be stored; the same one where there is nothing to hide. */
export function withoutSecrets<Value>(value: Value): Value {
  return hideSecrets(value).value;
}
