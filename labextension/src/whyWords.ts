/** What the panel makes of answers to `why`, and of installs that raise the question. Pure functions. */

import type { TranslationBundle } from '@jupyterlab/translation';

import type { Install, Verdict, Why } from './api';
import { clock, MINUTE } from './time';

/** The failures that a single package can be to blame for, as the server names them. */
const OF_A_PACKAGE = ['NotFound', 'InstallFailed'];

/** A name, extras, and versions: what the server takes as a question, roughly. */
const REQUIREMENT = /^([a-z\d][\w.-]*)\s*(\[[^\]]*\])?\s*([<>=!~].*)?$/i;

/** The versions that are held back, a line each, the newest first; times in the user's locale. */
export function heldBack({ verdicts }: Why, trans: TranslationBundle): string[] {
  return verdicts
    .filter(verdict => verdict.held_back)
    .map(verdict => heldBackWords(verdict, trans));
}

/** One version that is held back: until when, or what is the matter. */
export function heldBackWords(
  { name, version, until, text }: Verdict,
  trans: TranslationBundle
): string {
  return until === null
    ? text
    : trans.__('%1 %2, allowed from %3', name, version, clock(fullMinute(until) * 1000));
}

/** Seconds, rounded up as the server's sentences are: at the time that is shown it has passed. */
function fullMinute(seconds: number): number {
  return Math.ceil(seconds / MINUTE) * MINUTE;
}

/** The requirement that a failed install could not meet, or null where none is to blame. */
export function unmet(install: Install): string | null {
  if (install.ok || !install.error) {
    return null;
  }
  const { kind, message } = install.error;
  if (kind === 'HeldBack') {
    const held = install.gate.find(word => word.held_back);
    return held ? `${held.name}==${held.version}` : null;
  }
  if (!OF_A_PACKAGE.includes(kind)) {
    return null;
  }
  const words = message.split(/[^\w.-]+/).map(word => word.replace(/\.+$/, ''));
  const named = install.arguments.filter(argument => {
    const name = REQUIREMENT.exec(argument)?.[1];
    return name !== undefined && words.includes(name);
  });
  return named.length > 0 ? named[0] : null;
}
