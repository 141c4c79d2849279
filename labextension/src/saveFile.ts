/** Have the browser save a text as a file. */

import type { SavedFile } from './models/panel';

/** Save it where the browser saves downloads. */
export function saveFile({ name, media_type, text }: SavedFile): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: media_type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
