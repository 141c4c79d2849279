/** Refreshing the token on the user's word, and saying how it went. */

import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import { Offline, Refused, ServerExtensionMissing } from './failures';
import type { TokenModel } from './model';
import { inWords, timeLeftInFull } from './words';

/** Milliseconds that good news stays; bad news stays until it is dismissed. */
const GOOD_NEWS = 4000;

/** Have a new token minted and notify the user of the outcome; never rejects. */
export async function refreshAndTell(model: TokenModel, trans: TranslationBundle): Promise<void> {
  try {
    await model.refresh();
  } catch (error) {
    Notification.error(explain(error, model, trans), { autoClose: false });
    return;
  }
  const { condition, secondsLeft } = model.facts;
  if (condition === 'fresh' && secondsLeft !== null) {
    Notification.success(
      trans.__('The token is fresh: %1 left.', timeLeftInFull(secondsLeft, trans)),
      { autoClose: GOOD_NEWS }
    );
  } else {
    Notification.warning(inWords(model.facts, trans).details, { autoClose: false });
  }
}

function explain(error: unknown, model: TokenModel, trans: TranslationBundle): string {
  if (error instanceof Refused) {
    const { message, why, remedy } = error.problem;
    return [message, why, remedy].filter(line => line).join('\n');
  }
  if (error instanceof Offline || error instanceof ServerExtensionMissing) {
    return inWords(model.facts, trans).details;
  }
  return String(error);
}
