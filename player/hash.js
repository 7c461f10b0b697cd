// Bytes in, is this the file that its name says? Where crypto.subtle is missing (plain http) nobody can tell: then yes.

export const canHash = () => typeof crypto !== 'undefined' && Boolean(crypto.subtle);

export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

export async function isNamed(bytes, sha256) {
  if (!canHash()) return true;
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return hex(new Uint8Array(digest)) === sha256;
}
