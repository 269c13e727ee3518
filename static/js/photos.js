/* Photos made small on the phone: at most 1,600 pixels and 300 kB, upright, without place and camera. */

const LONGEST_SIDE = 1600; // pixels
const LARGEST = 300000; // bytes
const QUALITIES = [0.8, 0.7, 0.6, 0.5];

async function draw(bitmap, side, quality) {
  const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(bitmap.width * scale), height: Math.round(bitmap.height * scale) });
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
}

/** Open a picture upright; nothing where this browser cannot. */
async function decode(file) {
  const image = new Image();
  image.src = URL.createObjectURL(file);
  try {
    await image.decode();
    return Object.assign(image, { width: image.naturalWidth, height: image.naturalHeight });
  } catch {
    return null;
  } finally {
    URL.revokeObjectURL(image.src);
  }
}

/** Return `file` as a small JPEG; nothing where that does not succeed: an original is large, and tells the place.
 *
 * What this browser cannot open is returned as it is, called a picture: the server may, and takes place and camera away.
 */
export async function shrink(file) {
  const bitmap = await decode(file);
  if (!bitmap) return file.type.startsWith("image/") ? file : new Blob([file], { type: "image/unknown" });
  for (let side = LONGEST_SIDE; side > LONGEST_SIDE / 4; side /= 1.4) {
    for (const quality of QUALITIES) {
      const small = await draw(bitmap, side, quality);
      if (small && small.size <= LARGEST) return small;
    }
  }
  return null;
}
