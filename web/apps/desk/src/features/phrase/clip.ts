/** Copies what a phrase has, for any other program. */

/** A picture as PNG, the one kind that every clipboard takes. */
async function asPng(url: string): Promise<Blob> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(String(answer.status));
  const bitmap = await createImageBitmap(await answer.blob());
  const canvas = document.createElement('canvas');
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/png'),
  );
}

export async function copyText(words: string): Promise<void> {
  await navigator.clipboard.writeText(words);
}

/** Must be called while a key or a click is being answered: some browsers allow it no later. */
export async function copyPicture(url: string): Promise<void> {
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': asPng(url) })]);
}
