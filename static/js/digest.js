/* The SHA-256 of what is sent or was fetched, as the server writes it: lower-case hexadecimal. */

export async function digestOf(bytes) {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
